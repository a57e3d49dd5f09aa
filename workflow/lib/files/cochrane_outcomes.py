"""One analysis of a Cochrane data package: its rows, its subgroups, its stored results."""

from dataclasses import dataclass

from workflow.lib.files.cochrane_settings import (
    KINDS,
    SETTINGS,
    is_false,
    is_true,
    settings_of,
    words_of,
)
from workflow.lib.files.foreign import (
    Cell,
    Outcome,
    Printed,
    Row,
    Subtotal,
    is_stored,
    number_problem,
    twice,
)

ROWS, OVERALL = "data-rows.csv", "overall-estimates-and-settings.csv"
SUBTOTALS = "subgroup-estimates.csv"
DATA_COLUMNS = (
    *("Analysis group", "Analysis number", "Analysis name", "Subgroup", "Subgroup number"),
    *("Applicability", "Study", "Study year", "GIV Mean", "GIV SE", "Experimental mean"),
    *("Experimental SD", "Experimental cases", "Experimental N", "Control mean", "Control SD"),
    *("Control cases", "Control N", "O-E", "Variance", "Weight", "Mean", "CI start", "CI end"),
    "Footnotes",
)
SUBTOTAL_COLUMNS = (  # as packages of 2026 have them; R's meta reads the first four since 2024
    *("Analysis group", "Analysis number", "Subgroup", "Subgroup number", "Experimental cases"),
    *("Experimental N", "Control cases", "Control N", "Weight", "Mean", "CI start", "CI end"),
    *("Heterogeneity Tau²", "Tau² CI start", "Tau² CI end", "Heterogeneity Chi²"),
    *("Heterogeneity df", "Heterogeneity P", "Heterogeneity I²", "Effect Z", "Effect T"),
    *("Effect P", "ID"),
)
NEEDED = {
    DATA_COLUMNS: ("Analysis group", "Analysis number", "Study"),
    SETTINGS: (
        *("Analysis group", "Analysis number", "Analysis name", "Analysis group name"),
        *("Data type", "Statistical method", "Effect measure", "Analysis model"),
    ),
    SUBTOTAL_COLUMNS: (),  # a package without subgroups may have an empty file
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
RESULTS = {
    **{"Mean": "estimate", "CI start": "ci_lb", "CI end": "ci_ub", "Effect Z": "zval"},
    **{"Effect T": "tval", "Effect P": "pval", "Heterogeneity Chi²": "QE"},
    **{"Heterogeneity df": "df", "Heterogeneity P": "QEp", "Heterogeneity I²": "I2"},
    "Heterogeneity Tau²": "tau2",
}
DIFFERENCES = {
    **{"Subgroup Chi²": "QM", "Subgroup df": "df", "Subgroup P": "QMp", "Subgroup I²": "I2"},
}
# filler where there is a single study; a t statistic of 0 in packages of 2026
OF_SPREAD = (
    *("Heterogeneity Chi²", "Heterogeneity P", "Heterogeneity I²", "Heterogeneity Tau²"),
    "Effect T",
)
# in packages of 2026 it is that of the Wald test: 5 of 5 totals and 3 of 3 subgroups of CD014353
WALD_P = (
    "Effect P is not imported where there is a Hartung-Knapp interval (HKSJ): packages store the p "
    "of the Wald test there, not that of Effect T"
)
EVERYWHERE = "SUBGROUP_AND_OVERALL"  # the one applicability that is known: a row counts in both


@dataclass(frozen=True, slots=True)
class _Part:
    """An analysis, or one of its subgroups, that becomes an analysis here."""

    found: dict  # its settings
    place: str
    numbers: tuple[int, int, int]
    names: tuple[str, str, str]


def outcome_of(settings, number, package) -> list[Outcome]:
    """The analyses of one row of settings, in a list; empty where there is none, with the reason.

    `number` is the row of the settings; problems and notes join those of the `package`.
    """
    key = (settings["Analysis group"], settings["Analysis number"])
    rows, stored = package.rows_of(key), package.subtotals_of(key)
    place = f"analysis {'.'.join(key)} ({words_of(settings['Analysis name'])})"
    here = f"{OVERALL}, row {number}, {place}"
    groups = _groups(rows, stored, place, package)
    reason = _not_pooled(settings, rows, groups)
    if reason:
        package.notes.append(f"not imported: {place}: {reason}")
        return []
    found, problems = settings_of(settings)
    if not all(part.isdecimal() for part in key):
        problems.append(f"Analysis number: '{'.'.join(key)}' is no number")
    package.problems += [f"{here}, {problem}" for problem in problems]
    data = [_row(row, line, settings["Data type"], groups, package) for line, row in rows]
    if problems:
        return []
    names = (words_of(settings["Analysis group name"]), words_of(settings["Analysis name"]))
    part = _Part(found, here, (*map(int, key), 0), (*names, ""))
    if is_false(settings, "Overall estimates"):
        return list(_alone(settings, part, data, groups, package))
    return [_whole(settings, part, data, groups, package)]


def _not_pooled(settings, rows, groups):
    """Why an analysis is none here; empty if it is one."""
    if is_true(settings, "Swap event and non-event"):
        return "it counts those without the event, which are not in the file"
    if is_false(settings, "Overall estimates"):
        wanted = groups and not is_false(settings, "Subgroup estimates")
        return "" if wanted else "the review asks for no overall estimate"
    odd = {row["Applicability"] for _, row in rows if row.get("Applicability")} - {EVERYWHERE}
    if odd:
        return f"Applicability {', '.join(sorted(odd))}: not known which pools such rows are in"
    if rows and "Mean" in settings and not settings["Mean"]:
        return "the package has no estimate of it"
    return "" if rows else "no studies in it"


@dataclass(frozen=True, slots=True)
class _Group:
    """One subgroup: its number, its name, and its row of stored estimates, if there is one."""

    number: int
    name: str
    row: dict
    place: str


def _groups(rows, stored, place, package):
    """Name -> subgroup of an analysis, of those with rows of data; numbered as the package says."""
    named = {row["Subgroup"]: (line, row) for line, row in stored}
    found = {}
    for line, row in rows:
        name = row.get("Subgroup", "")
        if not name or name in found:
            continue
        own_line, own = named.get(name, (line, {}))
        text = own.get("Subgroup number") or row.get("Subgroup number") or str(len(found) + 1)
        if not text.isdecimal() or len(text) > 5:
            package.problems.append(f"{ROWS}, row {line}, Subgroup number: '{text}' is no number")
            text = str(len(found) + 1)
        here = f"{SUBTOTALS}, row {own_line}, {place}, subgroup {text} ({words_of(name)})"
        found[name] = _Group(int(text), words_of(name), own, here)
    for name, (line, row) in named.items():
        if name not in found and row.get("Mean"):
            package.problems.append(
                f"{SUBTOTALS}, row {line}, Subgroup: '{name[:60]}' has no row in {ROWS}"
            )
    package.problems += twice([one.number for one in found.values()], place)
    return found


def _whole(settings, part, data, groups, package):
    """An analysis with its total, its subgroups and the test between them."""
    known = [one for one in groups.values() if not one.row or one.row.get("Mean")]
    if len(known) < 2 or not all(row.subgroup for row in data):
        groups, data = {}, [Row(row.study, row.place, row.cells) for row in data]
    asked = groups and not is_false(settings, "Test for subgroup differences")
    tested = asked and settings.get("Subgroup df", "0") != "0"
    subtotals = [
        Subtotal(one.number, one.name, _results(one.row, part.found, one.place, package), one.place)
        for one in groups.values()
    ]
    return Outcome(
        *(*part.numbers, part.names, KINDS[settings["Data type"]]),
        **part.found,
        rows=tuple(data),
        results=_results(settings, part.found, part.place, package),
        place=part.place,
        subtotals=tuple(sorted(subtotals, key=lambda one: one.number)),
        differences=(
            _results(settings, part.found, part.place, package, DIFFERENCES) if tested else ()
        ),
    )


def _alone(settings, part, data, groups, package):
    """The subgroups of an analysis without a total, each an analysis of its own."""
    stored = [f"{name} {settings[name]}" for name in DIFFERENCES if settings.get(name)]
    if stored and settings.get("Subgroup df") != "0":
        package.notes.append(
            f"not imported: {part.place}: the test for subgroup differences ({', '.join(stored)}): "
            "the review asks for no overall estimate, so its subgroups are analyses of their own"
        )
    for one in sorted(groups.values(), key=lambda group: group.number):
        if one.row and not one.row.get("Mean"):
            package.notes.append(f"not imported: {one.place}: the package has no estimate of it")
            continue
        own = [row for row in data if row.subgroup == one.number]
        yield Outcome(
            *(*part.numbers[:2], one.number, (*part.names[:2], one.name)),
            KINDS[settings["Data type"]],
            **part.found,
            rows=tuple(Row(row.study, row.place, row.cells) for row in own),
            results=_results(one.row, part.found, one.place, package),
            place=one.place,
        )


def _row(row, number, kind, groups, package):
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
    inside = groups.get(row.get("Subgroup", ""))
    return Row(row["Study"], here, tuple(cells), inside.number if inside else 0)


def _results(row, found, here, package, names=RESULTS):
    """The stored results in a row by `names`; none of spread for a single study."""
    results, df = [], row.get("Heterogeneity df", "")
    single = df in ("", "0")
    under_t = found["test"] == "knha" and not single
    for column, quantity in names.items():
        text = row.get(column, "").strip("%")
        fixed = quantity == "tau2" and found["method"] in ("MH", "EE")
        if not text or fixed or (single and column in OF_SPREAD):
            continue
        if under_t and column == "Effect P":
            package.notes += [] if WALD_P in package.notes else [WALD_P]
            continue
        if not is_stored(text, f"{here}, {column}", package):
            continue
        text = _percent(text, row, column) if quantity == "I2" else text
        results.append(Printed(quantity, text, f"{column}: {text}"))
    if under_t and df.isdecimal() and names is RESULTS:  # from which t has its degrees of freedom
        results.append(Printed("k", str(int(df) + 1), f"Heterogeneity df: {df}"))
    return tuple(results)


def _percent(text, row, column):
    """I2 in percent: a share of at most 1 is one where the stored chi-squared says so."""
    before = column.partition(" ")[0]
    parts = [row.get(f"{before} {name}", "") for name in ("Chi²", "df")]
    if any(not part or number_problem(part) for part in parts) or not 0 < float(text) <= 1:
        return text
    chi2, df = map(float, parts)
    share = max(0.0, (chi2 - df) / chi2) if chi2 > 0 else 0.0
    return f"{100 * float(text):.10g}" if abs(share - float(text)) < 0.01 else text
