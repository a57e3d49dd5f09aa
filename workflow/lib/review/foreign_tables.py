"""A review that another program kept, as raw tables: each value with its place in the file and its words."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from workflow.lib.review.quantities import SPREADS, VARIANCES
from workflow.lib.review.time_points import UNTIMED

ARMS = {"e": "experimental", "c": "control", "both": "experimental vs control"}
DECIMALS = {  # what Review Manager prints
    **dict.fromkeys(("estimate", "ci_lb", "ci_ub", "zval", "tval", "QE", "QM", "tau2"), 2),
    **dict.fromkeys(("df", "I2", "k"), 0),
}
SMALLEST_P = Decimal("0.00001")
COUNTERPART = {  # quantity of a claim -> field of the pool that stands beside it
    **{"estimate": "beta", "zval": "stat", "tval": "stat", "df": "QE_df", "I2": "I2_Q"},
}
OF_GROUP = COUNTERPART | {"k": ""}  # of a subgroup, whose size is no number of ours
OF_TEST = {"df": "QM_df1", "I2": "I2_between"}  # the same for the test between subgroups
EXAMINED = "subgroups"  # name of the examination that has them
SENTENCES = {
    "estimate": "The pooled effect.",
    "ci_lb": "The lower limit of its interval.",
    "ci_ub": "The upper limit of its interval.",
    "zval": "The size of its test statistic.",
    "tval": "The size of its test statistic.",
    "pval": "Its p value.",
    "QE": "The statistic of the test of heterogeneity.",
    "df": "Its degrees of freedom.",
    "QEp": "Its p value.",
    "I2": "The share of the variance that is heterogeneity.",
    "tau2": "The variance between the studies.",
    "k": "Its studies.",
}
OF_SUBGROUP = {
    quantity: f"In a subgroup: {words[0].lower()}{words[1:]}"
    for quantity, words in SENTENCES.items()
}
TEST_SENTENCES = {
    "QM": "The statistic of the test for subgroup differences.",
    "df": "Its degrees of freedom.",
    "QMp": "Its p value.",
    "I2": "The share of the spread between the subgroups that is no chance.",
}
NOT_IN_FILE = "not in the imported file"
REVIEW = "imported_review"
BOXES = (
    *("records_identified", "records_removed", "records_screened", "records_excluded"),
    *("reports_sought", "reports_not_retrieved", "reports_assessed", "reports_excluded"),
    *("studies_included", "studies_pooled", "studies_narrated"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """One row of data with the names that it gets here."""

    outcome: object
    name: str  # of the analysis and its outcome
    study: str
    row: object


def analysis_name(outcome):
    """'c01_o02', or 'c01_o02_s01' for a subgroup: the same name in every table and in config.yaml."""
    name = f"c{outcome.comparison:02d}_o{outcome.number:02d}"
    return f"{name}_s{outcome.subgroup:02d}" if outcome.subgroup else name


def group_column(outcome):
    """'c01_o02_subgroup', the column of studies.csv with the subgroup of each row; empty without any."""
    return f"{analysis_name(outcome)}_subgroup" if outcome.subtotals else ""


def group_label(outcome, subtotal):
    """'1.2.3 Women', as Review Manager heads a subgroup; so labels differ, and sort by their numbers."""
    width = len(str(max(one.number for one in outcome.subtotals)))
    number = f"{outcome.comparison}.{outcome.number}.{subtotal.number:0{width}d}"
    return f"{number} {subtotal.name}".strip()


def raw_tables(foreign, *, source, part):
    """Table name -> rows of text for extraction, studies, flow and claims.

    `source` names the file; `part` makes a label a part of a number's id.
    """
    places = list(_places(foreign))
    return {
        "extraction": [row for place in places for row in _extraction(place, source)],
        "studies": list(_studies(foreign, places)),
        "flow": list(_flow(foreign, places, source)),
        "claims": [row for outcome in foreign.outcomes for row in _claims(outcome, source, part)],
    }


def _places(foreign):
    """Every row of data; a study that an outcome has twice gets a number for its second row."""
    keys = study_keys(foreign)
    for outcome in foreign.outcomes:
        seen = {}
        for row in outcome.rows:
            seen[row.study] = seen.get(row.study, 0) + 1
            study = numbered(keys[row.study], seen[row.study])
            yield Place(outcome, analysis_name(outcome), study, row)


def study_keys(foreign):
    """id of a study in the file -> its key in studies.csv: its name, or its id where names are shared."""
    names = [study.name for study in foreign.studies]
    return {
        study.id: (study.name if names.count(study.name) == 1 else study.id).replace(";", ",")
        for study in foreign.studies
    }


def numbered(text, count):
    """The text, with a number behind it from the second time on."""
    return text if count == 1 else f"{text} ({count})"


def slug(text):
    """A piece of an id: ASCII letters, digits, - _ and points, for any text."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    bare = re.sub(r"[^A-Za-z0-9_.]+", "-", plain).strip("-.")
    return bare if bare and plain == text else f"{bare}-x{text.encode().hex()[:24]}".strip("-")


def _extraction(place, source):
    """The cells of one row of data as rows of extraction.csv."""
    for cell in place.row.cells:
        value, reason = _value(cell)
        yield {
            "id": f"{place.name}-{slug(place.study)}-{cell.quantity}-{cell.group}",
            "study": place.study,
            "outcome": place.name,
            "arm": ARMS[cell.group],
            "time_point": UNTIMED,
            "patient": "",
            "quantity": cell.quantity,
            "value": value,
            "unit": place.outcome.unit,
            "reason": reason,
            "source": source,
            "source_kind": "imported file",
            "page": place.row.place,
            "quote": cell.quote,
            "extractor": "import",
            "note": "",
        }


