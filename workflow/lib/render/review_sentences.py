"""Sentences about the review as a whole: status, plain summary, claims, narrated studies, limits."""

from workflow.lib.render.facts import VERDICTS, interval, listed, num, plural, value
from workflow.lib.render.markdown import escape_markdown
from workflow.lib.render.pool_sentences import candidate_sentence, pooled_sentence, reading_sentence


def status(facts):
    """The caution at the top of the results: whose studies these are."""
    return f"::: {{.callout-important}}\n{candidate_sentence(facts, facts.headline('primary')) or NOTHING}\n:::\n"


NOTHING = "No study has the data for the primary analysis yet; data/raw/COMPLETING.md says what to fill in."


def lead(facts):
    """The review's title, its question, and whose review is rerun."""
    review = facts.config["review"]
    title, question = escape_markdown(review["title"]), escape_markdown(review["question"])
    return f"**{title}.** {question} The review that is rerun and audited here: {facts.review()}.\n"


def answer(facts):
    """The answer in three lines: before-after, against sham, as published."""
    lines = [f"**Before and after.** {_before_after(facts)}"]
    if facts.headline("controlled"):
        lines.append(f"**Against sham.** {_controlled(facts)}")
    if facts.published():
        lines.append(f"**As published.** {_published(facts)}")
    body = "\n\n".join(lines)
    return f"::: {{.callout-note}}\n## The answer\n\n{body}\n:::\n"


def _before_after(facts):
    model = facts.headline("primary")
    text = f"{pooled_sentence(facts, model)} {reading_sentence(facts, model)}"
    points = facts.headline("points")
    if points and points["fit"]["k"]:
        text += f" In points on the scale from {_scale(facts, points)}: {_inline(points)}."
    return text


def _scale(facts, model):
    base = f"scale.{model['outcome']}"
    return f"{num(f'{base}.low')} to {num(f'{base}.high')}"


def _inline(model):
    base = f"pooled.{model['analysis']}"
    if model["fit"]["k"] == 1:
        return f"{num(f'{base}.beta')} ({interval(base)})"
    knha, wald = interval(f"{base}.adhoc"), interval(f"{base}.z", level=False)
    return f"{num(f'{base}.beta')} ({knha} by Knapp-Hartung, {wald} by Wald)"


def _controlled(facts):
    model = facts.headline("controlled")
    if model["fit"]["k"] == 0:
        return "No study with a sham or control group has readable data."
    base = f"pooled.{model['analysis']}"
    who = "One trial" if model["fit"]["k"] == 1 else f"{num(f'{base}.k')} trials"
    sign = (
        "; the source does not say which arm that favours"
        if model["direction"] == "not_stated"
        else ""
    )
    reading = (
        "includes"
        if value(facts, f"{base}.ci_lb") <= 0 <= value(facts, f"{base}.ci_ub")
        else "excludes"
    )
    return (
        f"{who} compared the treatment with sham: a difference of {_inline(model)} points{sign}. "
        f"Its interval {reading} zero."
    )


def _published(facts):
    claims = facts.published()
    found = claims["estimate"]
    text = f"{facts.review()} prints {_printed(claims)}."
    text += f" Verdict on the estimate: {VERDICTS[found['verdict']]}"
    return text + (
        f", for want of {escape_markdown(found['missing'])}." if found["missing"] else "."
    )


def _printed(claims):
    """'1.55 (95% CI 0.24 to 2.87; p = 0.02; z = 2.32)' in the source's own digits."""

    def n(quantity):
        return num(f"claims.{claims[quantity]['claim']}.printed")

    extra = []
    if {"ci_lb", "ci_ub"} <= set(claims):
        level = num(f"claims.{claims['ci_lb']['claim']}.level")
        extra = [f"{level}% CI {n('ci_lb')} to {n('ci_ub')}"]
    extra += [
        f"{name} = {n(quantity)}"
        for name, quantity in (("p", "pval"), ("z", "zval"))
        if quantity in claims
    ]
    return f"{n('estimate')} ({'; '.join(extra)})" if extra else n("estimate")


