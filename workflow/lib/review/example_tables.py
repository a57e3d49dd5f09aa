"""The example rows of a new review, unmistakable as such, and what of them is still there."""

from workflow.lib.review.example_kinds import CONTRAST

EXAMPLE = "EXAMPLE"
SOURCE = f"{EXAMPLE}: replace this row"
QUOTE = f"{EXAMPLE}: the words of the paper around the value"
LABELS = ("Example A", "Example B", "Example C")
FLOW = {
    **{"records_identified": 40, "records_removed": 10, "records_screened": 30},
    **{"records_excluded": 25, "reports_sought": 5, "reports_not_retrieved": 0},
    **{"reports_assessed": 5, "reports_excluded": 2, "studies_included": 3},
    **{"studies_pooled": 3, "studies_narrated": 0},
}
WHERE = {"extraction": "source", "studies": "reference", "flow": "source", "claims": "source"}
BOTH = {CONTRAST: "both"}  # a short name of the arm in ids


def example_tables(kind, *, review, title, outcome):
    """Table name -> rows of text for extraction, studies, flow and claims.

    `review` is the key of the new review in studies.csv, `outcome` the key in config.yaml.
    """
    return {
        "extraction": [
            _row(label, line, value, outcome)
            for place, label in enumerate(LABELS)
            for line in kind.lines
            for value in (line.values[place],)
        ],
        "studies": [_review(review, title), *(_study(label, kind) for label in LABELS)],
        "flow": [
            {"box": box, "value": str(count), "source": SOURCE, "quote": QUOTE}
            for box, count in FLOW.items()
        ],
        "claims": [],
    }


def key_of(label):
    """'example_a' for Example A."""
    return label.lower().replace(" ", "_")


def _row(label, line, value, outcome):
    """One row of extraction.csv."""
    time = line.time_point.replace(" ", "")
    arm = BOTH.get(line.arm, line.arm)
    return {
        "id": f"{key_of(label)}-{arm}-{time}-{line.quantity}",
        "study": key_of(label),
        "outcome": outcome,
        "arm": line.arm,
        "time_point": line.time_point,
        "quantity": line.quantity,
        "value": value,
        "unit": line.unit,
        "source": SOURCE,
        "source_kind": EXAMPLE,
        "page": EXAMPLE,
        "quote": QUOTE,
        "extractor": EXAMPLE,
    }


def _review(study, title):
    """The row of the review itself; it is not replaced."""
    own = {"study": study, "slab": title, "design": "systematic_review", "role": "review"}
    return own | {"reference": "this review"}


def _study(label, kind):
    own = {"study": key_of(label), "slab": label, "year": "2000", "design": kind.study_design}
    return own | {"role": "pooled", "reference": SOURCE}


def is_example(text):
    """Whether a source says that its row is an example."""
    return str(text or "").startswith(EXAMPLE)


def examples_left(tables):
    """Table name -> how many of its rows are examples, where some are."""
    counts = {
        name: sum(is_example(row.get(WHERE[name])) for row in rows) for name, rows in tables.items()
    }
    return {name: count for name, count in counts.items() if count}
