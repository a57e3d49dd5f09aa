"""Why a number need not move when something that its lineage names does, and whether that is true."""

from workflow.lib.audit.registry import CANCELS, CLIPPED, COUNT, ORDER, POINTS

REFUSED_BY_CHECK = "refused by check"
WORDS = "text"
COUNTED = ("studies", "count", "degrees of freedom", "patients", "claims", "levels")
ORDERED = (  # words of order statistics; a mean converted from a median may be that
    *("median_percent", "mean", "mean_decrease", "median", "min", "q1", "q3", "max"),
    "new_sei",  # the median of the variances
)


def reason_of(number, entry):
    """The reason of one entry of a lineage; empty if there is none."""
    if entry in number["stands"]:
        return number["stands"][entry]
    return COUNT if ":" in entry and _is_count(number) else ""


def is_true(reason, name, base):
    """Whether a reason can be one of this number; `base` is the registry."""
    number, last = base[name], name.rpartition(".")[2]
    known = {
        COUNT: _is_count(number) or last.endswith("percent"),  # a share of counts is one, too
        CLIPPED: _is_at_bound(name, number, base),
        ORDER: last in ORDERED,
        CANCELS: number["unit"] not in POINTS or last == "se_tau2",
    }
    return known.get(reason, True)


def _is_count(number):
    """Whether it is a count, or there is none."""
    return number["value"] is None or isinstance(number["value"], int) or number["unit"] in COUNTED


def _is_at_bound(name, number, base):
    """Whether it stands at the end of its range, or rests on a tau2 that does."""
    first, *rest = name.split(".")
    beside = [f"{name.rpartition('.')[0]}.tau2", f"pooled.{rest[0] if rest else ''}.tau2"]
    values = [number["value"], *(base[one]["value"] for one in beside if one in base)]
    return 0 in values or (name.endswith(".H2") and number["value"] == 1)