def summary(facts):
    """The plain-language summary: what a news page would print, every number from the registry."""
    parts = (
        _question(facts),
        _what_was_published(facts),
        _what_could_be_checked(facts),
        _what_data_show(facts),
        _against_sham(facts),
        narrated_sentences(facts),
        _what_it_does_not_mean(facts),
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def _question(facts):
    return f"**The question.** {escape_markdown(facts.config['review']['question'])}"


def _what_was_published(facts):
    counts = {
        box: value(facts, f"flow.{box}")
        for box in ("records_identified", "studies_included", "studies_pooled")
    }
    parts = [
        f"{words} {num(f'flow.{box}')} {noun}"
        for box, words, noun in (
            ("records_identified", "found", "records"),
            ("studies_included", "included", "studies"),
            ("studies_pooled", "pooled", "of them"),
        )
        if f"flow.{box}" in facts.numbers and counts[box] is not None
    ]
    text = f"{facts.review()} {listed(parts)}." if parts else ""
    if facts.published():
        text += f" It prints a pooled standardised effect of {_printed(facts.published())}."
    return f"**What was published.** {text}" if text else ""


def _what_could_be_checked(facts):
    if not facts.claims:
        return ""
    counts = {name: sum(c["verdict"] == name for c in facts.claims) for name in VERDICTS}
    said = [
        f"{num(f'audit.{name}')} {plural(count, 'is', 'are')} {VERDICTS[name]}"
        for name, count in counts.items()
        if count
    ]
    text = (
        f"**What could be checked.** Of its {num('audit.claims')} printed claims, {listed(said)}."
    )
    found = facts.published().get("estimate")
    if found and found["verdict"] == "not_checkable":
        text += (
            " The printed numbers fit each other; whether the estimate itself is right cannot be told "
            f"from open sources, for want of {escape_markdown(found['missing'])}."
        )
    return text


def _what_data_show(facts):
    model = facts.headline("points") or facts.headline("primary")
    k = model["fit"]["k"]
    if k == 0:
        return f"**What open data show.** {pooled_sentence(facts, model)}"
    base, label = f"pooled.{model['analysis']}", facts.outcome(model)["label"]
    who = "In the one study" if k == 1 else f"In the {num(f'{base}.k')} studies"
    unit = (
        f"points on the scale from {_scale(facts, model)}"
        if model["unit"] == "points"
        else model["unit"]
    )
    verb = (
        "changed for the better"
        if value(facts, f"{base}.beta") >= 0
        else "changed for the worse (negative)"
    )
    text = (
        f"**What open data show.** {who} with readable numbers, {label} {verb} by {num(f'{base}.beta')} "
        f"{unit} after treatment."
    )
    return f"{text} {_certainty(facts, model)} {candidate_sentence(facts, model)}"


def _certainty(facts, model):
    base, k = f"pooled.{model['analysis']}", model["fit"]["k"]
    if k == 1:
        return f"One study is no pool; its own interval runs from {num(f'{base}.ci_lb')} to {num(f'{base}.ci_ub')}."
    careful = f"{num(f'{base}.adhoc.ci_lb')} to {num(f'{base}.adhoc.ci_ub')}"
    usual = f"{num(f'{base}.z.ci_lb')} to {num(f'{base}.z.ci_ub')}"
    text = (
        f"The careful interval for so few studies runs from {careful}, the usual one from {usual}."
    )
    low, high = value(facts, f"{base}.adhoc.ci_lb"), value(facts, f"{base}.adhoc.ci_ub")
    return text + (" We are very uncertain about the average change." if low <= 0 <= high else "")


def _against_sham(facts):
    return f"**Against sham.** {_controlled(facts)}" if facts.headline("controlled") else ""


def narrated_sentences(facts):
    """One sentence for each study that is told and not pooled."""
    said = [_narrated(facts, row) for row in facts.narrated]
    return f"**Told, not pooled.** {' '.join(said)}" if said else ""


def _narrated(facts, row):
    base, slab = f"narrated.{facts.names[row['study']]}", facts.slabs[row["study"]]
    time = escape_markdown(row["time_point"] or "")
    if row["kind"] == "score":
        return (
            f"{slab}: from {num(f'{base}.before')} to {num(f'{base}.after')} ({time}), a fall of "
            f"{num(f'{base}.decrease')} points or {num(f'{base}.percent_decrease')} in one patient."
        )
    if row["kind"] == "percent":
        who = f" in {num(f'{base}.n')} patients" if row["n"] else ""
        return f"{slab}: a mean decrease of {num(f'{base}.percent_decrease')}{who} ({time}), without scores at baseline."
    return f"{slab}: {escape_markdown(row['reason'])}."


def _what_it_does_not_mean(facts):
    if not facts.config["yardsticks"]:
        return ""
    return f"**What this does not mean.** {yardstick_sentence(facts)}"


def yardstick_sentence(facts):
    """Change without a treatment effect, for comparison."""
    said, cited = [], []
    for name, item in facts.config["yardsticks"].items():
        said.append(f"{num(f'yardstick.{name}.value')} with {escape_markdown(item['label'])}")
        cited.append(item["citation"])
    source = "; ".join(f"@{key}" for key in dict.fromkeys(cited))
    return (
        "A change after treatment is not an effect of treatment: symptoms also change on their own and "
        f"with sham. Across trials of many conditions the standardised improvement was {listed(said)} [{source}]."
    )


def flow_sentence(facts):
    """Where the counts come from, and which are not reported."""
    missing = [box["label"].lower() for box in facts.flow if box["origin"] == "not_reported"]
    text = (
        "The counts are transcribed from the published text; the records themselves are not open."
    )
    if any(box["origin"] == "counted" for box in facts.flow):
        text = "The counts are made from the screening records."
    if any(box["origin"] == "derived" for box in facts.flow):
        text += (
            " The number of narrated studies is the difference of the included and the pooled ones."
        )
    return text + (f" Not reported: {listed(missing)}." if missing else "")


def claims_sentence(facts):
    """What the arithmetic of the published result implies."""
    claims = facts.published()
    base = f"claims.{claims['estimate']['group']}" if claims else ""
    if not claims or f"{base}.se" not in facts.numbers:
        return "No published result with an interval is under audit."
    text = (
        f"The printed interval implies a standard error of {num(f'{base}.se')} (rounding allows "
        f"{num(f'{base}.se_lb')} to {num(f'{base}.se_ub')}), hence z from {num(f'{base}.z_lb')} to "
        f"{num(f'{base}.z_ub')} and p from {num(f'{base}.p_lb')} to {num(f'{base}.p_ub')} under a Wald z interval."
    )
    if value(facts, f"{base}.df") is None:
        return text
    return text + (
        f" Had it been a t interval with {num(f'{base}.df')} degrees of freedom, p would be {num(f'{base}.t_p')}. "
        f"If a Knapp-Hartung standard error were as large as that Wald one, the interval around the printed "
        f"estimate would run from {num(f'{base}.hk_lb')} to {num(f'{base}.hk_ub')} (p = {num(f'{base}.hk_pval')}); "
        f"to exclude zero it would have to be at most {num(f'{base}.hk_se_max')}."
    )


def limits(facts):
    """What these numbers cannot say."""
    primary, points = facts.headline("primary"), facts.headline("controlled")
    parts = [yardstick_sentence(facts) if facts.config["yardsticks"] else ""]
    if primary["fit"]["k"]:
        single = [
            s
            for s in primary["studies"]
            if _design(facts, s) not in ("randomised_trial", "controlled_study")
        ]
        if single:
            names = listed(facts.slabs[study] for study in single)
            parts.append(
                f"{names} {plural(len(single), 'has', 'have')} no comparison group at all."
            )
    if points and points["fit"]["k"]:
        parts.append(f"The controlled evidence stands beside the change: {_controlled(facts)}")
    return "\n\n".join(filter(None, parts)) + "\n"


def _design(facts, study):
    return next(row["design"] for row in facts.studies if row["study"] == study)
