"""What the numbers suggest in each domain of GRADE; a suggestion is no judgement.

Reasons are words in which {an id} stands for a number of the registry.
"""

from dataclasses import dataclass

from workflow.lib.errors import NotEstimable
from workflow.lib.review.certainty.words import DOWNGRADES

# lights of the instruments' overall judgements, by what they say about the weight of a study
GROUPS = {"low": "low", "some": "some", "high": "high", "critical": "high"}
ORDER = ("unjudged", "low", "some", "high")
SHARE = 50.0  # percent of the weight: "most of the information" (Cochrane Handbook 5.1, 12.2.2)
SUBSTANTIAL, CONSIDERABLE = 50.0, 75.0  # percent, I2 (Cochrane Handbook, 10.10.2)
ENOUGH = 10  # studies for a test of asymmetry (Sterne 2011)
SUSPECT = 0.10  # p of Egger's test (Egger 1997)
NO_LINE = (
    "nothing is compared and config.yaml states no thresholds (certainty), so there is no line"
)
NOBODY = "judged by a person; nothing is computed"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the numbers suggest in one domain; `judgement` is None where they suggest nothing."""

    domain: str
    judgement: str | None  # none, serious or very_serious
    reason: str  # with {ids} of numbers


def suggestions(case, judgements, egger_test):
    """The five Suggestions of a Case, in the order of GRADE.

    `judgements` maps a study to the light of its overall risk of bias (low, some, high, critical), or
    is None where nobody has judged;
    `egger_test` is workflow.lib.stats.small_study.regression_test.egger_test.
    """
    if not case.pooled:
        return [Suggestion(domain, None, "no study is pooled") for domain in DOWNGRADES]
    found = {
        "risk_of_bias": risk_of_bias(case, judgements),
        "inconsistency": inconsistency(case),
        "indirectness": (None, NOBODY),
        "imprecision": imprecision(case),
        "publication_bias": publication_bias(case, egger_test)[:2],
    }
    return [Suggestion(domain, *found[domain]) for domain in DOWNGRADES]


def weights_by_risk(case, judgements):
    """(low, middle, high, not judged): percent of the weight, by the risk of bias of the studies."""
    shares = dict.fromkeys(("low", "some", "high", "unjudged"), 0.0)
    pairs = zip(case.model["studies"], case.model["fit"]["weights"], strict=True)
    for study, weight in pairs:
        shares[_group((judgements or {}).get(study))] += weight
    return shares


def _group(light):
    """Where a study counts; a light that says nothing (unclear, none) is no judgement."""
    return GROUPS.get(light, "unjudged")


def gravest(judgements):
    """The judgement that says most about a study; one that says nothing counts last."""
    return max(judgements, key=lambda one: ORDER.index(_group(one)))


def risk_of_bias(case, judgements):
    """(judgement, reason) from the share of the weight at high risk and at some concerns."""
    if judgements is None:
        return None, "no study has an overall judgement (data/raw/risk_of_bias.csv)"
    name, shares = f"certainty.{case.analysis}", weights_by_risk(case, judgements)
    if shares["unjudged"] > 0:
        return None, f"{{{name}.weight_unjudged}} of the weight is unclear or not judged"
    said = f"{{{name}.weight_high}} of the weight at high risk, {{{name}.weight_some}} at some"
    if shares["high"] > SHARE:
        return "very_serious", f"{said}: most of the information is at high risk"
    if shares["low"] < SHARE or shares["high"] > SHARE / 2:
        return "serious", said
    return "none", f"{said}: most of the information is at low risk"


def crossed(case, low, high):
    """The lines that an interval includes."""
    return tuple(line for line in case.lines if low < line < high)


def inconsistency(case):
    """(judgement, reason) from I2 and from what the prediction interval includes."""
    fit, name = case.model["fit"], f"pooled.{case.analysis}"
    if fit["k"] < 2:
        return "none", "one study: nothing to disagree with"
    said = f"I\u00b2 {{{name}.I2}}"
    if fit["I2"] < SUBSTANTIAL:
        return "none", said
    if not case.lines:
        return None, f"{said}; {NO_LINE}"
    if fit["pi_lb"] is None:
        return "serious", f"{said}; there is no prediction interval"
    inside = crossed(case, fit["pi_lb"], fit["pi_ub"])
    if not inside:
        return "none", f"{said}, but the prediction interval stays on one side of every threshold"
    new = set(inside) - set(crossed(case, fit["ci_lb"], fit["ci_ub"]))
    said += f"; the prediction interval includes {_lines_in_words(case, inside)}"
    if new and fit["I2"] >= CONSIDERABLE:
        return "very_serious", f"{said}, the interval of the mean does not"
    return "serious", said


def imprecision(case):
    """(judgement, reason) from the interval and the thresholds, then from the information size."""
    fit, name = case.model["fit"], f"certainty.{case.analysis}"
    if fit["ci_lb"] is None:
        return None, "the pool has no interval"
    if not case.lines:
        return None, NO_LINE
    inside = crossed(case, fit["ci_lb"], fit["ci_ub"])
    if inside:
        level = "serious" if len(inside) == 1 else "very_serious"
        return level, f"the interval includes {_lines_in_words(case, inside)}"
    said = "the interval stays on one side of every threshold"
    if case.size is None or case.participants is None:
        reason = case.size_reason or "not all studies say how many persons"
        return "none", f"{said}; information size not computed: {reason}"
    counted = f"{{{name}.participants}} persons of {{{name}.ois}} needed"
    if case.participants >= case.size.total:
        return "none", f"{said}; {counted}"
    return "serious", f"{said}, but the information size is not reached: {counted}"


def _lines_in_words(case, inside):
    """'no effect and 2 decision thresholds'."""
    others = [line for line in inside if line != 0 or not case.zero]
    several = "both decision thresholds" if len(others) == 2 else "every decision threshold"
    words = ["no effect"] if 0.0 in inside and case.zero else []
    words += [] if not others else ["a decision threshold" if len(others) == 1 else several]
    return " and ".join(words)


def publication_bias(case, egger_test):
    """(judgement, reason, p) from Egger's test, only with ten studies or more; p may be None."""
    if case.model["fit"]["k"] < ENOUGH:
        return None, "fewer than ten studies: no test of asymmetry", None
    yi, vi = ([row[name] for row in case.pooled] for name in ("yi", "vi"))
    try:
        found = egger_test(yi, vi)
    except NotEstimable as error:
        return None, f"Egger's test is not possible: {error}", None
    if found.pval is None:
        return None, f"Egger's test gives no p: {found.reasons['pval']}", None
    judgement = "serious" if found.pval < SUSPECT else "none"
    return judgement, f"Egger's test p {{certainty.{case.analysis}.egger_pval}}", found.pval
