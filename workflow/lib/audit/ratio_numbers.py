"""Effects on a logarithm as they are read: ratios, under ids of their own that end in _exp."""

from dataclasses import replace
from functools import partial
from math import exp

from workflow.lib.audit.registry import text_of

LOG = "log "  # how the unit of a logarithm begins
READ = ("yi", "beta", "ci_lb", "ci_ub", "pi_lb", "pi_ub")  # what is read as a ratio
END = "_exp"
LARGEST = 700.0  # logarithm of the largest number that is kept
TOO_LARGE = "larger than can be printed"


def with_ratios(numbers, unit):
    """The numbers, each effect or limit on a logarithm followed by its ratio.

    A ratio has the rows, the basis and the method of its logarithm; `unit` is that of the effects.
    """
    for number in numbers:
        yield number
        field = number.id.rpartition(".")[2]
        if unit.startswith(LOG) and field in READ and number.unit == unit:
            yield _ratio(number)


def printed(unit):
    """value -> text of an effect in this unit, as it is read."""
    return _ratio_text if unit.startswith(LOG) else partial(text_of, kind="effect")


def _ratio_text(log):
    """The printed text of the ratio behind a logarithm."""
    return TOO_LARGE if log > LARGEST else text_of(exp(log), "fold")


def _ratio(number):
    """The exponential of a number."""
    unit, log = number.unit.removeprefix(LOG), number.value
    value = None if log is None or log > LARGEST else exp(log)
    text = number.text if log is None else _ratio_text(log)
    words = {"unit": unit, "scale": unit, "method": f"exponential of {number.method}"}
    return replace(number, id=f"{number.id}{END}", value=value, text=text, **words)
