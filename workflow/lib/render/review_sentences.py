"""Sentences about the review as a whole: status, answer, claims, flow, narrated studies, limits."""

from workflow.lib.render.candidate_sentence import candidate_sentence
from workflow.lib.render.facts import (
    LEVELS,
    design_of,
    listed,
    no_effect,
    num,
    p_words,
    plural,
    value,
)
from workflow.lib.render.markdown import escape_markdown
from workflow.lib.render.pool_sentences import (
    BEFORE_AFTER,
    CONTROLLED_DESIGNS,
    beside_sentence,
    controlled_sentence,
    pooled_sentence,
)

NARROWED = (
    "A standardised change divides by the spread of scores at the start. Where patients had to have "
    "a certain score to enter a study, that spread is narrowed and the standardised change is "
    "inflated; the change in points is not."
)
SINGLE_ARM = (
    "Patients who had to be unwell to be treated will be less so on average later, treated or not "
    "(regression to the mean).",
    "Single-arm change scores should not be read as the effect of a treatment [@cuijpers2017].",
)
WHO_STAYED = "Averages over those who stayed say nothing about those who left."
NOTHING = "No study has the data that the primary analysis needs; the tables of studies say why."


def status(facts):
    """The caution at the top of the results: whose studies these are."""
    words = candidate_sentence(facts, facts.headline("primary")) or NOTHING
    return f"::: {{.callout-important}}\n{words}\n:::\n"


def lead(facts):
    """The review's question, and whose review is rerun if somebody's claims are audited."""
    review = facts.config["review"]
    question = escape_markdown(review["question"])
    audited = (
        f" The review that is rerun and audited here: {facts.review()}." if facts.claims else ""
    )
    return f"**{question}**{audited}\n"


def printed_result(claims, *, short=False):
    """'1.55 (95% CI 0.24 to 2.87; p = 0.02; z = 2.32)' in the source's own digits."""

    def n(quantity):
        return num(f"claims.{claims[quantity]['claim']}.printed")

    extra = []
    if {"ci_lb", "ci_ub"} <= set(claims):
        level = num(f"claims.{claims['ci_lb']['claim']}.level")
        extra = [f"{level}% CI {n('ci_lb')} to {n('ci_ub')}"]
    for name, quantity in (("p", "pval"), ("z", "zval")):
        if quantity in claims and not short:
            sign = "" if claims[quantity]["printed"].startswith(("<", ">")) else "= "
            extra.append(f"{name} {sign}{n(quantity)}")
    return f"{n('estimate')} ({'; '.join(extra)})" if extra else n("estimate")


def narrated_sentences(facts, *, short=False):
    """One sentence for each study that is told and not pooled."""
    tell = _in_short if short else _narrated
    said = [tell(facts, row) for row in facts.narrated]
    return f"**Told, not pooled.** {' '.join(said)}" if said else ""


def _narrated(facts, row):
    base, slab = f"narrated.{facts.names[row['study']]}", facts.slabs[row["study"]]
    time = escape_markdown(row["time_point"] or "")
    if row["kind"] == "score":
        scores = f"from {num(f'{base}.before')} to {num(f'{base}.after')} ({time})"
        return f"{slab}: {scores}, {_by_how_much(base, facts)} in one patient."
    if row["kind"] == "percent":
        who = f" in {num(f'{base}.n')} {plural(row['n'], 'patient')}" if row["n"] else ""
        word, number = _turned(base, "percent_decrease", "percent_increase", facts)
        change = f"a mean {word} of {num(number)}{who} ({time})"
        return f"{slab}: {change}, without scores at baseline."
    return f"{slab}: {escape_markdown(row['reason'])}."


def _in_short(facts, row):
    """'Made-up study A: from 9 to 1 in one patient.'"""
    base, slab = f"narrated.{facts.names[row['study']]}", facts.slabs[row["study"]]
    if row["kind"] == "score":
        return f"{slab}: from {num(f'{base}.before')} to {num(f'{base}.after')} in one patient."
    if row["kind"] == "percent":
        who = f" in {num(f'{base}.n')} {plural(row['n'], 'patient')}" if row["n"] else ""
        word, number = _turned(base, "percent_decrease", "percent_increase", facts)
        return f"{slab}: a mean {word} of {num(number)}{who}."
    return f"{slab}: {escape_markdown(row['reason'])}."


def _turned(base, decrease, increase, facts):
    """('increase', id) where scores rose, else ('decrease', id)."""
    rose = f"{base}.{increase}" in facts.numbers
    return ("increase", f"{base}.{increase}") if rose else ("decrease", f"{base}.{decrease}")


