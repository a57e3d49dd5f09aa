"""Regenerated numbers that stand beside claims, and whether the two are about the same studies."""

from dataclasses import dataclass, replace

from workflow.lib.audit.claim_lines import lines_of
from workflow.lib.audit.registry import ids_of

# field of an examination: trials of which each may have several estimates
CLUSTERS = "robust.n_clusters"
STUDY = {"yi": "yi_rows", "vi": "vi_rows", "sei": "vi_rows"}  # fields that a study line can print


@dataclass(frozen=True, slots=True)
class Ours:
    """A regenerated number that stands beside a claim."""

    id: str
    value: float | None
    comparable: bool  # made from the very studies that the claim is about
    rows: tuple[str, ...] = ()  # extraction rows that a verdict on it would rest on
    basis: tuple[str, ...] = ()
    k: int | None = None  # its studies, where none of them is a mere candidate


def own_counts(claims):
    """group -> studies behind its result, where the group itself prints k, or df of heterogeneity."""
    lines = [line for line in lines_of(claims) if not line.study]
    return {line.group: line.own_df + 1 for line in lines if line.own_df is not None}


def beside(claim, ours, counts):
    """The regenerated number beside a claim; its group's own count of studies decides if it has one."""
    found = ours.get(claim["counterpart"])
    if found is None or claim.get("study") or claim["group"] not in counts:
        return found
    return replace(found, comparable=found.k == counts[claim["group"]])


def ours_from_models(models, *, pooled):
    """id -> Ours for the fields of every pool, those under each test included.

    A pool is comparable with the published one if none of its studies is a mere candidate and it
    has as many studies as the source pooled (`pooled`; None if that is not known) or, where the
    claims of that result say how many studies it has, as many as they say. A verdict rests on the
    rows of a pool only if its roles would allow a comparison.
    """
    found = {}
    for model in models:
        fits = {"": model["fit"]} | {f"{one['test']}.": one for one in model["tests"]}
        for prefix, fit in fits.items():
            for item, value in fit.items():
                found |= _of_pool(
                    f"pooled.{model['analysis']}.{prefix}{item}", value, model, pooled
                )
    return found


def ours_from_examined(records, models, *, pooled):
    """id -> Ours for what was examined about each pool, as comparable as the pool is.

    Where trials have several estimates each, the source may count either.
    """
    by_name, found = {model["analysis"]: model for model in models}, {}
    for record in records:
        name = record["analysis"]
        for one in record["examined"]:
            values = {entry["field"]: entry["value"] for entry in one["values"]}
            trials = values.get(CLUSTERS)
            counts = _members(values) if one.get("procedure") == "subgroups" else {}
            for field, value in values.items():
                number = f"examined.{name}.{one['name']}.{field}"
                own = _of_pool(number, value, by_name[name], pooled, trials)
                place = field.rpartition(".")[0]
                found |= {
                    key: replace(ours, k=counts[place]) if place in counts and ours.k else ours
                    for key, ours in own.items()
                }
    return found


def _members(values):
    """Place of a field -> what it was made of: studies of a subgroup; subgroups, of their test."""
    return {
        field.rpartition(".")[0]: value + 1
        for field, value in values.items()
        if field.endswith("QE_df") or field == "QM_df1"
    }


def ours_from_studies(effects, names):
    """id -> Ours for the effect of each study that is named in the source.

    `effects` maps an analysis to the rows of its effect table; `names` a study to its piece of an id.
    """
    found = {}
    for analysis, rows in effects.items():
        for row in (row for row in rows if row["status"] == "pooled"):
            for item, column in STUDY.items():
                number = f"study.{analysis}.{names[row['study']]}.{item}"
                own = row["role"] == "pooled"
                lineage = (ids_of(row[column]), ids_of(row["basis"])) if own else ((), ())
                found[number] = Ours(number, row[item], own, *lineage)
    return found


def _of_pool(number, value, model, pooled, trials=None):
    """{id: Ours} of a number of one pool of so many trials, or {} of what is no number."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return {}
    confirmed, k = not model["roles"]["candidate"], model["fit"]["k"]
    lineage = _lineage(model) if confirmed else ((), ())
    same = confirmed and pooled is not None and pooled in (k, trials)
    return {number: Ours(number, value, same, *lineage, k if confirmed else None)}


def _lineage(model):
    rows = dict.fromkeys([*model["yi_rows"], *model["vi_rows"], *model["decision_rows"]])
    return tuple(rows), ("flow:studies_pooled", *model["basis"])
