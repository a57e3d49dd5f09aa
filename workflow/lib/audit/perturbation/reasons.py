"""Why a number need not move when something that its lineage names does."""

from workflow.lib.audit.registry import COUNT

REFUSED_BY_CHECK = "refused by check"
WORDS = "text"
COUNTED = ("studies", "count", "degrees of freedom", "patients", "claims")


def reason_of(number, entry):
    """The reason of one entry of a lineage; empty if there is none."""
    if entry in number["stands"]:
        return number["stands"][entry]
    if ":" in entry and (number["value"] is None or number["unit"] in COUNTED):
        return COUNT
    return ""
