"""One analysis of a Cochrane data package: its settings, its rows, its stored results."""

from workflow.lib.files.foreign import (
    Cell,
    Outcome,
    Printed,
    Row,
    given_ratio,
    is_endless,
    number_problem,
    one_line,
)

ROWS, OVERALL = "data-rows.csv", "overall-estimates-and-settings.csv"
DATA_COLUMNS = (
    *("Analysis group", "Analysis number", "Analysis name", "Subgroup", "Applicability", "Study"),
    *("Study year", "GIV Mean", "GIV SE", "Experimental mean", "Experimental SD"),
    *("Experimental cases", "Experimental N", "Control mean", "Control SD", "Control cases"),
    *("Control N", "O-E", "Variance", "Weight", "Mean", "CI start", "CI end", "Footnotes"),
)
SETTINGS = (
    *("Analysis group", "Analysis number", "Analysis name", "Analysis group name", "Data source"),
    *("Data source eligibility", "Data type", "Log-scale data", "Outcome", "Filter criteria"),
    *("Intervention grouping", "Experimental intervention", "Control intervention", "Subgroup by"),
    *("Experimental group label", "Control group label", "Statistical method", "Effect measure"),
    *("Unit of effect measure", "Analysis model", "Heterogeneity estimator", "Tau² CI"),
    *("Subgroup estimates", "Overall estimates", "Test for subgroup differences"),
    *("Prediction interval", "Swap event and non-event", "CI method", "CI/PI level", "Study CI"),
    *("Estimate CI", "Sort by", "Graph label (left)", "Graph label (right)", "Graph scale"),
    *("Show risk of bias", "Experimental cases", "Experimental N", "Control cases", "Control N"),
    *("Mean", "CI start", "CI end", "PI start", "PI end", "Heterogeneity Tau²", "Tau² CI start"),
    *("Tau² CI end", "Heterogeneity Chi²", "Heterogeneity df", "Heterogeneity P"),
    *("Heterogeneity I²", "Effect Z", "Effect T", "Effect P", "Subgroup Chi²", "Subgroup df"),
    *("Subgroup P", "Subgroup I²", "Weight", "ID"),
)
NEEDED = {
    DATA_COLUMNS: ("Analysis group", "Analysis number", "Study"),
    SETTINGS: (
        *("Analysis group", "Analysis number", "Analysis name", "Analysis group name"),
        *("Data type", "Statistical method", "Effect measure", "Analysis model"),
    ),
}
CELLS = {  # column -> (quantity, group), by type of data
    "Dichotomous": {
        **{"Experimental cases": ("events", "e"), "Experimental N": ("n", "e")},
        **{"Control cases": ("events", "c"), "Control N": ("n", "c")},
    },
    "Continuous": {
        **{"Experimental mean": ("mean", "e"), "Experimental SD": ("sd", "e")},
        **{"Experimental N": ("n", "e"), "Control mean": ("mean", "c")},
        **{"Control SD": ("sd", "c"), "Control N": ("n", "c")},
    },
    "Contrast level": {"GIV Mean": ("difference", "both"), "GIV SE": ("difference_se", "both")},
    "O-E and variance": {"O-E": ("o_minus_e", "both"), "Variance": ("o_minus_e_var", "both")},
}
KINDS = {
    **{"Dichotomous": "dichotomous", "Continuous": "continuous", "Contrast level": "generic"},
    "O-E and variance": "generic",
}
MEASURES = {
    **{"Risk Ratio": "RR", "Odds Ratio": "OR", "Risk Difference": "RD", "Peto Odds Ratio": "PETO"},
    **{"Mean Difference": "MD", "Std. Mean Difference": "SMD", "Hazard Ratio": "HR"},
    "Standardized Mean Difference": "SMD",
}
RESULTS = {
    **{"Mean": "estimate", "CI start": "ci_lb", "CI end": "ci_ub", "Effect Z": "zval"},
    **{"Effect P": "pval", "Heterogeneity Chi²": "QE", "Heterogeneity df": "df"},
    **{"Heterogeneity P": "QEp", "Heterogeneity I²": "I2", "Heterogeneity Tau²": "tau2"},
}
OF_SPREAD = ("Heterogeneity Chi²", "Heterogeneity P", "Heterogeneity I²", "Heterogeneity Tau²")
SUBGROUP_TEST = ("Subgroup Chi²", "Subgroup df", "Subgroup P", "Subgroup I²")
DIFFERENCES = "the test for subgroup differences, which no analysis here repeats"
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
RATIOS = ("RR", "OR", "PETO", "HR")