def _value(cell):
    """(value, why there is none): zeros where nothing was measured are no values."""
    if not cell.text:
        return "", f"the file has no value here: {cell.quote}"
    number = float(cell.text)
    if cell.quantity in {"n", *SPREADS, *VARIANCES} and number <= 0:
        return "", f"the file has {cell.quote}: nothing was measured, or it cannot be estimated"
    if cell.quantity in ("n", "events") and number == int(number):
        return str(int(number)), ""  # 12.0 is how a program stores a count of 12
    return cell.text, ""


def _studies(foreign, places):
    """Rows of studies.csv: the review, the studies with data, and the included ones without."""
    named = {study.id: study for study in foreign.studies}
    groups = {column: "" for outcome in foreign.outcomes if (column := group_column(outcome))}
    common = {"registration": "", "reason_code": "", "reason": ""} | groups
    yield common | {
        **{"study": REVIEW, "slab": "The imported review", "year": ""},
        "design": "systematic_review",
        **{"role": "review", "reference": foreign.identifier or foreign.name},
    }
    used, keys, member = {}, study_keys(foreign), {}
    for place in places:
        used.setdefault(place.study, place.row.study)
        member.setdefault(place.study, {}).update(_membership(place))
    for key, own in used.items():
        slab = named[own].name + key.removeprefix(keys[own])
        yield common | _of_study(named[own], key, slab) | {"role": "pooled"} | member[key]
    why = {"reason_code": "no_data", "reason": "it has no data in any imported analysis"}
    for study in foreign.studies:
        if study.included and study.id not in used.values():
            row = _of_study(study, keys[study.id], study.name)
            yield common | row | why | {"role": "narrated"}


def _membership(place):
    """Column -> label of the subgroup in which a row of data stands; empty without subgroups."""
    return {
        group_column(place.outcome): group_label(place.outcome, subtotal)
        for subtotal in place.outcome.subtotals
        if subtotal.number == place.row.subgroup
    }


def _of_study(study, key, slab):
    year = "" if study.year is None else str(study.year)
    return {
        **{"study": key, "slab": slab, "year": year, "design": "controlled_study"},
        "reference": f"{study.name} in the imported file",
    }


def _flow(foreign, places, source):
    """Rows of flow.csv: what the list of studies says; a file of data has no records."""
    pooled = {place.row.study for place in places}
    included = {study.id for study in foreign.studies if study.included}
    counts = {"studies_included": len(included | pooled), "studies_pooled": len(pooled)}
    words = {
        "studies_included": "included studies in the file",
        "studies_pooled": "studies with data in the imported analyses",
    }
    for box in BOXES:
        known = box in counts
        yield {
            "box": box,
            "value": str(counts[box]) if known else "",
            "reason": "" if known else NOT_IN_FILE,
            "source": source if known else "",
            "page": "list of studies" if known else "",
            "quote": f"{counts[box]} {words[box]}" if known else "",
            "note": "counted by the import" if known else "",
        }


@dataclass(frozen=True, slots=True)
class Line:
    """One stored result: what its claims are called, and which numbers of ours stand beside them."""

    id: str
    ours: str  # beginning of the ids of ours
    fields: dict  # quantity -> field of ours, where its name is another
    sentences: dict
    results: tuple
    page: str


def _lines(outcome, part):
    """The stored results of one analysis: its own, those of its subgroups, the test between them."""
    name = analysis_name(outcome)
    total = (f"pooled.{name}", COUNTERPART, SENTENCES, outcome.results, outcome.place)
    yield Line(name, *total)
    examined = f"examined.{name}.{EXAMINED}"
    for one in outcome.subtotals:
        ours = f"{examined}.groups.{part(group_label(outcome, one))}"
        own = (ours, OF_GROUP, OF_SUBGROUP, one.results, one.place)
        yield Line(f"{name}_g{one.number:02d}", *own)
    test = (examined, OF_TEST, TEST_SENTENCES, outcome.differences, outcome.place)
    yield Line(f"{name}_between", *test)


def _claims(outcome, source, part):
    """The stored results of one analysis as rows of claims.csv, in the digits that RevMan prints."""
    for line in _lines(outcome, part):
        for result in line.results:
            quantity = result.quantity
            interval = quantity in ("ci_lb", "ci_ub")
            field = line.fields.get(quantity, quantity)
            logs = outcome.log and (interval or quantity == "estimate")
            yield {
                "id": f"{line.id}_{quantity.lower()}",
                "group": line.id,
                "study": "",
                "quantity": quantity,
                "printed": as_printed(quantity, result.text),
                "scale": "log" if logs else "",
                "digits": "",
                "level": f"{outcome.level:g}" if interval else "",
                "counterpart": f"{line.ours}.{field}" if field else "",
                "convention": "stated",
                "missing": "",
                "sentence": line.sentences[quantity],
                "source": source,
                "page": line.page,
                "quote": result.quote,
            }


def as_printed(quantity, text):
    """A stored number in the digits that Review Manager prints: 0.8969, 0.90; 0.0365, 0.04; 39.7, 40."""
    number = Decimal(text)
    if quantity not in ("pval", "QEp", "QMp"):
        return _rounded(number, DECIMALS[quantity])
    if number < SMALLEST_P:
        return f"<{SMALLEST_P}"
    if number >= Decimal("0.095"):
        return _rounded(number, 2)
    first = number.quantize(Decimal(1).scaleb(number.adjusted()), rounding=ROUND_HALF_UP)
    return _rounded(number, -first.adjusted())  # 0.00096 is 0.001


def _rounded(number, decimals):
    """Half away from zero; never a negative zero."""
    if number.adjusted() > 15:  # no digits behind the point are left to round
        return f"{number:f}"
    found = number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return f"{abs(found) if found.is_zero() else found:f}"