def _by_how_much(base, facts):
    """'a decrease of 8 points or 89%'; without a percentage where the score before was zero."""
    word, number = _turned(base, "decrease", "increase", facts)
    _, share = _turned(base, "percent_decrease", "percent_increase", facts)
    percent = f" or {num(share)}" if share in facts.numbers else ""
    article = "an" if word == "increase" else "a"
    return f"{article} {word} of {num(number)} points{percent}"


def yardstick_sentence(facts):
    """Change without a treatment effect, for comparison."""
    said, cited = [], []
    for name, item in facts.config["yardsticks"].items():
        said.append(f"{num(f'yardstick.{name}.value')} with {escape_markdown(item['label'])}")
        cited.append(item["citation"])
    if not said:
        return ""
    source = "; ".join(f"@{key}" for key in dict.fromkeys(cited))
    return (
        "A change after treatment is not an effect of treatment: symptoms also change on their own and "
        f"with sham. Across trials of many conditions the standardised improvement was {listed(said)} [{source}]."
    )


def claims_sentence(facts):
    """What the arithmetic of the published result implies."""
    claims = facts.published()
    base = f"claims.{claims['estimate']['group']}" if claims else ""
    if not claims or f"{base}.se" not in facts.numbers:
        return "No published result with an interval is under audit."
    spread = (
        f"The printed interval implies a standard error of {num(f'{base}.se')} (rounding allows "
        f"{num(f'{base}.se_lb')} to {num(f'{base}.se_ub')})"
    )
    model = facts.headline("primary")
    if model["measure"] in LEVELS:  # nothing is tested
        return f"{spread}. {_regenerated(facts)}".rstrip()
    text = (
        f"{spread}, hence z from {num(f'{base}.z_lb')} to {num(f'{base}.z_ub')} and "
        f"{_p_range(facts, base)} under a Wald z interval."
    )
    if value(facts, f"{base}.df") is None:
        return f"{text} {_regenerated(facts)}".rstrip()
    text += (
        f" Had it been a t interval with {num(f'{base}.df')} degrees of freedom, p would be {num(f'{base}.t_p')}. "
        f"If a Knapp-Hartung standard error were as large as that Wald one, the interval around the printed "
        f"estimate would run from {num(f'{base}.hk_lb')} to {num(f'{base}.hk_ub')} "
        f"({p_words(facts, f'{base}.hk_pval')}); "
        f"to exclude {no_effect(model)} it would have to be at most {num(f'{base}.hk_se_max')}."
    )
    return f"{text} {_regenerated(facts)}".rstrip()


def _p_range(facts, base):
    """p between two limits; one where both print the same, as below the smallest that is printed."""
    low, high = f"{base}.p_lb", f"{base}.p_ub"
    if facts.numbers[low]["text"] == facts.numbers[high]["text"]:
        return p_words(facts, high)
    return f"p from {num(low)} to {num(high)}"


def _regenerated(facts):
    """The pool whose numbers stand in the table of claims, with what belongs beside it."""
    model = facts.headline("primary")
    if model["fit"]["k"] == 0:
        return ""
    beside = beside_sentence(facts, model)
    return f"Beside the claims stands the pool regenerated here. {pooled_sentence(facts, model)} {beside}"


def limits(facts):
    """What these numbers cannot say."""
    model = facts.headline("primary")
    before_after = model["measure"] in BEFORE_AFTER
    parts = [yardstick_sentence(facts)]
    if before_after:
        single = [s for s in model["studies"] if design_of(facts, s) not in CONTROLLED_DESIGNS]
        double = [s for s in model["studies"] if s not in single]
        if single:
            names = listed(facts.slabs[study] for study in single)
            verb = plural(len(single), "has", "have")
            parts.append(f"{names} {verb} no comparison group at all.")
        if double:
            names = listed(facts.slabs[study] for study in double)
            parts.append(f"Of {names} only the treated patients enter the change before to after.")
    control = controlled_sentence(facts)
    beside = "The controlled evidence stands beside the change. " if before_after else ""
    parts.append(f"{beside}{control}" if control else "")
    said = [*_limits_of_changes(facts), WHO_STAYED]
    return "\n\n".join(filter(None, [*parts, "\n".join(f"- {one}" for one in said)])) + "\n"


def _limits_of_changes(facts):
    """What a change before to after cannot say, where an analysis is one."""
    measures = {model["measure"] for model in facts.models.values()} & BEFORE_AFTER
    return [*([NARROWED] if measures - {"MC"} else []), *(SINGLE_ARM if measures else [])]