def outcome_of(settings, rows, number, package) -> list[Outcome]:
    """The analysis of one row of settings, in a list; empty where there is none, with the reason.

    `rows` are (row number, row) of its data; `number` is the row of the settings; problems and
    notes join those of the `package`.
    """
    place = (
        f"analysis {settings['Analysis group']}.{settings['Analysis number']} "
        f"({settings['Analysis name']})"
    )
    reason = _not_pooled(settings, rows)
    if reason:
        package.notes.append(f"not imported: {place}: {reason}")
        return []
    found, problems = _settings(settings)
    here = f"{OVERALL}, row {number}, {place}"
    package.problems += [f"{here}, {problem}" for problem in problems]
    data = [_row(row, line, settings["Data type"], package) for line, row in rows]
    results = _results(settings, found, here, package)
    package.notes += _of_subgroups(settings, here)
    group, analysis = (settings[name] for name in ("Analysis group", "Analysis number"))
    if not (group.isdecimal() and analysis.isdecimal()):
        package.problems.append(f"{here}, Analysis number: '{group}.{analysis}' is no number")
    if problems or not (group.isdecimal() and analysis.isdecimal()):
        return []
    names = (one_line(settings["Analysis group name"]), one_line(settings["Analysis name"]), "")
    return [
        Outcome(
            *(int(group), int(analysis), 0, names, KINDS[settings["Data type"]]),
            **found,
            rows=tuple(data),
            results=results,
            place=f"{OVERALL}, row {number}, {place}",
        )
    ]


def _not_pooled(settings, rows):
    """Why an analysis is none here; empty if it is one."""
    if settings.get("Overall estimates", "").upper() == "FALSE":
        return "the review asks for no overall estimate"
    if settings.get("Swap event and non-event", "").upper() == "TRUE":
        return "it counts those without the event, which are not in the file"
    return "" if rows else "no studies in it"


def _settings(row):
    """(settings of the analysis, what is wrong with them)."""
    problems = []
    kind, measure = row["Data type"], MEASURES.get(row["Effect measure"])
    if kind not in KINDS:
        problems.append(f"Data type: '{kind}' is none of {', '.join(KINDS)}")
    log = kind == "O-E and variance" or row.get("Log-scale data", "").upper() == "TRUE"
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
            one_line(row.get("Experimental group label")) or "experimental",
            one_line(row.get("Control group label")) or "control",
        ),
        "unit": one_line(row.get("Unit of effect measure")),
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
    way, model = row["Statistical method"], row["Analysis model"].lower()
    if not model.startswith(("fixed", "random")):
        problems.append(
            f"Analysis model: '{row['Analysis model']}' is neither fixed nor random effect"
        )
    random = model.startswith("random")
    if way == "Mantel-Haenszel":
        return ("DLMH" if estimator == "DL" else estimator) if random else "MH", test
    if way in ("Inverse variance", "Inverse Variance", "Peto"):
        return (estimator if random else "EE"), test
    problems.append(
        f"Statistical method: '{way}' is none of Mantel-Haenszel, Inverse variance, Peto"
    )
    return "", test


def _row(row, number, kind, package):
    """The data of one study; what cannot be read joins the problems."""
    here = f"{ROWS}, row {number} ({row['Study'][:60]})"
    if not row["Study"]:
        package.problems.append(f"{here}, Study: empty; every row names its study")
    cells = []
    for column, (quantity, group) in CELLS.get(kind, {}).items():
        text = row.get(column, "")
        if text and (problem := number_problem(text)):
            package.problems.append(f"{here}, {column}: {problem}; a number is expected")
        cells.append(Cell(quantity, group, text, f"{column}: {text}"))
    return Row(row["Study"], here, tuple(cells))


def _results(settings, found, here, package):
    """The stored results; none of spread for a single study."""
    results = []
    for column, quantity in RESULTS.items():
        text = settings.get(column, "").strip("%")
        alone = column in OF_SPREAD and settings.get("Heterogeneity df", "") in ("", "0")
        fixed = quantity == "tau2" and found["method"] in ("MH", "EE")
        if not text or alone or fixed:
            continue
        if is_endless(text):
            package.notes.append(f"{here}, {column}: '{text}' is no finite number; left out")
            continue
        if number_problem(text):
            package.problems.append(f"{here}, {column}: {number_problem(text)}")
            continue
        text = _percent(text, settings) if quantity == "I2" else text
        results.append(Printed(quantity, text, f"{column}: {text}"))
    return tuple(results)


def _of_subgroups(settings, here):
    """One note with the stored test for subgroup differences, where there is one."""
    stored = [f"{name} {settings[name]}" for name in SUBGROUP_TEST if settings.get(name)]
    return [f"not imported: {here}: {DIFFERENCES}: {', '.join(stored)}"] if stored else []


def _percent(text, settings):
    """I2 in percent: a share of at most 1 is one where the stored chi-squared says so."""
    parts = [settings.get(f"Heterogeneity {name}", "") for name in ("Chi²", "df")]
    if any(not part or number_problem(part) for part in parts) or not 0 < float(text) <= 1:
        return text
    chi2, df = map(float, parts)
    share = max(0.0, (chi2 - df) / chi2) if chi2 > 0 else 0.0
    return f"{100 * float(text):.10g}" if abs(share - float(text)) < 0.01 else text
