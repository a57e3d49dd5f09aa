"""The plain-language summary: what a patient can read, every number from the registry."""

from workflow.lib.render.certainty_words import (
    NOT_RATED,
    certainty_sentence,
    is_compared,
    matters_sentence,
    rating,
)
from workflow.lib.render.facts import (
    is_association,
    is_retold,
    listed,
    no_effect,
    num,
    plural,
    read_as,
    unit_words,
    value,
)
from workflow.lib.render.markdown import escape_markdown
from workflow.lib.render.pool_sentences import (
    BEFORE_AFTER,
    CONTROLLED_DESIGNS,
    base_of,
    control_words,
    design_of,
    excludes_zero,
    noun,
    scale_words,
)

VERDICT_WORDS = {
    "reproduced": ("came out the same", "came out the same"),
    "consistent": ("may well be right", "may well be right"),
    "contradicted": ("came out differently", "came out differently"),
    "not_checkable": ("could not be checked", "could not be checked"),
}
MEANING = (
    "A change after a treatment does not prove that it works. Many people get better with time, "
    "or with a sham treatment."
)
AVERAGE = "These are averages. They do not tell what will happen to one person."


def summary(facts):
    """Question, what was checked, what was found, against control, how sure, what it does not mean."""
    model = facts.headline("points") or facts.headline("primary")
    control = _against_control(facts, model)
    parts = (
        f"**The question.** {escape_markdown(facts.config['review']['question'])}",
        _what_was_checked(facts),
        f"**What we found.** {_what_was_found(facts, model)}",
        f"**Against {control_words(facts)}.** {control}" if control else "",
        f"**How sure are we?** {_how_sure(facts, model)}",
        f"**What this does not mean.** {_meaning(facts, model)}",
    )
    return "\n\n".join(filter(None, parts)) + "\n"


def _what_was_checked(facts):
    """Whose review this reruns, what it says, and what became of its claims."""
    if not facts.claims:
        return ""
    said = [
        f"{num(f'audit.{verdict}')} {plural(count, *words)}"
        for verdict, words in VERDICT_WORDS.items()
        if (count := sum(claim["verdict"] == verdict for claim in facts.claims))
    ]
    own = f"{num('audit.claims')} printed {plural(len(facts.claims), 'claim')}"
    whose = "about the studies of" if any(map(is_retold, facts.claims)) else "of"
    text = (
        f"**What we checked.** We checked {own} {whose} {facts.review()}. Of these, {listed(said)}."
    )
    if not facts.published():
        return text
    estimate = facts.published()["estimate"]
    verdict, _ = VERDICT_WORDS[estimate["verdict"]]
    printed = num(f"claims.{estimate['claim']}.printed")
    return f"{text} The main printed result is {printed}. That number {verdict}."


def _what_was_found(facts, model):
    """The pool in short sentences, or that there is none."""
    base, k, end = base_of(model), model["fit"]["k"], read_as(model)
    if k == 0:
        return "We found no study with numbers that we could use. So we cannot answer the question."
    who = "One study has" if k == 1 else f"{num(f'{base}.k')} studies have"
    what, unit = (unit_words(model), "") if end else (noun(facts, model), unit_words(model))
    mean = "" if k == 1 else " average"
    found = " ".join(filter(None, (num(f"{base}.beta{end}"), unit if unit != what else "")))
    text = (
        f"{who} numbers that we could use. The{mean} {what} was {found}{_scale(model)}. "
        f"{_sign(facts, model)}"
    )
    rest = (matters_sentence(facts, model), _range(facts, model), _whose(model))
    return " ".join(filter(None, (text, *rest)))


def _scale(model):
    """The ends of the scale, where the unit is its points."""
    return f", on a scale from {scale_words(model)}" if model["unit"] == "points" else ""


def _sign(facts, model):
    """What a number on either side of no effect means."""
    label = escape_markdown(facts.outcome(model)["label"])
    none = no_effect(model)
    if model["direction"] == "not_stated":
        return "The source does not say which group a negative number favours."
    if is_association(model):
        return f"A number above {none} means that the two rise together."
    if not is_compared(facts, model):
        return "Nothing is compared here."
    if model["direction"] != "improvement_positive":
        return f"A number above {none} means more {label} {facts.groups(model)}."
    more = "less" if facts.outcome(model)["improvement"] == "decrease" else "more"
    than = "before the treatment" if noun(facts, model) == "change" else "without the treatment"
    return f"A number above {none} means {more} {label} than {than}."


def _range(facts, model):
    """Both intervals, whether the careful one includes no effect, and whether the usual one disagrees."""
    base, k, end = base_of(model), model["fit"]["k"], read_as(model)
    careful = base if k == 1 else f"{base}.adhoc"
    text = f"The true number may lie anywhere from {_span(careful, end)}."
    usual = "" if k == 1 else f" A less careful method says {_span(f'{base}.z', end)}."
    if not is_compared(facts, model) or model["direction"] == "not_stated":
        return text + usual
    if excludes_zero(facts, careful):
        return f"{text}{usual} All of that is {_side(facts, model, careful)}."
    if k > 1 and excludes_zero(facts, f"{base}.z"):
        usual += " That is too sure with so few studies."
    return f"{text}{usual} So it could be better or worse: we cannot tell."


def _side(facts, model, base):
    """'for the better', or 'above zero' where nobody says what is better."""
    above = value(facts, f"{base}.ci_lb") > 0
    if model["direction"] == "improvement_positive":
        return "for the better" if above else "for the worse"
    return f"{'above' if above else 'below'} {no_effect(model)}"


def _span(base, end=""):
    return f"{num(f'{base}.ci_lb{end}')} to {num(f'{base}.ci_ub{end}')}"


def _whose(model):
    """Whether these studies are those of the published review."""
    if not model["roles"]["candidate"]:
        return ""
    one = model["fit"]["k"] == 1
    which = "this study" if one else "these studies"
    return f"We do not know if the published review used {which}."


def _against_control(facts, answer):
    """The comparison with a control group, where the review has such an analysis besides its answer."""
    model = facts.headline("controlled")
    if model is None or model is answer:
        return ""
    if model["fit"]["k"] == 0:
        return "No study that made this comparison has numbers that we could use."
    base, k, end = base_of(model), model["fit"]["k"], read_as(model)
    trials = all(design_of(facts, one) in CONTROLLED_DESIGNS[:1] for one in model["studies"])
    one = "trial" if trials else "study"
    who = f"One {one}" if k == 1 else f"{num(f'{base}.k')} {'trials' if trials else 'studies'}"
    return (
        f"{who} compared the treatment with {control_words(facts)}. The difference was "
        f"{num(f'{base}.beta{end}')} {unit_words(model)}. {_sign(facts, model)} {_range(facts, model)}"
    )


def _how_sure(facts, model):
    """The certainty of the controlled evidence, of the answer or of its primary pool: the first that is rated."""
    known = (facts.headline("controlled"), model, facts.headline("primary"))
    pools = [one for one in known if one and one["fit"]["k"]]
    if not pools:
        return "There is nothing yet to be sure of."
    rated = (one for one in pools if rating(facts, one) != NOT_RATED)
    return certainty_sentence(facts, next(rated, pools[0]))


def _meaning(facts, model):
    """What readers often take from a change, and from an average."""
    return f"{MEANING} {AVERAGE}" if model["measure"] in BEFORE_AFTER else AVERAGE
