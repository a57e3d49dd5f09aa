"""What the page of one meta-analysis of a collection says: its forest, its numbers and their rows."""

from dataclasses import dataclass
from math import sqrt

OF_POOLS = ("beta", "ci_lb", "ci_ub", "pval", "pi_lb", "pi_ub", "tau2", "I2")


@dataclass(frozen=True, slots=True)
class Told:
    """One meta-analysis: its row, its pools, its studies (rows of its part) and the configuration."""

    meta: dict
    pools: list[dict]
    studies: list[dict]
    config: dict
    factor: float  # of a standard error, for the Wald interval of a study

    @property
    def weights(self) -> list[float]:
        """Weights of the studies in the primary model, percent."""
        tau2 = self.meta["tau2"] or 0.0
        precisions = [1.0 / (row["vi"] + tau2) for row in self.studies]
        return [100.0 * one / sum(precisions) for one in precisions]


def forest(told: Told, effect):
    """Rows of the forest plot; `effect(measure, value)` prints an effect."""

    def text(*values):
        beta, low, high = (effect(told.meta["measure"], value) for value in values)
        return f"{beta} [{low}, {high}]"

    found = []
    for row, weight in zip(told.studies, told.weights, strict=True):
        half = told.factor * sqrt(row["vi"])
        limits = {"yi": row["yi"], "ci_lb": row["yi"] - half, "ci_ub": row["yi"] + half}
        own = {"kind": "study", "slab": row["study"], "detail": f"row {row['row']}"}
        own |= {"weight": weight, "weight_text": f"{weight:.1f}%"}
        found.append(own | limits | {"text": text(*limits.values())})
    for pool in told.pools if len(told.studies) > 1 else ():
        primary = pool["model"] == told.config["primary"]
        limits = {"yi": pool["beta"], "ci_lb": pool["ci_lb"], "ci_ub": pool["ci_ub"]}
        slab = f"{pool['model']} ({pool['method']}, {pool['test']})"
        if None in limits.values():
            found.append({"kind": "note", "slab": f"{slab}: {pool['reason']}"})
            continue
        kind = "pooled" if primary else "comparison"
        found.append({"kind": kind, "slab": slab} | limits | {"text": text(*limits.values())})
        if primary and pool["pi_lb"] is not None:
            ends = {"yi": pool["beta"], "ci_lb": pool["pi_lb"], "ci_ub": pool["pi_ub"]}
            words = text(*ends.values()).partition(" ")[2]
            found.append(
                {"kind": "prediction", "slab": "Prediction interval", "text": words} | ends
            )
    return found


def words(told: Told, source, text_of, effect):
    """Title, lead, alternative text of the figure, facts, and the sentence on where the rows stand."""
    meta, config = told.meta, told.config
    title = meta["outcome"] or meta["review"]
    places = (meta["review"], meta["comparison"], meta["subgroup"])
    lead = " · ".join(filter(None, places if meta["outcome"] else places[1:]))
    estimate = "not estimable"
    if meta["beta"] is not None and meta["ci_lb"] is not None:
        parts = [effect(meta["measure"], meta[name]) for name in ("beta", "ci_lb", "ci_ub")]
        estimate = "{} [{}, {}]".format(*parts)
    facts = [(f"{meta['measure']}, {config['primary']}", estimate), ("studies", str(meta["k"]))]
    for name, label, kind in (
        *(("pval", "p", "p"), ("I2", "I²", "percent"), ("tau2", "τ²", "squared")),
        *(("largest_weight", "largest weight", "weight"), ("egger_pval", "Egger's p", "p")),
    ):
        facts.append(
            (label, text_of(meta[name], kind, "none") if meta[name] is not None else "none")
        )
    facts.append(("significant", f"in {meta['significant_in']} of {meta['models']} models"))
    if meta["pi_includes_null"] is not None:
        facts.append(("PI includes no effect", "yes" if meta["pi_includes_null"] else "no"))
    rows = f"rows {meta['rows']} of {source['file']} (SHA-256 {source['sha256']})"
    note = f"Made from {rows}; the first row of data is row {source['first_row']}. Id {meta['id']}."
    reasons = filter(
        None, (meta["reason"], meta["egger_reason"] and f"Egger: {meta['egger_reason']}")
    )
    alt = f"Forest plot of {meta['k']} studies; {config['primary']}: {estimate}"
    return title, lead, alt, facts, " ".join([note, *(f"{reason}." for reason in reasons)])


def tables(told: Told, text_of):
    """(heading, heads, rows, note) of the models and of the studies, on the analysis scale."""
    models = [
        [f"{pool['model']} ({pool['method']}, {pool['test']})"]
        + [_cell(text_of, pool[name], name) for name in OF_POOLS]
        for pool in told.pools
    ]
    heads = ["Model", "Effect", "CI from", "to", "p", "PI from", "to", "τ²", "I²"]
    studies = [
        [row["study"], str(row["row"]), *(f"{row[name]:.6g}" for name in ("yi", "vi"))]
        + [f"{weight:.1f}%"]
        for row, weight in zip(told.studies, told.weights, strict=True)
    ]
    note = "Analysis scale. Empty: the model does not give it, or the data do not."
    return [
        ("Every model", heads, models, note),
        ("Studies", ["Study", "Row", "yi", "vi", "Weight"], studies, "Row: in the long table."),
    ]


def _cell(text_of, value, name):
    """A number of a model as printed; empty where there is none."""
    kinds = {"pval": "p", "I2": "percent", "tau2": "squared"}
    return "" if value is None else text_of(value, kinds.get(name, "fine"))
