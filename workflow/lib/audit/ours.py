"""Regenerated numbers that stand beside claims, and whether the two are about the same studies."""

from dataclasses import dataclass, replace

from workflow.lib.audit.claim_lines import lines_of


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
    if found is None or claim["group"] not in counts:
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
        confirmed = not model["roles"]["candidate"]
        same = confirmed and model["fit"]["k"] == pooled
        lineage = _lineage(model) if confirmed else ((), ())
        fits = {"": model["fit"]} | {f"{one['test']}.": one for one in model["tests"]}
        for prefix, fit in fits.items():
            for item, value in fit.items():
                if isinstance(value, int | float) and not isinstance(value, bool):
                    name = f"pooled.{model['analysis']}.{prefix}{item}"
                    k = model["fit"]["k"] if confirmed else None
                    found[name] = Ours(name, value, same, *lineage, k)
    return found


def _lineage(model):
    rows = dict.fromkeys([*model["yi_rows"], *model["vi_rows"], *model["decision_rows"]])
    return tuple(rows), ("flow:studies_pooled", *model["basis"])
