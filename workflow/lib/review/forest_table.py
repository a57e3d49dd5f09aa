"""The rows of a forest plot: studies, narrated ones, the pool, its other interval, the prediction."""

from dataclasses import dataclass, field
from math import atanh, log, log1p

from workflow.lib.review.forest_words import (
    TESTS,
    WORDINGS,
    end_of,
    interval_text,
    is_log,
    marks_of,
)
from workflow.lib.review.reasons import in_words
from workflow.lib.review.time_points import UNTIMED

COLUMNS = ["kind", "slab", "detail", "yi", "ci_lb", "ci_ub", "weight", "text", "weight_text"]
COLUMNS += ["lights", "spread", "df"]
ANALYSED = {  # scale of a claim -> the way from the print
    "log": log,
    "z": atanh,
    "logit": lambda share: log(share) - log1p(-share),
    "percent": lambda percent: percent / 100.0,
}
PRINTED = {"log": "a ratio", "z": "a correlation", "logit": "a proportion", "percent": "in percent"}
# how the source of a claim begins that has it from a paper
RETOLD = ("documentation", "test suite")
ROLES = {"candidate": "candidate", "pooled": "", "narrated": "", "": ""}


@dataclass(frozen=True, slots=True)
class Groups:
    """Subgroups of the pooled studies, as an examination of the pool has them."""

    base: str  # of its numbers: examined.<analysis>.<name>
    of: dict[str, str]  # study -> subgroup
    keys: dict[str, str]  # subgroup -> its part of the numbers' ids


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a forest plot shows beside studies and pool."""

    lights: dict[str, str] = field(default_factory=dict)  # study -> judgements of risk of bias
    marks: dict[str, str] = field(default_factory=dict)  # study -> retracted, or doubted
    preset: str = "house"  # key of WORDINGS
    spread: float | None = None  # scale of the distribution behind the prediction interval
    groups: Groups | None = None

    @property
    def form(self):
        """How an estimate and its limits are put together."""
        return WORDINGS[self.preset].interval


PLAIN = Wanted()


def forest_rows(effects, model, numbers, names, claims, wanted=PLAIN):
    """Rows of results/figures/forest_<analysis>.csv, top to bottom.

    `numbers` is the registry, from which every printed text comes; `names` maps a study to its
    piece of a number's id; `claims` are the claims whose counterpart is this pool's estimate.
    """
    pooled = [row for row in effects if row["status"] == "pooled"]
    told = [row for row in effects if row["status"] == "narrated"]
    own = {row["study"]: _study(row, model, numbers, names, wanted.form) for row in pooled}
    for row in pooled:
        own[row["study"]] |= _known(row, wanted)
    rows = _grouped(own, model, numbers, wanted)
    rows += [_narrated(row) | _known(row, wanted) for row in told]
    if model["fit"]["k"] >= 2:
        rows += _pool(model, numbers, wanted)
    confirmed = not model["roles"]["candidate"]
    rows += [_published(group, model, wanted.form, confirmed=confirmed) for group in claims]
    if model["fit"]["k"] >= 2:
        base = f"pooled.{model['analysis']}"
        rows.append({"kind": "note", "slab": _heterogeneity(base, numbers, wanted.preset)})
        rows += _between(wanted.groups, numbers)
    return rows


def _known(row, wanted):
    """What is known of a study beside its effect: its lights, and in its label whether it is retracted."""
    mark = wanted.marks.get(row["study"])
    slab = f"{row['slab']} ({mark})" if mark else row["slab"]
    return {"slab": slab, "lights": wanted.lights.get(row["study"], "")}


def _grouped(own, model, numbers, wanted):
    """The studies, each subgroup under its heading and above its own pool."""
    groups = wanted.groups
    if groups is None or not _estimated(groups, numbers):
        return list(own.values())
    rows = []
    for name, key in groups.keys.items():
        members = [row for study, row in own.items() if groups.of[study] == name]
        base, level = f"{groups.base}.groups.{key}", f"{model['fit']['level']:g}"
        rows += [{"kind": "heading", "slab": name.replace("_", " ")}, *members]
        limits = [numbers[f"{base}.{item}"]["value"] for item in ("beta", "ci_lb", "ci_ub")]
        text = interval_text(base, "beta", numbers, end=end_of(model), form=wanted.form)
        rows.append(
            {
                "kind": "subtotal",
                "slab": f"Subtotal ({level}% CI)",
                "detail": f"k = {len(members)}",
                **dict(zip(("yi", "ci_lb", "ci_ub"), limits, strict=True)),
                "text": text,
            }
        )
    return rows


def _estimated(groups, numbers):
    """Whether every subgroup has a pool of its own."""
    return all(f"{groups.base}.groups.{key}.beta" in numbers for key in groups.keys.values())


def _between(groups, numbers):
    """The test between subgroups, in a list; what could not be estimated says so."""
    if groups is None:
        return []
    base = f"{groups.base}.QM"
    if not _estimated(groups, numbers) or base not in numbers:
        return [{"kind": "note", "slab": "Subgroups: not estimable from these studies"}]
    stat, first, second, p = (numbers[f"{base}{item}"] for item in ("", "_df1", "_df2", "p"))
    df = first["text"] if second["value"] is None else f"{first['text']}, {second['text']}"
    name = "Chi²" if second["value"] is None else "F"
    words = f"{name} = {stat['text']}, df = {df}, p {_sign(p['text'])}"
    return [{"kind": "note", "slab": f"Test for subgroup differences: {words}"}]


def _study(row, model, numbers, names, form):
    base = f"study.{model['analysis']}.{names[row['study']]}"
    size = [_size(numbers[f"{base}.ni"])] if row["ni"] else []
    return {
        "kind": "study",
        "slab": row["slab"],
        "detail": ", ".join(filter(None, [ROLES[row["role"]], *size, _time(row)])),
        "yi": row["yi"],
        "ci_lb": row["ci_lb"],
        "ci_ub": row["ci_ub"],
        "weight": numbers[f"{base}.weight"]["value"],
        "text": interval_text(base, "yi", numbers, end=end_of(model), form=form),
        "weight_text": numbers[f"{base}.weight"]["text"],
    }


def _time(row):
    """The time point, where anybody states it."""
    return "" if row["time_point"] == UNTIMED else row["time_point"]


def _size(number):
    """'n = 21 (assumed)': without extraction rows it is an assumption."""
    return f"n = {number['text']}{'' if number['rows'] else ' (assumed)'}"


def _narrated(row):
    return {
        "kind": "narrated",
        "slab": row["slab"],
        "detail": ", ".join(filter(None, [ROLES[row["role"]], _time(row)])),
        "yi": row["point"],
        "text": f"not pooled: {in_words(row['reason_code'])}",
    }


def _pool(model, numbers, wanted):
    """The pool, its Wald interval beside a Knapp-Hartung one, the prediction interval."""
    base, fit, end = f"pooled.{model['analysis']}", model["fit"], end_of(model)
    total = WORDINGS[wanted.preset].total.format(level=f"{fit['level']:g}")
    which = f"{TESTS[fit['test']]} interval"
    own = {"end": end, "form": wanted.form}
    rows = [_diamond("pooled", total or f"Pool, {which}", fit, _text(base, numbers, **own))]
    details = (fit["method"], which if total else "", f"k = {numbers[f'{base}.k']['text']}")
    rows[0]["detail"] = ", ".join(filter(None, details))
    other = "adhoc" if fit["test"] in ("z", "t") else "z"
    for variant in (one for one in model["tests"] if one["test"] == other):
        text = _text(base, numbers, limits=f"{base}.{other}", **own)
        rows.append(_diamond("comparison", f"The same, {TESTS[other]} interval", variant, text))
    if fit["pi_lb"] is not None:
        rows.append(_prediction(model, numbers, wanted))
    return rows


def _text(base, numbers, **words):
    return interval_text(base, "beta", numbers, **words)


def _prediction(model, numbers, wanted):
    """The prediction interval, with its distribution where that is wanted."""
    base, fit = f"pooled.{model['analysis']}", model["fit"]
    low, high = (numbers[f"{base}.{name}{end_of(model)}"]["text"] for name in ("pi_lb", "pi_ub"))
    row = {
        "kind": "prediction",
        "slab": "Prediction interval",
        "yi": fit["beta"],
        "ci_lb": fit["pi_lb"],
        "ci_ub": fit["pi_ub"],
        "text": wanted.form.format("", low, high).strip(),
    }
    if wanted.spread is None:
        return row
    return row | {"slab": "Prediction distribution", "spread": wanted.spread, "df": fit["df"]}


def _sign(p):
    return p if p.startswith("<") else f"= {p}"


def _heterogeneity(base, numbers, preset):
    """tau2, I2 and Q of the pool in one line; RevMan adds the test of the effect."""
    text = {
        name: numbers[f"{base}.{name}"]["text"] for name in ("tau2", "I2", "QE", "QE_df", "QEp")
    }
    p = _sign(text["QEp"])
    if preset != "revman":
        return f"tau² = {text['tau2']}, I² = {text['I2']}, Q = {text['QE']}, df = {text['QE_df']}, p {p}"
    stat, own = numbers[f"{base}.stat"]["text"], _sign(numbers[f"{base}.pval"]["text"])
    name = "Z" if numbers[f"{base}.df"]["value"] is None else "T"
    return (
        f"Heterogeneity: Tau² = {text['tau2']}; Chi² = {text['QE']}, df = {text['QE_df']} (P {p}); "
        f"I² = {text['I2']}. Test for overall effect: {name} = {stat} (P {own})"
    )


def _diamond(kind, slab, fit, text):
    return {
        "kind": kind,
        "slab": slab,
        "yi": fit["beta"],
        "ci_lb": fit["ci_lb"],
        "ci_ub": fit["ci_ub"],
        "text": text,
    }


def _published(group, model, form, *, confirmed):
    """The published result as a row of its own; `group` maps estimate, ci_lb, ci_ub to texts."""
    name = group.get("scale") or "plain"
    scale = ANALYSED.get(name, float)
    what = f"as printed, {PRINTED[name]}" if name in PRINTED and marks_of(model) != name else ""
    what = "as printed, a logarithm" if is_log(model) and scale is float else what
    low, middle, high = (scale(float(group[name])) for name in ("ci_lb", "estimate", "ci_ub"))
    return {
        "kind": "comparison",
        "slab": f"Result in the {group['retold']}" if "retold" in group else "Published result",
        "detail": ", ".join(filter(None, (what, "" if confirmed else "its studies are not named"))),
        "yi": middle,
        "ci_lb": low,
        "ci_ub": high,
        "text": form.format(group["estimate"], group["ci_lb"], group["ci_ub"]),
    }


def published_results(claims, counterpart):
    """Texts and scale of the claimed result with an interval whose estimate has this counterpart.

    Where the claim was read in documentation or tests of software, `retold` says in which.
    """
    claims = [claim for claim in claims if not claim.get("study")]  # lines of studies aside
    estimates = [
        claim
        for claim in claims
        if claim["quantity"] == "estimate" and claim["counterpart"] == counterpart
    ]
    found = [
        {claim["quantity"]: claim["printed"] for claim in claims if claim["group"] == one["group"]}
        | _beside(one)
        for one in estimates
    ]
    return [texts for texts in found if {"estimate", "ci_lb", "ci_ub"} <= set(texts)][:1]


def _beside(claim):
    """Scale of a claim, and in what it is retold; neither where there is none."""
    source, scale = claim.get("source") or "", claim.get("scale")
    retold = next((kind for kind in RETOLD if source.startswith(f"{kind} ")), None)
    return {key: text for key, text in (("scale", scale), ("retold", retold)) if text}
