"""What the templates of a new review are filled with."""

from workflow.lib.review.example_kinds import (
    CONTRAST,
    CONTROL,
    SAMPLE,
    SCALE,
    TREATED,
    measures_of,
)
from workflow.lib.review.review_name import key_of_name, title_of

OUTCOME = "main_outcome"
LOW_HIGH = SCALE.partition("-")[::2]


def template_words(name, kind, measure, inputs, *, version):
    """Word of a template -> text: for config.yaml, README.md and the other files of the review `name`."""
    arms = {line.arm for line in kind.lines}
    contrast, two = CONTRAST in arms, CONTROL in arms
    others = [other for other in measures_of(kind, inputs) if other != measure]
    return {
        "version": str(version),
        "name": name,
        "key": f"review_{key_of_name(name)}",
        "title": title_of(name),
        "outcome": OUTCOME,
        "outcome_label": "EXAMPLE outcome",
        "scale": _scale() if kind.outcome == "continuous" else "",
        "improvement": "decrease" if _needs_direction(kind) else "not_stated",
        "treated": SAMPLE if arms == {SAMPLE} else TREATED,
        "control": CONTROL if two or contrast else "",
        "contrast": f'"{CONTRAST}"' if contrast else "",
        "measure": measure,
        "measures": ", ".join(others) or "no other",
        "analysis_title": f"EXAMPLE: the primary analysis ({measure})",
        "arms": f'"{CONTRAST}"' if contrast else SAMPLE if arms == {SAMPLE} else TREATED,
        "comparator": f"    comparator: [{CONTROL}]\n" if two else "",
    }


def _needs_direction(kind):
    """Changes and measures of one group must say what is good; so do scores."""
    return kind.outcome == "continuous" or kind.design != "parallel"


def _scale():
    low, high = LOW_HIGH
    return f'    low: {low}\n    high: {high}\n    units: {{"{SCALE}": [{low}, {high}]}}\n'
