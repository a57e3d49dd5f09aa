"""The top of the report: the answer in one plain sentence, its picture, how sure, and what was published."""

from workflow.lib.render.certainty_section import LEVEL, SYMBOLS
from workflow.lib.render.facts import VERDICTS, is_association, listed, num, plural, read_as, value
from workflow.lib.render.markdown import escape_markdown
from workflow.lib.render.pool_sentences import (
    BEFORE_AFTER,
    base_of,
    control_words,
    controlled_sentence,
    excludes_zero,
    noun,
    points_sentence,
    pooled_sentence,
    reading_sentence,
    sign_sentence,
)
from workflow.lib.render.review_sentences import printed_result

LOWEST = "very_low"


def answer(facts, figure=""):
    """What a reader takes home in a minute; `figure` is the forest plot of the primary pool, if there is one."""
    model = facts.headline("primary")
    own = (part(facts, model) for part in (pooled_sentence, sign_sentence, reading_sentence))
    lines = [
        f"**How sure.** {_how_sure(facts, model)}",
        f"**{_kind(model)}.** {' '.join(filter(None, (*own, points_sentence(facts))))}",
    ]
    if control := controlled_sentence(facts):
        lines.append(f"**Against {control_words(facts)}.** {control}")
    if facts.published():
        lines.insert(1, f"**As published.** {_published(facts)}")
    first = (
        f"::: {{.callout-note}}\n## The answer\n\n[{in_one_sentence(facts, model)}]{{.answer}}\n:::"
    )
    return "\n\n".join(filter(None, (first, figure, *lines))) + "\n"


def in_one_sentence(facts, model):
    """The answer without a number beyond the count of studies, true for any pool."""
    k, label = model["fit"]["k"], escape_markdown(facts.outcome(model)["label"])
    compared = not (facts.is_one_group(model) or is_association(model))
    if k == 0:
        says = (
            f"says what the treatment does to {label}" if compared else f"has a number for {label}"
        )
        return f"No study that can be read {says}."
    base, signed = base_of(model), compared and model["direction"] == "improvement_positive"
    who = "one study" if k == 1 else f"{num(f'{base}.k')} studies"
    who += " that can be read" if model["roles"]["candidate"] else ""  # others are not named
    if not signed:
        return f"The {who} {_unsigned(facts, model)}"
    better, worse = ("less", "more") if _less(facts, model) else ("more", "less")
    when, than = ("after", "before") if noun(facts, model) == "change" else ("with", "without")
    if not _sure(facts, model):
        verb = "does" if k == 1 else "do"
        comparison = f"{label} is {better} {when} treatment than {than}"
        return f"The {who} {verb} not settle whether {comparison}."
    word = better if value(facts, f"{base}.beta") > 0 else worse
    return f"In the {who}, {label} was {word} {when} treatment than {than}."


def _unsigned(facts, model):
    """The end of the sentence where the number is a ratio, a share, or favours nobody we know."""
    k, label = model["fit"]["k"], escape_markdown(facts.outcome(model)["label"])
    verb = plural(k, "does", "do")
    if model["direction"] == "not_stated":
        return f"{verb} not say which group the difference favours, so there is no answer."
    if is_association(model):
        return _together(facts, model, label)
    if facts.is_one_group(model) or (read_as(model) and "ratio" not in model["unit"]):
        return f"{plural(k, 'gives', 'give')} a number for {label}, without a comparison."
    if not _sure(facts, model):
        return f"{verb} not settle whether {label} differs between the groups."
    more = value(facts, f"{base_of(model)}.beta") > 0
    return f"{plural(k, 'has', 'have')} {'more' if more else 'less'} {label} {facts.groups(model)}."


def _together(facts, model, label):
    """The end of the sentence about a correlation."""
    k, other = model["fit"]["k"], escape_markdown(facts.config["review"]["intervention"])
    if not _sure(facts, model):
        return f"{plural(k, 'does', 'do')} not settle whether {other} and {label} go together."
    up = value(facts, f"{base_of(model)}.beta") > 0
    return f"{plural(k, 'finds', 'find')} {'more' if up else 'less'} {label} with more {other}."


def _less(facts, model):
    """Whether less of the outcome is better."""
    return facts.outcome(model)["improvement"] == "decrease"


def _sure(facts, model):
    """Whether every interval that is shown excludes no effect."""
    base = base_of(model)
    ends = [base] if model["fit"]["k"] == 1 else [f"{base}.z", f"{base}.adhoc"]
    return all(excludes_zero(facts, end) for end in ends)


def _how_sure(facts, model):
    """The certainty that a person has rated, or what the rules would start from, and who has not rated."""
    row = facts.finding(model["analysis"])
    if row is None or model["fit"]["k"] == 0:
        return "There is no pool to be sure of."
    more = "([details](#sec-certainty))"
    if row["certainty"] in SYMBOLS:
        signs, words = SYMBOLS[row["certainty"]]
        return (
            f"Certainty by GRADE: [{signs}]{{.grade}} **{words}**, rated by "
            f"{escape_markdown(row['who'])} {more}."
        )
    if not row["start"]:
        return f"No person has rated the certainty, nor said at which level it starts {more}."
    start = f"By GRADE such studies start at **{LEVEL[row['start']]}**"
    if row["start"] == LOWEST:
        return f"No person has rated the certainty. {start}, the lowest level {more}."
    down = num(f"certainty.{row['analysis']}.suggested_down")
    return (
        f"No person has rated the certainty. {start}; levels that the numbers suggest to rate "
        f"down: {down} {more}."
    )


def _kind(model):
    return "Before and after" if model["measure"] in BEFORE_AFTER else "The pool"


def _published(facts):
    """The published result with its verdict, and how the other claims fare."""
    claims = facts.published()
    found = claims["estimate"]
    text = f"{facts.says(claims['estimate'])} {printed_result(claims)}."
    text += f" Verdict on the estimate: {badge(found['verdict'])}"
    why = f"; {lacks(found['verdict'])}: {escape_markdown(found['missing'])}"
    text += f"{why if found['missing'] else ''}."
    return f"{text} {tally(facts)}"


def tally(facts):
    """'Of 10 claims: 4 consistent, 6 not checkable.'"""
    counts = {name: sum(c["verdict"] == name for c in facts.claims) for name in VERDICTS}
    said = [f"{num(f'audit.{name}')} {VERDICTS[name]}" for name, n in counts.items() if n]
    claims = f"{num('audit.claims')} printed {plural(len(facts.claims), 'claim')}"
    return f"Of {claims}, {listed(said)} ([all](#sec-claims))."


def lacks(verdict):
    """What stands before the words that a claim lacks: why it differs, or what would check it."""
    return "because" if verdict == "contradicted" else "missing"


def badge(verdict):
    """A verdict as a word in a box."""
    return f"[{VERDICTS[verdict]}]{{.verdict .verdict-{verdict}}}"
