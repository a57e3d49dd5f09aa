"""Cochrane data packages as the Cochrane Library offers them; the reviews are those of revman_made_up."""

import csv
import io
import zipfile
from math import exp, log, sqrt

from scipy.stats import t as student

from tests.projects.revman_made_up import (
    ASPIRIN,
    LOG_RANK,
    RARE,
    SCORES,
    halves_of,
    normal_p,
    own_effect,
    results,
    subgroup_test,
)
from workflow.lib.files.cochrane_outcomes import DATA_COLUMNS, SUBTOTAL_COLUMNS
from workflow.lib.files.cochrane_settings import SETTINGS

REVIEW = "CD999999"
WORDS = {
    **{"OR": "Odds Ratio", "RR": "Risk Ratio", "MD": "Mean Difference", "PETO": "Peto Odds Ratio"},
    "O-E": "Hazard Ratio",
}
WAYS = {"MH": "Mantel-Haenszel", "IV": "Inverse variance", "PETO": "Peto", "HKSJ": "IV"}
ANALYSES = (  # number, name, type, measure, method, random, data
    (1, "Deaths", "Dichotomous", "OR", "MH", False, ASPIRIN),
    (2, "Deaths again", "Dichotomous", "RR", "MH", True, ASPIRIN),
    (3, "Bleeding", "Dichotomous", "RR", "MH", False, RARE),
    (4, "Score", "Continuous", "MD", "IV", True, SCORES),
    (5, "Time to relapse", "O-E and variance", "O-E", "PETO", False, LOG_RANK),
    (6, "Deaths by period", "Dichotomous", "OR", "MH", False, ASPIRIN),
    (7, "Deaths by period, again", "Dichotomous", "RR", "MH", True, ASPIRIN),
    (8, "Deaths &lt; 1 year&nbsp;", "Dichotomous", "RR", "HKSJ", True, ASPIRIN),
    (9, "Score by period", "Continuous", "MD", "IV", False, SCORES),
)
IN_GROUPS, WITHOUT_TOTAL = (6, 7, 8, 9), (9,)
FIELDS = {
    "Dichotomous": ("Experimental cases", "Experimental N", "Control cases", "Control N"),
    "Continuous": (
        *("Experimental mean", "Experimental SD", "Experimental N"),
        *("Control mean", "Control SD", "Control N"),
    ),
    "O-E and variance": ("O-E", "Variance"),
}
STORED = {
    **{"Mean": "EFFECT_SIZE", "CI start": "CI_START", "CI end": "CI_END", "Effect Z": "Z"},
    **{"Effect T": "T", "Effect P": "P_Z", "Heterogeneity Chi²": "CHI2", "Heterogeneity df": "DF"},
    **{"Heterogeneity P": "P_CHI2", "Heterogeneity I²": "I2", "Heterogeneity Tau²": "TAU2"},
}


def under_t(measure, rows):
    """The numbers of a pool by REML with the interval of Hartung, Knapp, Sidik and Jonkman.

    tau2 by iterating the equation of the restricted likelihood; for ratios. The p is that of the
    Wald test, as packages store it.
    """
    y, se = zip(*(own_effect(measure, row) for row in rows.values()), strict=True)
    k, tau2 = len(y), 0.0
    for _ in range(5000):
        w = [1 / (one**2 + tau2) for one in se]
        mean = sum(a * b for a, b in zip(w, y, strict=True)) / sum(w)
        gap = sum(a * a * ((b - mean) ** 2 - c**2) for a, b, c in zip(w, y, se, strict=True))
        tau2 = max(0.0, gap / sum(a * a for a in w) + 1 / sum(w))
    spread = sum(a * (b - mean) ** 2 for a, b in zip(w, y, strict=True)) / (k - 1)
    error = sqrt(spread / sum(w))
    half = student.ppf(0.975, k - 1) * error
    return results(measure, "IV", True, rows) | {
        **{"EFFECT_SIZE": exp(mean), "CI_START": exp(mean - half), "CI_END": exp(mean + half)},
        **{"Z": "", "T": abs(mean / error), "P_Z": normal_p(mean * sqrt(sum(w))), "TAU2": tau2},
        "error": error,
    }


