"""Claims as lines: the quantities that a source prints about one result, or about one study of it."""

import re
from dataclasses import dataclass, replace

from workflow.lib.audit.implied import implied
from workflow.lib.audit.rounding import READINGS, printed
from workflow.lib.audit.scales import analysed

ESTIMATE, LIMITS = "estimate", ("ci_lb", "ci_ub")
POOLED = "studies_pooled"
SEVERAL = "part"  # the one quantity that a line may print several times
NAMEABLE = re.compile(r"[a-z0-9_.]+")  # groups whose implied numbers have ids in the registry


@dataclass(frozen=True, slots=True)
class Line:
    """The claims of one group, or of one study of a group, as one reading of their digits has them."""

    group: str
    study: str  # empty for the result itself
    claims: tuple[dict, ...]
    by: dict[str, dict]  # quantity -> claim
    pooled: int | None  # studies pooled, where the group or the file says so
    scale: str  # on which the estimate is analysed: plain, log, z or logit
    reading: str = READINGS[0]

    def number(self, quantity):
        """A claimed number on the scale of the line's analysis, or None if it is not claimed."""
        number = self.plain(quantity)
        if number is None or quantity not in (ESTIMATE, *LIMITS):
            return number
        return analysed(number, self.scale)

    @property
    def is_log(self):
        """Whether the estimate is a ratio that is analysed as its logarithm."""
        return self.scale == "log"

    def plain(self, quantity):
        """A claimed number as it is printed, or None if it is not claimed."""
        claim = self.by.get(quantity)
        return None if claim is None else printed(claim["printed"], self.reading)

    def numbers(self, *quantities):
        """The claimed numbers, or None if any of them is missing."""
        found = [self.number(name) for name in quantities]
        return None if None in found else found

    @property
    def level(self):
        """Level of the interval in percent."""
        claim = next((self.by[name] for name in LIMITS if name in self.by), {"level": None})
        return float(claim["level"] or 95.0)

    @property
    def own_df(self):
        """Degrees of freedom that the line prints, as such or as its number of studies; or None."""
        for name, less in (("df", 0), ("k", 1)):
            if name in self.by:
                return printed(self.by[name]["printed"]).value - less
        return None

    @property
    def df(self):
        """Degrees of freedom of t: from the line, or from the number of pooled studies; or None."""
        of_test = "df" in self.by and not {"QE", "chi2"} & set(self.by)
        if of_test or "k" in self.by:
            name, less = ("df", 0) if of_test else ("k", 1)
            df = int(printed(self.by[name]["printed"]).value) - less
        else:
            df = None if self.pooled is None else self.pooled - 1
        return df if df is not None and df >= 1 else None

    @property
    def df_claim(self):
        """The claim of this line that says how many degrees of freedom t has, or None."""
        of_test = "df" in self.by and not {"QE", "chi2"} & set(self.by)
        return self.by.get("df") if of_test else self.by.get("k")

    @property
    def named(self):
        """Whether what the line implies stands in the registry, under claims.<group>."""
        nameable = not self.study and NAMEABLE.fullmatch(self.group)
        return bool(nameable) and self.reading == READINGS[0] and self.has_interval

    @property
    def has_interval(self):
        """Whether it prints an estimate with both limits."""
        return {ESTIMATE, *LIMITS} <= set(self.by)

    def ids(self, *quantities):
        """Ids of the claims of these quantities that the line has."""
        return tuple(self.by[name]["id"] for name in quantities if name in self.by)

    def read(self, reading):
        """The same line under another reading of its digits."""
        return replace(self, reading=reading)

    def readings(self):
        """The readings that the source may have used: the stated one, or rounding and cutting off."""
        stated = {claim.get("digits") for claim in self.claims} - {None, ""}
        return tuple(name for name in READINGS if not stated or name in stated)


def lines_of(claims):
    """The lines of all claims, in order of first appearance."""
    found = {}
    for claim in claims:
        found.setdefault((claim["group"], claim.get("study") or ""), []).append(claim)
    counted = k_claim(claims)
    everywhere = int(printed(counted["printed"]).value) if counted else None
    return [
        Line(
            *(group, study, tuple(own), _by_quantity(own)),
            *(_pooled(study, own, everywhere), _scale_of(own)),
        )
        for (group, study), own in found.items()
    ]


def _by_quantity(claims):
    return {claim["quantity"]: claim for claim in claims if claim["quantity"] != SEVERAL}


def _scale_of(claims):
    """The scale on which the estimate or its limits are analysed."""
    own = (claim.get("scale") for claim in claims if claim["quantity"] in (ESTIMATE, *LIMITS))
    return next(filter(None, own), "plain")


def _pooled(study, claims, everywhere):
    """How many studies stand behind a line: its own k, or the one number that the file has."""
    own = next((claim for claim in claims if claim["quantity"] == "k"), None)
    if own:
        return int(printed(own["printed"]).value)
    return None if study else everywhere


def k_claim(claims):
    """The claim that says how many studies were pooled; None if there is none or several."""
    found = [claim for claim in claims if claim["quantity"] == POOLED]
    return found[0] if len(found) == 1 else None


def implied_of(line):
    """What the line's estimate with its interval implies; None where one of the three is missing."""
    if not line.has_interval:
        return None
    k = None if line.df is None else line.df + 1
    return implied(*line.numbers(ESTIMATE, *LIMITS), level=line.level, k=k, scale=line.scale)
