"""How a forest plot looks: the house's own way, and those of RevMan, the BMJ and JAMA."""

from dataclasses import dataclass, replace

from workflow.lib.errors import TableError
from workflow.lib.figures.style import ACCENT, INK, RULE, SECOND

LIGHT = "#7fb3d5"  # the accent on the way to white
BMJ, BMJ_RULE = "#6b58a6", "#a7a9ac"


@dataclass(frozen=True, slots=True)
class Look:
    """Order of the columns behind the labels, colours of the marks, and what the axis names."""

    order: tuple[str, str, str] = ("axis", "estimate", "weight")
    square: str = INK
    interval: str = INK
    diamond: str = ACCENT
    outline: str = ACCENT  # of the diamonds
    subtotal: str = LIGHT
    comparison: str = SECOND  # outline of hollow diamonds
    prediction: str = ACCENT
    null: str = RULE
    marks: str = "plain"  # what the axis names: ratios of logarithms (log), correlations of z, proportions (logit)


# RevMan 5: squares in blue, diamonds in black, the plot at the right edge. BMJ and JAMA: colours and
# order of columns as in the layouts of the R package meta (Balduzzi et al. 2019), which follow the
# journals' instructions and published figures.
LOOKS = {
    "house": Look(),
    "revman": Look(
        order=("weight", "estimate", "axis"),
        **{"square": "#0000cc", "interval": INK, "diamond": INK, "outline": INK},
        **{"subtotal": INK, "comparison": INK, "prediction": INK, "null": INK},
    ),
    "bmj": Look(
        order=("axis", "weight", "estimate"),
        **{"square": BMJ, "interval": BMJ, "diamond": BMJ, "outline": BMJ},
        **{"subtotal": BMJ, "comparison": BMJ, "prediction": BMJ, "null": BMJ_RULE},
    ),
    "jama": Look(
        order=("estimate", "axis", "weight"),
        **{"square": "#00008b", "interval": "#00008b", "diamond": "#add8e6", "outline": INK},
        **{"subtotal": "#add8e6", "comparison": INK, "prediction": INK, "null": INK},
    ),
}


def look_of(preset: str = "house", *, marks: str = "plain") -> Look:
    """The look of a preset, with what its axis names: plain, log, z or logit.

    Raises
    ------
    TableError
        If there is no such preset.
    """
    if preset not in LOOKS:
        raise TableError(f"forest: preset {preset!r} is not one of {', '.join(LOOKS)}")
    return replace(LOOKS[preset], marks=marks)
