"""The plain-language summary: what a news page would print, every number from the registry."""

from workflow.lib.render.facts import VERDICTS, listed, num, plural, value
from workflow.lib.render.markdown import escape_markdown
from workflow.lib.render.pool_sentences import (
    base_of,
    control_words,
    controlled_sentence,
    excludes_zero,
    noun,
    pooled_sentence,
    scale_words,
    sign_sentence,
    unit_words,
)
from workflow.lib.render.review_sentences import (
    narrated_sentences,
    printed_result,
    yardstick_sentence,
)

COUNTS = (  # box, verb, noun
    ("records_identified", "found", "records"),
    ("studies_included", "included", "studies"),
    ("studies_pooled", "pooled", "of them"),
)


def summary(facts):
    """Question, what was published, what could be checked, what open data show, what it does not mean."""
    control = controlled_sentence(facts, short=True)
    meaning = yardstick_sentence(facts)
    parts = (
        f"**The question.** {escape_markdown(facts.config['review']['question'])}",
        _what_was_published(facts),
        _what_could_be_checked(facts),
        f"**What open data show.** {_what_data_show(facts)}",
        f"**Against {control_words(facts)}.** {control}" if control else "",
        narrated_sentences(facts, short=True),
        f"**What this does not mean.** {meaning}" if meaning else "",
    )
    return "\n\n".join(filter(None, parts)) + "\n"


def _what_was_published(facts):
    parts = [
        f"{verb} {num(f'flow.{box}')} {what}"
        for box, verb, what in COUNTS
        if f"flow.{box}" in facts.numbers and value(facts, f"flow.{box}") is not None
    ]
    text = f"{facts.review()} {listed(parts)}." if parts else ""
    if facts.published():
        result = printed_result(facts.published(), short=True)
        primary = facts.headline("primary")["measure"]
        effect = "standardised effect" if primary.startswith("SM") else "effect"
        text += f" Its pooled {effect} is {result}."
    return f"**What was published.** {text.strip()}" if text else ""


def _what_could_be_checked(facts):
    if not facts.claims:
        return ""
    counts = {name: sum(c["verdict"] == name for c in facts.claims) for name in VERDICTS}
    said = [
        f"{num(f'audit.{name}')} {plural(count, 'is', 'are')} {VERDICTS[name]}"
        for name, count in counts.items()
        if count
    ]
    own = f"{num('audit.claims')} printed {plural(len(facts.claims), 'claim')}"
    text = f"**What could be checked.** Of {own}, {listed(said)}."
    group = facts.published()
    if not group or group["estimate"]["verdict"] != "not_checkable":
        return text
    missing = escape_markdown(group["estimate"]["missing"])
    return (
        f"{text} Open sources cannot tell whether the pooled effect is right; missing: {missing}."
    )


def _what_data_show(facts):
    model = facts.headline("points") or facts.headline("primary")
    k = model["fit"]["k"]
    if k == 0:
        return pooled_sentence(facts, model)
    if model["direction"] != "improvement_positive":
        parts = (pooled_sentence(facts, model), sign_sentence(facts, model), _whose(model))
        return " ".join(parts)
    base, label = base_of(model), escape_markdown(facts.outcome(model)["label"])
    who = "In the one study" if k == 1 else f"In the {num(f'{base}.k')} studies"
    unit = unit_words(model)
    if model["unit"] == "points":
        unit = f"points (of a scale from {scale_words(model)})"
    when, than = ("after", "before") if noun(model) == "change" else ("with", "without it")
    worse = ", that is, worse" if value(facts, f"{base}.beta") < 0 else ""
    text = (
        f"{who} with readable numbers, {label} {when} treatment was better than {than} by "
        f"{num(f'{base}.beta')} {unit}{worse}."
    )
    return f"{text} {_certainty(facts, model)} {_whose(model)}"


def _whose(model):
    """Whose studies these are, in short."""
    one = model["fit"]["k"] == 1
    if model["roles"]["candidate"]:
        which = "this study" if one else "these studies"
        return f"Whether the published pool used {which} is not openly known."
    return f"{'This is a study' if one else 'These are studies'} of the published pool."


def _certainty(facts, model):
    """Both intervals in plain words, and how sure one can be."""
    base, k = base_of(model), model["fit"]["k"]
    if k == 1:
        text = f"One study is no pool; its interval runs from {_span(base)}"
        return text + _sure(facts, base)
    careful, usual = f"{base}.adhoc", f"{base}.z"
    text = (
        f"The careful interval for few studies runs from {_span(careful)}, the usual one from "
        f"{_span(usual)}"
    )
    return text + _sure(facts, careful)


def _span(base):
    return f"{num(f'{base}.ci_lb')} to {num(f'{base}.ci_ub')}"


def _sure(facts, base):
    if excludes_zero(facts, base):
        return "."
    return " (negative means worse). The evidence is very uncertain and includes no change."
