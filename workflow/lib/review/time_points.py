"""Time points: the duration that a label names, in days."""

import re

from workflow.lib.errors import InputError

BASELINE = "baseline"
UNTIMED = "not stated"  # after treatment, nobody says when
DAYS = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}
DURATION = re.compile(
    r"((?:(?<!\S)[-\u2212\u2013])?[0-9]+(?:\.[0-9]+)?)[ -](day|week|month|year)s?\b", re.IGNORECASE
)


def days_of(label):
    """Days since treatment that the label names; 0 for baseline, None where it is not stated.

    Raises
    ------
    InputError
        If the label names no duration, or one that is not after treatment.
    """
    if label == BASELINE:
        return 0.0
    if label == UNTIMED:
        return None
    found = DURATION.search(label)
    if not found:
        raise InputError(
            [
                f"'{label}' names no duration; write 'baseline' or words with days, weeks, months or "
                "years, such as 'last follow-up (mean 194 days)', or 'not stated'"
            ]
        )
    if found[1][0] in "-\u2212\u2013" or float(found[1]) == 0:
        raise InputError(
            [f"'{label}' is not after treatment; write 'baseline' for the scores before it"]
        )
    return float(found[1]) * DAYS[found[2].lower()]


def is_after(days):
    """Whether a time point lies after treatment."""
    return days is None or days > 0


def in_time(days):
    """What time points are sorted by: their days; one that is not stated is the last."""
    return float("inf") if days is None else days
