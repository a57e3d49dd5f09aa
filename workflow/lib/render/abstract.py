"""The abstract, item by item of PRISMA 2020 for abstracts (Page 2021): what is recorded, and what is not."""

from workflow.lib.render.certainty_words import NOT_RATED, informative_statement, rating
from workflow.lib.render.facts import listed, num, plural
from workflow.lib.render.markdown import escape_markdown
from workflow.lib.render.methods_sentences import COMMON
from workflow.lib.render.pool_sentences import (
    base_of,
    controlled_sentence,
    heterogeneity_sentence,
    pooled_sentence,
    reading_sentence,
    sign_sentence,
)
from workflow.lib.render.review_sentences import yardstick_sentence

ITEMS = (  # part of the abstract, item, what is missing where no sentence is there
    ("Background", "objectives", "the question"),
    ("Methods", "eligibility", "which studies could enter"),
    ("Methods", "sources", "sources with the day of the last search"),
    ("Methods", "risk_of_bias", "how risk of bias was judged"),
    ("Methods", "synthesis", "how results were put together"),
    ("Results", "studies", "the number of studies and persons"),
    ("Results", "results", "a pooled result"),
    ("Discussion", "limits", "what limits the evidence"),
    ("Discussion", "interpretation", "what the results mean"),
    ("Other", "funding", "who paid"),
    ("Other", "registration", "the registration"),
)


def abstract(facts):
    """Markdown: one paragraph per part, then the items that the review does not record."""
    said = {name: _sentence(facts, name) for _, name, _ in ITEMS}
    parts = []
    for part in dict.fromkeys(part for part, _, _ in ITEMS):
        text = " ".join(filter(None, (said[name] for own, name, _ in ITEMS if own == part)))
        parts.append(f"**{part}.** {text}" if text else "")
    missing = [words for _, name, words in ITEMS if not said[name]]
    parts.append(f"**Not reported:** {listed(missing)}." if missing else "")
    return "\n\n".join(filter(None, parts)) + "\n"


def _sentence(facts, name):
    """The sentences of one item; empty where the review does not record it."""
    return SENTENCES[name](facts, facts.headline("primary"))


def _objectives(facts, model):
    return escape_markdown(facts.config["review"]["question"])


def _eligibility(facts, model):
    return escape_markdown(facts.config.get("journal", {}).get("eligibility", ""))


def _sources(facts, model):
    """Every source with the day on which it was searched last."""
    days = {}
    for row in facts.sources:
        days[row["database"]] = max(row["date"], days.get(row["database"], ""))
    said = [f"{escape_markdown(name)} ({escape_markdown(day)})" for name, day in days.items()]
    return f"Searched, with the day of the last search: {listed(said)}." if said else ""


def _risk_of_bias(facts, model):
    tools = [escape_markdown(tool.replace("_", " ")) for tool in facts.tools]
    return f"Risk of bias was judged with {listed(tools)}." if tools else ""


def _synthesis(facts, model):
    """The model of the primary analysis."""
    if model["fit"]["k"] == 0:
        return ""
    how = facts.config["analyses"][model["analysis"]]["model"]["method"]
    spread = "equal effects" if how in COMMON else f"random effects ({escape_markdown(how)})"
    return (
        f"Effect sizes ({escape_markdown(model['measure'])}) were pooled with {spread}; intervals by "
        "Wald and by Knapp-Hartung stand side by side."
    )


def _studies(facts, model):
    """Included studies and pooled persons, as far as both are known."""
    base, k = base_of(model), model["fit"]["k"]
    persons = f"certainty.{model['analysis']}.participants"
    if persons not in facts.numbers or k == 0:
        return ""
    included = facts.numbers.get("flow.studies_included")
    whole = ""
    if included and included["value"] is not None:
        words = plural(included["value"], "study is", "studies are")
        whole = f"{num('flow.studies_included')} {words} included. "
    own = "one study" if k == 1 else f"{num(f'{base}.k')} studies"
    return f"{whole}The primary analysis rests on {own} with {num(persons)} persons."


def _results(facts, model):
    """The pool, its sign, its intervals, its spread, and the controlled evidence."""
    if model["fit"]["k"] == 0:
        return ""
    own = (pooled_sentence, sign_sentence, reading_sentence, heterogeneity_sentence)
    control = "" if facts.headline("controlled") is model else controlled_sentence(facts)
    return " ".join(filter(None, (*(part(facts, model) for part in own), control)))


def _limits(facts, model):
    """What the guard-rails of the pool say, and what a change without a treatment looks like."""
    names = facts.numbers.get(f"pooled.{model['analysis']}.beta", {}).get("guards", ())
    said = [words.rstrip(".") for words, _ in map(facts.guards.get, names)]
    told = [f"{words[:1].upper()}{words[1:]}." for words in said]
    return " ".join(filter(None, (*told, yardstick_sentence(facts))))


def _interpretation(facts, model):
    """The statement of GRADE where a person has rated, else that nobody has."""
    if model["fit"]["k"] == 0:
        return ""
    level = rating(facts, model)
    if level == NOT_RATED:
        return "The certainty of the evidence has not been rated by a person."
    return informative_statement(facts, model, level)


def _funding(facts, model):
    words = facts.config.get("journal", {}).get("funding", "")
    return f"Funding: {escape_markdown(words.rstrip('.'))}." if words else ""


def _registration(facts, model):
    own = facts.config["review"]["study"]
    number = next((row.get("registration") for row in facts.studies if row["study"] == own), "")
    return f"Registration: {escape_markdown(number)}." if number else ""


SENTENCES = {
    "objectives": _objectives,
    "eligibility": _eligibility,
    "sources": _sources,
    "risk_of_bias": _risk_of_bias,
    "synthesis": _synthesis,
    "studies": _studies,
    "results": _results,
    "limits": _limits,
    "interpretation": _interpretation,
    "funding": _funding,
    "registration": _registration,
}
