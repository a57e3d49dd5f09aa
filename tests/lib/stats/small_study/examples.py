"""Published data sets for the tests of small-study effects, as effects and variances."""

import json
from pathlib import Path

import numpy as np

METAFOR = Path(__file__).parents[3] / "reference"
EFFECTS = {
    entry["id"]: (np.array(entry["yi"], float), np.array(entry["vi"], float))
    for entry in json.loads((METAFOR / "metafor/effects.json").read_text())["effects"]
}
BCG, HACKSHAW, RAUDENBUSH = (EFFECTS[name] for name in ("bcg_rr", "hackshaw_or", "raud_smd"))


def log_odds_ratios(ai, n1i, ci, n2i):
    """Log odds ratios; 0.5 is added to all cells of a study with an empty one."""
    a, b, c, d = (np.array(x, float) for x in (ai, np.subtract(n1i, ai), ci, np.subtract(n2i, ci)))
    add = 0.5 * ((a == 0) | (b == 0) | (c == 0) | (d == 0))
    a, b, c, d = a + add, b + add, c + add, d + add
    return np.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d


def log_risk_ratios(ai, n1i, ci, n2i):
    """Log risk ratios; no empty cells."""
    a, n, c, m = (np.array(x, float) for x in (ai, n1i, ci, n2i))
    return np.log(a / n / (c / m)), 1 / a - 1 / n + 1 / c - 1 / m


# Deaths after intravenous magnesium in myocardial infarction: Egger, Davey Smith & Altman (2001)
EGGER_2001 = log_odds_ratios(
    [1, 9, 2, 1, 10, 1, 1, 0, 6, 1, 2, 5, 4, 90, 4, 2216],
    [40, 135, 200, 48, 150, 59, 25, 22, 76, 27, 89, 23, 130, 1159, 107, 29011],
    [2, 23, 7, 1, 8, 9, 3, 1, 11, 7, 12, 13, 8, 118, 17, 2103],
    [36, 135, 200, 46, 148, 56, 23, 21, 75, 27, 80, 33, 122, 1157, 108, 29039],
)
# Responders to complementary therapy of irritable bowel syndrome: Dorn et al. (2007)
DORN_2007 = log_risk_ratios(
    [29, 20, 14, 17, 11, 24, 26, 17, 4, 21, 15, 37, 13, 19, 29, 13, 25, 37, 55],
    [38, 31, 23, 30, 27, 29, 32, 18, 12, 60, 17, 51, 33, 20, 50, 16, 33, 57, 90],
    [11, 21, 30, 5, 6, 5, 9, 13, 5, 26, 8, 20, 17, 3, 30, 5, 8, 17, 37],
    [32, 30, 46, 13, 23, 29, 22, 18, 13, 59, 17, 52, 33, 20, 46, 16, 26, 50, 90],
)
