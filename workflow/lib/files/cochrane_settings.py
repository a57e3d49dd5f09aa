"""How an analysis of a Cochrane data package is declared: its measure, its pool, its level, its labels."""

from html import unescape

from workflow.lib.files.foreign import given_ratio, number_problem, one_line

SETTINGS = (
    *("Analysis group", "Analysis number", "Analysis name", "Analysis group name", "Data source"),
    *("Data source eligibility", "Data type", "Log-scale data", "Outcome", "Filter criteria"),
    *("Intervention grouping", "Experimental intervention", "Control intervention", "Subgroup by"),
    *("Experimental group label", "Control group label", "Statistical method", "Effect measure"),
    *("Unit of effect measure", "Analysis model", "Heterogeneity estimator", "Tau² CI"),
    *("Subgroup estimates", "Overall estimates", "Test for subgroup differences"),
    *("Prediction interval", "Swap event and non-event", "CI method", "CI/PI level", "Study CI"),
    *("Estimate CI", "Sort by", "Sort studies by", "Graph label (left)", "Graph label (right)"),
    *("Graph scale", "Show risk of bias", "Experimental cases", "Experimental N", "Control cases"),
    *("Control N", "Mean", "CI start", "CI end", "PI start", "PI end", "Heterogeneity Tau²"),
    *("Tau² CI start", "Tau² CI end", "Heterogeneity Chi²", "Heterogeneity df"),
    *("Heterogeneity P", "Heterogeneity I²", "Effect Z", "Effect T", "Effect P", "Subgroup Chi²"),
    *("Subgroup df", "Subgroup P", "Subgroup I²", "Weight", "ID"),
)
KINDS = {
    **{"Dichotomous": "dichotomous", "Continuous": "continuous", "Contrast level": "generic"},
    "O-E and variance": "generic",
}
MEASURES = {
    **{"Risk Ratio": "RR", "Odds Ratio": "OR", "Risk Difference": "RD", "Peto Odds Ratio": "PETO"},
    **{"Mean Difference": "MD", "Std. Mean Difference": "SMD", "Hazard Ratio": "HR"},
    "Standardized Mean Difference": "SMD",
}
ESTIMATORS = {"": "DL", "DerSimonian and Laird": "DL", "DerSimonian-Laird": "DL", "DL": "DL"} | {
    name: "REML"
    for name in ("REML", "Restricted maximum-likelihood", "Restricted Maximum-Likelihood")
}
TESTS = {
    "": "z",
    "Wald-type": "z",
    "Wald": "z",
    "HKSJ": "knha",
    "Hartung-Knapp-Sidik-Jonkman": "knha",
}
WAYS = {  # as spelled out, and as packages of 2026 abbreviate
    **{"mantel-haenszel": "MH", "mh": "MH", "inverse variance": "IV", "iv": "IV"},
    **{"peto": "PETO"},
}
RATIOS = ("RR", "OR", "PETO", "HR")


def is_true(row, column) -> bool:
    """Whether a column says TRUE, in any case."""
    return row.get(column, "").upper() == "TRUE"


def is_false(row, column) -> bool:
    """Whether a column says FALSE, in any case."""
    return row.get(column, "").upper() == "FALSE"


def words_of(text) -> str:
    """A name as a reader sees it: '&nbsp;' and '&lt;' are what they stand for, all on one line."""
    return one_line(unescape(text or "").replace("\xa0", " "))


def settings_of(row):
    """(settings of the analysis in a row of the file of settings, what is wrong with them)."""
    problems = []
    kind, measure = row["Data type"], MEASURES.get(row["Effect measure"])
    if kind not in KINDS:
        problems.append(f"Data type: '{kind}' is none of {', '.join(KINDS)}")
    log = kind == "O-E and variance" or is_true(row, "Log-scale data")
    if KINDS.get(kind) == "generic":
        measure = given_ratio(row["Effect measure"]) if log else "GEN"
    elif measure is None:
        known = ", ".join(MEASURES)
        problems.append(f"Effect measure: '{row['Effect measure']}' is none of {known}")
    method, test = _model(row, problems)
    text = (row.get("CI/PI level") or row.get("Estimate CI") or "95%").strip("%")
    level = 95.0 if number_problem(text) else float(text)
    level = 100.0 * level if level <= 1.0 else level
    if number_problem(text) or not 0 < level < 100:
        problems.append(f"CI/PI level: '{text}' is not a level in percent")
    return {
        "measure": measure,
        "log": log if KINDS.get(kind) == "generic" else measure in RATIOS,
        "method": method,
        "test": test,
        "level": level,
        "labels": (
            words_of(row.get("Experimental group label")) or "experimental",
            words_of(row.get("Control group label")) or "control",
        ),
        "unit": words_of(row.get("Unit of effect measure")),
    }, problems


def _model(row, problems):
    """(method, test) of the analysis; what is not known joins the problems."""
    estimator = ESTIMATORS.get(row.get("Heterogeneity estimator", ""))
    test = TESTS.get(row.get("CI method", ""))
    if estimator is None:
        known = ", ".join(filter(None, ESTIMATORS))
        text = row["Heterogeneity estimator"]
        problems.append(f"Heterogeneity estimator: '{text}' is none of {known}")
    if test is None:
        problems.append(
            f"CI method: '{row['CI method']}' is none of {', '.join(filter(None, TESTS))}"
        )
    way, model = WAYS.get(row["Statistical method"].lower()), row["Analysis model"].lower()
    if not model.startswith(("fixed", "random")):
        problems.append(
            f"Analysis model: '{row['Analysis model']}' is neither fixed nor random effect"
        )
    random = model.startswith("random")
    if way == "MH":
        return ("DLMH" if estimator == "DL" else estimator) if random else "MH", test
    if way is None:
        text = row["Statistical method"]
        problems.append(
            f"Statistical method: '{text}' is none of Mantel-Haenszel (MH), Inverse variance (IV), Peto"
        )
    return (estimator if random else "EE"), test