def found_of(measure, method, random, rows):
    """The numbers that are stored with one pool."""
    return under_t(measure, rows) if method == "HKSJ" else results(measure, method, random, rows)


def test_of(measure, method, random, data):
    """The numbers of the test between the halves."""
    each = [found_of(measure, method, random, own) for own in halves_of(data).values()]
    for one in each if method == "HKSJ" else ():  # the limits that give the standard error back
        wide = 1.959963984540054 * one["error"]
        ends = {
            "CI_START": log(one["EFFECT_SIZE"]) - wide,
            "CI_END": log(one["EFFECT_SIZE"]) + wide,
        }
        one.update({name: exp(end) for name, end in ends.items()})
    found = subgroup_test(each, float if measure == "MD" else log)
    return {
        **{"Subgroup Chi²": found["Q"], "Subgroup df": 1, "Subgroup P": found["P_Q"]},
        "Subgroup I²": found["I2_Q"],
    }


def stored(found):
    """The columns of one pool."""
    return {
        column: f"{found[name]:.6g}" for column, name in STORED.items() if found.get(name, "") != ""
    }


def group_of(number, study, data):
    """(name, number) of the subgroup of a study; empty where there is none."""
    if number not in IN_GROUPS:
        return "", ""
    names = list(halves_of(data))
    name = next(one for one, own in halves_of(data).items() if study in own)
    return name, str(names.index(name) + 1)


def subtotals():
    """Rows of the file of subgroups."""
    for number, _, _, measure, method, random, data in ANALYSES:
        if number in IN_GROUPS:
            for place, (name, own) in enumerate(halves_of(data).items(), 1):
                yield {
                    **{"Analysis group": "1", "Analysis number": str(number)},
                    **{"Subgroup": name, "Subgroup number": str(place)},
                    **stored(found_of(measure, method, random, own)),
                }


def rows():
    """Rows of the file of data."""
    for number, name, kind, _, _, _, data in ANALYSES:
        for study, values in data.items():
            group, place = group_of(number, study, data)
            yield {
                **{"Subgroup": group, "Subgroup number": place},
                "Applicability": "SUBGROUP_AND_OVERALL",
                **{"Analysis group": "1", "Analysis number": str(number), "Analysis name": name},
                **{"Study": study, "Study year": study.rpartition(" ")[2]},
                **{field: str(x) for field, x in zip(FIELDS[kind], values, strict=True)},
            }


def settings():
    """Rows of the file of settings and results."""
    for number, name, kind, measure, method, random, data in ANALYSES:
        total, under = number not in WITHOUT_TOTAL, method == "HKSJ"
        tested = test_of(measure, method, random, data) if number in IN_GROUPS else {}
        yield {
            **{"Analysis group": "1", "Analysis number": str(number), "Analysis name": name},
            **{"Analysis group name": "Treatment against none", "Data type": kind},
            **{"Log-scale data": "FALSE", "Statistical method": WAYS[method]},
            **{
                "Effect measure": WORDS[measure],
                "CI/PI level": "95%",
                "CI method": "HKSJ" if under else "Wald-type",
            },
            "Analysis model": "Random effect" if random else "Fixed effect",
            "Heterogeneity estimator": ("REML" if under else "DL") if random else "#N/A",
            **{"Overall estimates": str(total).lower(), "Swap event and non-event": "FALSE"},
            **(stored(found_of(measure, method, random, data)) if total else {}),
            **{column: f"{value:.6g}" for column, value in tested.items()},
        }


def text(columns, table):
    lines = io.StringIO()
    writer = csv.DictWriter(lines, list(dict.fromkeys(columns)), lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return lines.getvalue()


def files():
    """Name -> text of the files of the package."""
    folder = f"{REVIEW}-dataPackage/{REVIEW}-analysis-data/{REVIEW}"
    return {
        f"{folder}-data-rows.csv": text(DATA_COLUMNS, rows()),
        f"{folder}-overall-estimates-and-settings.csv": text(SETTINGS, settings()),
        f"{folder}-subgroup-estimates.csv": text(SUBTOTAL_COLUMNS, subtotals()),
    }


def package(path, content=None):
    """Write the package as a zip file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, own in (content or files()).items():
            archive.writestr(name, own)
    return path
