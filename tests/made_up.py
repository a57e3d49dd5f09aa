"""Made-up studies for tests: every value here is made up, and every row says so."""

from tests.pipeline import read_cells, read_config

MADE_UP = {
    "source": "made up for a test",
    "source_kind": "made up",
    "page": "none",
    "quote": "made up for a test; no paper says this",
    "extractor": "a test",
    "note": "made up",
    "reason": "",
    "patient": "",
    "outcome": "pain",
}
UNITLESS = {"r": "", "pairing": "", "direction": "", "pval": "", "tval": "", "difference_pval": ""}


def rows_of(study, arm, time_point, unit="VAS 0-10", **values):
    """Extraction rows of one made-up cell: quantity=text."""
    own = {"n": "patients", "percent_decrease": "%"} | UNITLESS
    return [
        {
            "id": f"{study}-{arm}-{time_point}-{quantity}".replace(" ", ""),
            "study": study,
            "arm": arm,
            "time_point": time_point,
            "quantity": quantity,
            "value": value,
            "unit": own.get(quantity, unit),
            **MADE_UP,
        }
        for quantity, value in values.items()
    ]


def study_of(study, *, role="pooled", design="single_arm", **words):
    """A row of studies.csv."""
    return {
        "study": study,
        "slab": study.replace("_", " ").capitalize(),
        "year": "2020",
        "design": design,
        "role": role,
        "reason_code": "",
        "reason": "",
        "registration": "",
        "reference": "made up for a test",
        **words,
    }


def review_row():
    """The row of the review itself."""
    return next(row for row in read_cells("studies") if row["role"] == "review")


def studies_of(rows, **words):
    """studies.csv of the review and of every study in `rows`, all with the role pooled."""
    names = dict.fromkeys(row["study"] for row in rows)
    return [review_row(), *(study_of(name, **words) for name in names)]


def analysis(measure, **words):
    """An analysis of the configuration; words replace its keys."""
    return {
        "title": f"Made-up analysis {measure}",
        "outcome": "pain",
        "roles": ["pooled", "candidate"],
        "arms": ["active"],
        "measure": measure,
        "time_point": "longest",
        "model": {"method": "REML", "test": "adhoc", "level": 95},
        "forest": True,
        **words,
    }


def config_for_made_up():
    """The project's configuration without assumptions about the project's own studies."""
    config = read_config()
    config["assumptions"] = {k: v for k, v in config["assumptions"].items() if "study" not in v}
    return config


def refusing():
    """The same, medians that fail the skewness test refused everywhere."""
    config = config_for_made_up()
    config["conversions"]["skewness"] = "refuse"
    return config


HOMOGENEOUS = [
    *rows_of("made_up_p", "single", "baseline", n="20", mean="7.0", sd="1.5"),
    *rows_of("made_up_p", "single", "3 months", n="20", mean="4.9", sd="2.0", sd_change="2.0"),
    *rows_of("made_up_q", "single", "baseline", n="30", mean="6.9", sd="1.6"),
    *rows_of("made_up_q", "single", "3 months", n="30", mean="4.9", sd="2.1", r="0.4"),
    *rows_of("made_up_s", "single", "baseline", n="40", median="7.0", q1="6.0", q3="8.1"),
    *rows_of("made_up_s", "single", "3 months", n="40", median="4.9", q1="3.6", q3="6.4"),
]
TWO_ARMS = [
    *rows_of("made_up_c", "active", "baseline", n="30", mean="6.5", sd="1.6"),
    *rows_of("made_up_c", "active", "3 months", n="28", mean="3.9", sd="2.1", r="0.4"),
    *rows_of("made_up_c", "sham", "baseline", n="31", mean="6.4", sd="1.7"),
    *rows_of("made_up_c", "sham", "3 months", n="29", mean="5.0", sd="2.0", r="0.5"),
    *rows_of("made_up_d", "active", "baseline", n="20", mean="7.0", sd="1.4"),
    *rows_of("made_up_d", "active", "6 months", n="19", mean="4.2", sd="2.4"),
    *rows_of("made_up_d", "sham", "baseline", n="21", mean="6.9", sd="1.5"),
    *rows_of("made_up_d", "sham", "6 months", n="20", mean="4.6", sd="2.2"),
]
