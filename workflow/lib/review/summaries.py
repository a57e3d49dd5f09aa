"""Means and SDs from medians: quartiles first, the range where there are none, always with a test."""

from dataclasses import dataclass, replace

from workflow.lib.review.values import IMPOSSIBLE, JOIN, shown, union

NAMES = (  # mean, SD, median; then the ends of each way
    ("mean", "sd", "median"),
    ("mean_decrease", "sd_change", "median_decrease"),
)


@dataclass(frozen=True, slots=True)
class Way:
    """One way from order statistics to mean and SD: which ends, and the words of the log."""

    name: str
    ends: tuple[str, str]
    suffix: str  # of the functions of workflow.lib.stats.conversions
    asymmetry: str
    mean: str
    sd: str


WAYS = (
    Way(
        "quartiles",
        ("q1", "q3"),
        "quartiles",
        "|q1 + q3 - 2 median| / (q3 - q1)",
        "w (q1 + q3)/2 + (1 - w) median, w = 0.7 + 0.39/n",
        "(q3 - q1) / (2 z), z at (0.75 n - 0.125)/(n + 0.25)",
    ),
    Way(
        "range",
        ("min", "max"),
        "range",
        "|min + max - 2 median| / (max - min)",
        "w (min + max)/2 + (1 - w) median, w = 4/(4 + n^0.75)",
        "(max - min) / (2 z), z at (n - 0.375)/(n + 0.25)",
    ),
)
TESTS = {"quartiles": "skewness_test", "range": "skewness_test_range"}


def from_order_statistics(cell, convert):
    """Give the cell the means and SDs that follow from its medians and nothing better gives."""
    for mean, sd, median in NAMES:
        after = "_decrease" if median.endswith("_decrease") else ""
        for way in WAYS:
            names = (way.ends[0] + after, median, way.ends[1] + after, "n")
            found = cell.get(*names)
            if found and not (mean in cell.values and sd in cell.values):
                _convert(cell, way, dict(zip(names, found, strict=True)), (mean, sd), convert)


def _convert(cell, way, inputs, names, convert):
    """Mean (Luo 2018) and SD (Wan 2014), marked with what the skewness test says."""
    (mean, sd), words = names, {"step": f"skewness test of {way.name}"}
    words |= {"formula": way.asymmetry, "source": "Shi et al. 2023"}
    try:
        test = getattr(convert, TESTS[way.name])(*(part.value for part in inputs.values()))
    except IMPOSSIBLE as error:
        for name in names:
            cell.refuse(name, inputs, message=str(error), **words)
        return
    rows = union(part.rows for part in inputs.values())
    skewed = bool(test.skewed)
    cell.note(
        status="warning" if skewed else "checked",
        output="skewness",
        value=float(test.stat),
        inputs=shown(inputs),
        message=f"{'skewed' if skewed else 'not skewed'}: {test.stat:.3f} against a critical "
        f"value of {test.critical:.3f}",
        rows=JOIN.join(rows),
        **words,
    )
    marked = {k: replace(v, skewed=skewed, tested=rows) for k, v in inputs.items()}
    if mean not in cell.values:
        words = {"step": f"mean from {way.name}", "formula": way.mean}
        function = getattr(convert, f"mean_from_{way.suffix}")
        cell.attempt(mean, function, marked, source="Luo et al. 2018", **words)
    if sd not in cell.values:
        words = {"step": f"SD from {way.name}", "formula": way.sd}
        low, middle, high, n = marked.items()
        words["because"] = (middle[1],)  # without it there is no test, and no conversion
        function = getattr(convert, f"sd_from_{way.suffix}")
        cell.attempt(sd, function, dict((low, high, n)), source="Wan et al. 2014", **words)
