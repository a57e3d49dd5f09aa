"""Made-up tables for make bench: 10,000 claims, 10,000 rows of an extraction, 10,000 universes."""

import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from workflow.lib.audit.claims import audit_claims  # noqa: E402
from workflow.lib.audit.forensics.runner import forensics  # noqa: E402
from workflow.lib.audit.search_record import search_record  # noqa: E402
from workflow.lib.audit.universes import declared  # noqa: E402
from workflow.lib.review.search_effects import Candidate, Setting, Supply  # noqa: E402
from workflow.lib.stats.batch.pool import pool_groups  # noqa: E402
from workflow.lib.stats.batch.subsets import pool_subsets  # noqa: E402
from workflow.lib.stats.pooling import random_effects  # noqa: E402

MANY = 10_000
STUDIES = 12  # lines of a made-up forest plot
SCALE, UNIT = {"low": 0, "high": 10, "integer": True, "items": 1}, "NRS 0-10"
OUTCOMES = {"pain": SCALE | {"units": {UNIT: [0, 10]}}}
ARMS = {"treated": ["active"], "control": ["sham"], "contrast": []}
WORDS = {
    **{"counterpart": "", "convention": "not_stated", "missing": "", "scale": "", "digits": ""},
    **dict.fromkeys(("sentence", "source", "quote"), "made up"),
}
TARGET = {"estimate": "1.55", "ci_lb": "0.24", "ci_ub": "2.87", "pval": "0.02", "zval": "2.32"}


def timed(function, *given, **words):
    """Seconds of one call."""
    start = time.perf_counter()
    function(*given, **words)
    return time.perf_counter() - start


def claims_and_forensics():
    """Seconds for the verdicts on 10,000 claims and the checks of 10,000 rows."""
    claims, (rows, studies) = made_up_claims(), made_up_rows()
    assert len(claims) >= MANY and len(rows) >= MANY
    verdicts = timed(audit_claims, claims, ours={}, flow={}, narrated=(), pool_groups=pool_groups)
    return verdicts + timed(forensics, rows, studies, outcomes=OUTCOMES, arms=ARMS)


def method_search():
    """Seconds for 10,000 universes: pooled, compared and put into columns."""
    return timed(_searched)


def _searched():
    supply, targets = made_up_supply(), [claim("pool", name, TARGET[name]) for name in TARGET]
    search = {"analysis": "a", "methods": ["EE", "DL", "HE", "SJ", "ML", "REML", "PM"]}
    search |= {"tests": ["z", "knha"], "time_points": ["longest"], "subsets": "all"}
    analysis = {"model": {"method": "REML", "test": "z", "level": 95}, "time_point": "longest"}
    universes = declared(
        supply.settings, search, analysis=analysis, level=95.0, pool_subsets=pool_subsets
    )
    assert len(universes) >= MANY
    search_record(universes, supply, targets, search, 95.0)


def claim(group, quantity, text, study=""):
    """One row of claims.csv."""
    name, level = f"{group}_{study}_{quantity}", 95 if quantity.startswith("ci_") else None
    own = {"id": name, "group": group, "quantity": quantity, "printed": text, "study": study}
    return own | {"level": level} | WORDS


def made_up_claims():
    """Forest plots with their pooled lines, as a paper prints them."""
    rng, claims = np.random.default_rng(1), []
    while len(claims) < MANY:
        group = f"g{len(claims)}"
        sei = rng.uniform(0.1, 0.5, STUDIES)
        yi = rng.normal(0.5, 0.3 + sei)
        for place in range(STUDIES):
            claims += _line(group, f"s{place}", yi[place], 1.959964 * sei[place])
        fit = random_effects(yi, sei**2, method="DL", test="z")
        claims += _line(group, "", fit.beta, (fit.ci_ub - fit.ci_lb) / 2)
        claims += [claim(group, "pval", f"{fit.pval:.3f}"), claim(group, "I2", f"{fit.I2:.0f}%")]
    return claims


def _line(group, study, estimate, half):
    texts = {"estimate": estimate, "ci_lb": estimate - half, "ci_ub": estimate + half}
    return [claim(group, name, f"{value:.2f}", study) for name, value in texts.items()]


def made_up_rows():
    """(extraction, studies) of trials whose whole-number scores are drawn, summaries to two decimals."""
    rng, rows, studies = np.random.default_rng(2), [], []
    while len(rows) < MANY:
        study = f"made_up_{len(studies)}"
        studies.append({"study": study, "slab": study, "role": "candidate", "registration": ""})
        for arm in ("active", "sham"):
            n = rng.integers(10, 120)
            for time_point in ("baseline", "3 months", "6 months"):
                scores = np.clip(np.round(rng.normal(5, 2, n)), 0, 10)
                rows += _cells(study, arm, time_point, scores)
    return rows, studies


def _cells(study, arm, time_point, scores):
    n, mean, sd = len(scores), scores.mean(), scores.std(ddof=1)
    half = 1.96 * sd / n**0.5
    values = {"mean": mean, "sd": sd, "mean_ci_lb": mean - half, "mean_ci_ub": mean + half}
    texts = {"n": str(n)} | {name: f"{value:.2f}" for name, value in values.items()}
    place = {"study": study, "outcome": "pain", "arm": arm, "time_point": time_point}
    return [
        {**place, "patient": "", "unit": UNIT, "quote": "made up", "quantity": name, "value": text}
        | {"id": f"{study}-{arm}-{time_point}-{name}"}
        for name, text in texts.items()
    ]


def made_up_supply():
    """Four settings of eight studies with one time point each."""
    rng, settings = np.random.default_rng(3), {}
    for measure in ("SMCC", "SMCR"):
        for correct in (True, False):
            settings[Setting(measure, 0.5, correct)] = tuple(
                Candidate(f"s{n}", "3 months", 90.0, *pair, (f"s{n}-row",), (), False)
                for n, pair in enumerate(
                    zip(rng.normal(1.2, 0.8, 8), rng.uniform(0.02, 0.3, 8), strict=True)
                )
            )
    return Supply(settings, (), ())
