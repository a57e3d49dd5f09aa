"""Cochrane data packages as the Cochrane Library offers them; the reviews are those of revman_made_up."""

import csv
import io
import zipfile

from tests.projects.revman_made_up import ASPIRIN, LOG_RANK, RARE, SCORES, results
from workflow.lib.files.cochrane_outcomes import DATA_COLUMNS, SETTINGS

REVIEW = "CD999999"
WORDS = {
    **{"OR": "Odds Ratio", "RR": "Risk Ratio", "MD": "Mean Difference", "PETO": "Peto Odds Ratio"},
    "O-E": "Hazard Ratio",
}
WAYS = {"MH": "Mantel-Haenszel", "IV": "Inverse variance", "PETO": "Peto"}
ANALYSES = (  # number, name, type, measure, method, random, data
    (1, "Deaths", "Dichotomous", "OR", "MH", False, ASPIRIN),
    (2, "Deaths again", "Dichotomous", "RR", "MH", True, ASPIRIN),
    (3, "Bleeding", "Dichotomous", "RR", "MH", False, RARE),
    (4, "Score", "Continuous", "MD", "IV", True, SCORES),
    (5, "Time to relapse", "O-E and variance", "O-E", "PETO", False, LOG_RANK),
)
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
    **{"Effect P": "P_Z", "Heterogeneity Chi²": "CHI2", "Heterogeneity df": "DF"},
    **{"Heterogeneity P": "P_CHI2", "Heterogeneity I²": "I2", "Heterogeneity Tau²": "TAU2"},
}


def rows():
    """Rows of the file of data."""
    for number, name, kind, _, _, _, data in ANALYSES:
        for study, values in data.items():
            yield {
                **{"Analysis group": "1", "Analysis number": str(number), "Analysis name": name},
                **{"Study": study, "Study year": study.rpartition(" ")[2]},
                **{field: str(x) for field, x in zip(FIELDS[kind], values, strict=True)},
            }


def settings():
    """Rows of the file of settings and results."""
    for number, name, kind, measure, method, random, data in ANALYSES:
        found = results(measure, method, random, data)
        yield {
            **{"Analysis group": "1", "Analysis number": str(number), "Analysis name": name},
            **{"Analysis group name": "Treatment against none", "Data type": kind},
            **{"Log-scale data": "FALSE", "Statistical method": WAYS[method]},
            **{"Effect measure": WORDS[measure], "CI/PI level": "95%", "CI method": "Wald-type"},
            "Analysis model": "Random effect" if random else "Fixed effect",
            "Heterogeneity estimator": "DerSimonian and Laird" if random else "#N/A",
            **{"Overall estimates": "TRUE", "Swap event and non-event": "FALSE"},
            **{column: f"{found[name]:.6g}" for column, name in STORED.items()},
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
        f"{folder}-subgroup-estimates.csv": "Analysis group,Analysis number\n",
    }


def package(path, content=None):
    """Write the package as a zip file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, own in (content or files()).items():
            archive.writestr(name, own)
    return path
