"""What leaving out estimates or clusters shows, with a name for each coefficient and cluster."""

from dataclasses import dataclass

from workflow.lib.stats.dependence.influence import DependentInfluence
from workflow.lib.stats.examine.flatten import safe

OF_COEFFICIENTS = ("dfbs", "beta_del", "se_del")


@dataclass(frozen=True, slots=True)
class EstimatesLeftOut:
    """Deletion diagnostics of the k studies: every column, and every member, has k values."""

    resid: tuple[float | None, ...]
    se: tuple[float | None, ...]
    rstudent: tuple[float | None, ...]
    se_exact: tuple[float | None, ...]
    rstudent_exact: tuple[float | None, ...]
    rstandard: tuple[float, ...]
    hat: tuple[float, ...]
    weight: tuple[float, ...]  # percent
    cook_d: tuple[float | None, ...]
    dfbs: dict[str, tuple]  # by coefficient
    beta_del: dict[str, tuple]
    se_del: dict[str, tuple]
    tag: str
    reasons: dict[str, str]


@dataclass(frozen=True, slots=True)
class ClustersLeftOut:
    """Residuals of the k studies without their cluster, and diagnostics of the clusters by name."""

    resid: tuple[float | None, ...]
    se: tuple[float | None, ...]
    rstudent: tuple[float | None, ...]
    rstandard: tuple[float, ...]
    hat: tuple[float, ...]
    weight: tuple[float, ...]  # percent
    clusters: dict[str, dict]  # size, X2, pval, cook_d, and dfbs, beta_del, se_del by coefficient
    tag: str
    reasons: dict[str, str]


def left_out(found: DependentInfluence) -> EstimatesLeftOut | ClustersLeftOut:
    """Return `found` with each coefficient and each cluster under its own name."""
    if found.X2 is not None:
        return _clusters(found)
    columns = ("resid", "se", "rstudent", "se_exact", "rstudent_exact", "rstandard")
    kept = {name: getattr(found, name) for name in (*columns, "hat", "weight", "cook_d")}
    named = {
        field: dict(zip(found.names, zip(*getattr(found, field), strict=True), strict=True))
        for field in OF_COEFFICIENTS
    }
    return EstimatesLeftOut(**kept, **named, tag=found.tag, reasons=_told(found))


def _clusters(found: DependentInfluence) -> ClustersLeftOut:
    """One member per cluster, and why its numbers are missing."""
    clusters, reasons = {}, _told(found)
    for u, label in enumerate(map(_label, found.label)):
        alone = {name: getattr(found, name)[u] for name in ("size", "X2", "pval", "cook_d")}
        named = {
            field: dict(zip(found.names, getattr(found, field)[u], strict=True))
            for field in OF_COEFFICIENTS
        }
        clusters[label] = alone | named
        place, why = f"clusters.{safe(label)}", found.reasons.get(f"row {u}")
        if why:
            reasons |= {f"{place}.{name}": why for name in ("X2", "pval", "cook_d")}
            reasons |= {
                f"{place}.{field}.{safe(name)}": why
                for field in OF_COEFFICIENTS
                for name in found.names
            }
    kept = {name: getattr(found, name) for name in ("resid", "se", "rstudent", "rstandard")}
    return ClustersLeftOut(
        **kept,
        **{"hat": found.hat, "weight": found.weight, "clusters": clusters},
        tag=found.tag,
        reasons=reasons,
    )


def _told(found: DependentInfluence) -> dict[str, str]:
    """Why numbers of studies are missing: rows of studies, and columns that are there."""
    single = found.X2 is None
    return {name: why for name, why in found.reasons.items() if single or name[:4] != "row "}


def _label(label) -> str:
    """A cluster in words: whole numbers without a point."""
    return f"{label:g}" if isinstance(label, float) else str(label)
