"""Made-up extractions for the forensic checks: rows of any kind, and studies whose data are drawn."""

import numpy as np
import pytest
from scipy import stats

NRS = "NRS 0-10"
OUTCOMES = {
    "pain": {"low": 0, "high": 10, "integer": True, "items": 1, "units": {NRS: [0, 10]}},
    "cured": {"low": 0, "high": 1, "integer": True, "units": {"share": [0, 1]}},
}
ARMS = {"treated": ["active"], "control": ["sham"], "contrast": ["active vs sham"]}


def rows_of(*cells):
    """Extraction rows of made-up cells: (place and quantities) each."""
    rows = []
    for place in cells:
        place = dict(place)
        where = {
            "study": place.pop("study", "made_up"),
            "outcome": place.pop("outcome", "pain"),
            "arm": place.pop("arm", "active"),
            "time_point": place.pop("time_point", "baseline"),
            "patient": place.pop("patient", ""),
            "unit": place.pop("unit", NRS),
            "quote": place.pop("quote", "made up"),
        }
        name = "-".join((where["study"], where["arm"], where["time_point"])).replace(" ", "_")
        rows += [
            {**where, "id": f"{name}-{quantity}", "quantity": quantity, "value": text}
            for quantity, text in place.items()
        ]
    return rows


def study(name, rng, least=10, most=120):
    """Cells of one made-up trial: whole-number scores are drawn, summaries printed to two decimals."""
    cells, at_end = [], {}
    for arm in ("active", "sham"):
        n = int(rng.integers(least, most))
        before = np.clip(np.round(rng.normal(6, 2, n)), 0, 10)
        after = np.clip(np.round(before - rng.normal(1.5, 2, n)), 0, 10)
        place = {"study": name, "arm": arm}
        cells.append(place | _summary(before))
        change, cured = before - after, (rng.random(n) < 0.4).astype(int)
        cells.append(place | {"time_point": "4 weeks"} | _summary(after) | _change(change))
        events = int(rng.integers(0, n))
        quote = f"{events} of {n} ({100 * events / n:.1f}%) had it"
        harm = {"outcome": "harm", "unit": "patients", "quote": quote, "events": str(events)}
        yes = {"outcome": "cured", "unit": "share", "time_point": "1 year"}
        shown = {"n": str(n), "mean": f"{cured.mean():.2f}", "sd": f"{cured.std(ddof=1):.2f}"}
        cells += [place | harm, place | yes | (shown if cured.any() and not cured.all() else {})]
        at_end[arm] = after
    cells.append(
        {"study": name, "arm": "active vs sham", "time_point": "4 weeks"} | _contrast(at_end)
    )
    return cells


def _summary(scores):
    n, mean, sd = len(scores), scores.mean(), scores.std(ddof=1)
    se = sd / np.sqrt(n)
    half = stats.t.ppf(0.975, n - 1) * se
    texts = {"mean": mean, "sd": sd, "se": se, "mean_ci_lb": mean - half, "mean_ci_ub": mean + half}
    return {"n": str(n)} | {name: f"{value:.2f}" for name, value in texts.items()}


def _change(change):
    n, mean, sd = len(change), change.mean(), change.std(ddof=1)
    t = mean / (sd / np.sqrt(n))
    p = 2 * stats.t.sf(abs(t), n - 1)
    found = {"mean_decrease": f"{mean:.2f}", "sd_change": f"{sd:.2f}", "tval": f"{t:.2f}"}
    return found | ({"pval": f"{p:.3f}"} if p > 0.001 else {})


def _contrast(scores):
    one, other = scores.values()
    difference = one.mean() - other.mean()
    se = np.sqrt(one.var(ddof=1) / len(one) + other.var(ddof=1) / len(other))
    p = 2 * stats.norm.sf(abs(difference / se))
    texts = {"difference": difference, "difference_ci_lb": difference - 1.96 * se}
    texts["difference_ci_ub"] = difference + 1.96 * se
    found = {name: f"{value:.2f}" for name, value in texts.items()} | {
        "n": str(len(one) + len(other))
    }
    return found | ({"difference_pval": f"{p:.3f}"} if p > 0.001 else {})


@pytest.fixture(scope="session")
def cells_for():
    """The function (*cells) -> extraction rows."""
    return rows_of


@pytest.fixture(scope="session")
def made_up_trials():
    """The function (studies, seed, least) -> (extraction rows, rows of studies)."""

    def trials(studies, seed=1, least=10):
        rng = np.random.default_rng(seed)
        names = [f"s{number}" for number in range(studies)]
        rows = [row for name in names for row in rows_of(*study(name, rng, least))]
        return rows, [{"study": name, "registration": "", "role": "pooled"} for name in names]

    return trials


@pytest.fixture(scope="session")
def scales():
    """Outcomes and arms as config.yaml has them."""
    return {"outcomes": OUTCOMES, "arms": ARMS}
