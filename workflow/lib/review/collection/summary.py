"""What the pools of a collection say together: counts, quantiles, models that disagree, distributions."""

from dataclasses import dataclass, field

import numpy as np

QUANTILES = (0, 5, 25, 50, 75, 95, 100)  # percent
FEW, SMALL_STUDY = 5, 0.10  # studies; level of Egger's test (Egger et al. 1997)
FLAGS = ("significant", "disagree", "opposite")
MODEL_PARTS = ("answered", "significant", "tau2_zero", "pi", "width")
SHARES = {  # quantity -> (what it is a share of, words)
    "one_study": ("meta_analyses", "of one study only"),
    "few_studies": ("meta_analyses", f"of fewer than {FEW} studies"),
    "not_estimable": ("meta_analyses", "without an answer from the primary model"),
    "significant": ("meta_analyses", "significant in the primary model"),
    "disagree": ("meta_analyses", "on whose significance the models disagree"),
    "opposite": ("meta_analyses", "on whose direction the models disagree"),
    "tau2_zero": ("pooled", "with tau2 estimated as 0, of those with two or more studies"),
    "one_study_heavier": ("pooled", "in which one study has over half of the weight"),
    "significant_pi_includes_null": (
        *("significant_with_pi",),
        "whose prediction interval includes no effect, of the significant ones that have one",
    ),
    "egger_tested": ("meta_analyses", "with enough studies for Egger's test"),
    "egger_small": ("egger_tested", f"with Egger's p below {SMALL_STUDY:g}, of those tested"),
}
KEPT, NOTHING = ("k", "tau2", "I2"), np.empty(0)
SUMMED = ("meta_analyses", "results", "significant_with_pi")
K_EDGES = (1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 50, 100)
TAU2_EDGES = (0.0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
I2_EDGES = tuple(range(0, 101, 10))


@dataclass(slots=True)
class Counted:
    """Sums over the parts so far; only three columns of numbers are kept for the quantiles."""

    level: float
    kept: dict[str, list] = field(default_factory=lambda: {name: [NOTHING] for name in KEPT})
    sums: dict[str, int] = field(default_factory=lambda: dict.fromkeys((*SUMMED, *SHARES), 0))
    models: dict[str, dict] = field(default_factory=dict)
    pairs: dict[tuple[str, str], np.ndarray] = field(default_factory=dict)

    def add(self, metas, pools) -> None:
        """Count one part; `metas` and `pools` map a column to its array, NaN where missing."""
        for name in KEPT:
            self.kept[name].append(metas[name])
        for name, values in _counts(metas).items():
            self.sums[name] += int(values.sum())
        self._models(pools)

    def _models(self, pools) -> None:
        names = list(dict.fromkeys(pools["model"]))
        width, alpha = len(names), 1.0 - self.level / 100.0
        wide = {n: np.reshape(pools[n], (-1, width)) for n in ("pval", "beta", "tau2", "pi_lb")}
        answered, below = ~np.isnan(wide["pval"]), wide["pval"] < alpha
        span = np.reshape(pools["ci_ub"] - pools["ci_lb"], (-1, width))
        for place, name in enumerate(names):
            own = self.models.setdefault(name, dict.fromkeys(MODEL_PARTS[:4], 0) | {"width": []})
            own["answered"] += int(answered[:, place].sum())
            own["significant"] += int(below[:, place].sum())
            own["tau2_zero"] += int((wide["tau2"][:, place] == 0.0).sum())
            own["pi"] += int((~np.isnan(wide["pi_lb"][:, place])).sum())
            own["width"].append(span[:, place] / span[:, 0])
            for other in range(place):
                both = answered[:, place] & answered[:, other]
                a, b = below[both, other], below[both, place]
                signs = np.sign(wide["beta"][both, other]) * np.sign(wide["beta"][both, place])
                found = [(a & b), (a & ~b), (~a & b), (~a & ~b), signs < 0.0]
                key = (names[other], name)
                counts = np.array([values.sum() for values in found])
                self.pairs[key] = self.pairs.get(key, 0) + counts


def _counts(metas):
    """What is counted of every meta-analysis, as true and false."""
    k, tested = metas["k"], ~np.isnan(metas["egger_pval"])
    found = {name: metas[name] for name in FLAGS}
    found |= {"meta_analyses": np.ones(len(k), dtype=bool), "one_study": k == 1}
    found |= {"results": k, "few_studies": k < FEW, "not_estimable": np.isnan(metas["pval"])}
    found |= {"tau2_zero": metas["tau2"] == 0.0, "egger_tested": tested}
    found |= {"egger_small": tested & (np.nan_to_num(metas["egger_pval"], nan=1.0) < SMALL_STUDY)}
    found |= {"one_study_heavier": (k > 1) & (metas["largest_weight"] > 50.0)}
    has_pi, includes = ~np.isnan(metas["pi_includes_null"]), metas["pi_includes_null"] == 1.0
    found |= {"significant_with_pi": metas["significant"] & has_pi}
    return found | {"significant_pi_includes_null": metas["significant"] & includes}


def summary_rows(counted: Counted, source):
    """Rows of summary.csv: quantity, statistic, value, of (for a share), words."""
    sums = counted.sums | {"pooled": counted.sums["meta_analyses"] - counted.sums["one_study"]}
    found = [
        _row("rows", "count", source["rows"], "rows of the long table"),
        _row("broken_rows", "count", source["broken_rows"], "rows with a cell that cannot be used"),
        _row("skipped", "count", source["skipped"], "meta-analyses left out for a broken row"),
        _row("meta_analyses", "count", sums["meta_analyses"], "meta-analyses that are pooled"),
        _row("results", "count", sums["results"], "study results in them"),
    ]
    for name, (whole, words) in SHARES.items():
        found.append(_row(name, "count", sums[name], words))
        share = 100.0 * sums[name] / sums[whole] if sums[whole] else None
        found.append(_row(name, "percent", share, words, sums[whole]))
    for name, words in (("k", "studies"), ("I2", "percent"), ("tau2", "primary model")):
        values = np.concatenate(counted.kept[name]).astype(float)
        values = values[~np.isnan(values)]
        ends = np.percentile(values, QUANTILES) if len(values) else [None] * len(QUANTILES)
        found += [
            _row(name, f"quantile_{q}", value, words)
            for q, value in zip(QUANTILES, ends, strict=True)
        ]
    return found


def _row(quantity, statistic, value, words, whole=None):
    """One row of summary.csv."""
    row = {"quantity": quantity, "statistic": statistic, "value": value, "of": whole}
    return row | {"words": words}


def model_rows(counted: Counted, models):
    """Rows of by_model.csv: how many each model answers, finds significant and gives tau2 = 0."""
    found = []
    for name, own in counted.models.items():
        ratios = np.concatenate(own["width"])
        ratios = ratios[np.isfinite(ratios)]
        share = 100.0 * own["significant"] / own["answered"] if own["answered"] else None
        found.append(
            {"model": name, **models[name]}
            | {part: own[part] for part in MODEL_PARTS[:4]}
            | {"significant_percent": share}
            | {"median_width_ratio": float(np.median(ratios)) if len(ratios) else None}
        )
    return found


def disagreement_rows(counted: Counted):
    """Rows of disagreement.csv: every two models over the meta-analyses that both answer."""
    names = ("both", "only_a", "only_b", "neither", "opposite")
    return [
        {"model_a": a, "model_b": b} | dict(zip(names, map(int, counts), strict=True))
        for (a, b), counts in counted.pairs.items()
    ]


def distribution_rows(counted: Counted):
    """Rows of distributions.csv: k, I2 and tau2 in classes, those with two or more studies but for k."""
    found = []
    for panel, edges in (("k", K_EDGES), ("I2", I2_EDGES), ("tau2", TAU2_EDGES)):
        values = np.concatenate(counted.kept[panel]).astype(float)
        found += _classes(panel, values[~np.isnan(values)], np.array(edges, dtype=float))
    return found


def _classes(panel, values, edges):
    """Classes from one edge to below the next; the last is open. 0 of I2 and tau2 has its own."""
    rows, last = [], 100.0 if panel == "I2" else None
    if panel != "k":
        rows.append((0.0, 0.0, int((values == 0.0).sum())))
        values = values[values > 0.0]
    inner = edges[:-1] if last else edges
    place = np.searchsorted(inner, values, side="right") - 1
    counts = np.bincount(np.clip(place, 0, None), minlength=len(inner))
    uppers = [*inner[1:].tolist(), last]
    rows += list(zip(inner.tolist(), uppers, counts.tolist(), strict=True))
    return [{"panel": panel, "lower": low, "upper": high, "count": n} for low, high, n in rows]
