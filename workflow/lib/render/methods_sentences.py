"""The methods in words: only what the analyses of this review do."""

from workflow.lib.render.facts import listed

SCORES = (
    "Scores are brought to one scale per outcome and improvement counts as positive. Means and standard "
    "deviations that are not printed are derived: from intervals of means by the t distribution, from "
    "medians and quartiles by @luo2018 for the mean and @wan2014 for the standard deviation, with the "
    "skewness test of @shi2023 always reported."
)
AT_START = {"SMCR", "SMCRH", "PPC", "DPPC2"}  # measures that divide by the SD at the start
OF_BOTH = {"SMD"}  # by the pooled SD of both groups
CHANGES = "Standardised mean changes use the standard deviation at the start [@becker1988]"
DIFFERENCES = "Standardised mean differences use the pooled standard deviation of both groups"
CORRECTED = " with the exact small-sample correction [@hedges1981]"
COMMON = ("EE", "FE", "MH")  # methods without a variance between studies
ESTIMATORS = {  # others are told by their names
    "REML": "restricted maximum likelihood [@viechtbauer2005]",
    "ML": "maximum likelihood",
    "DL": "the method of DerSimonian and Laird",
    "PM": "the method of Paule and Mandel",
}
PROFILE = ", its interval by the Q-profile method [@viechtbauer2007]."
TESTS = {
    "adhoc": "by @hartung2001 with the ad hoc correction that keeps it from being narrower than its Wald "
    "counterpart [@rover2015]",
    "knha": "by @hartung2001",
    "t": "by Wald with a t distribution",
    "z": "by Wald",
}
PREDICTION = "The prediction interval uses the same distribution and standard error as the interval of the mean."


def methods_sentences(facts):
    """Markdown of the methods, by what config.yaml says."""
    analyses = facts.config["analyses"].values()
    scaled = any("low" in outcome for outcome in facts.config["outcomes"].values())
    parts = [
        SCORES if scaled else "",
        *_standardised(analyses),
        _between([one["model"]["method"] for one in analyses]),
        _intervals([one["model"]["test"] for one in analyses]),
        PREDICTION,
    ]
    return " ".join(filter(None, parts))


def _standardised(analyses):
    """What standardised effects are divided by, and whether they are corrected."""
    for words, measures in ((CHANGES, AT_START), (DIFFERENCES, OF_BOTH)):
        own = [one for one in analyses if one["measure"] in measures]
        corrected = own and all(one.get("correct", True) for one in own)
        yield f"{words}{CORRECTED if corrected else ''}." if own else ""


def _between(methods):
    """How the variance between studies is estimated."""
    names = [name for name in dict.fromkeys(methods) if name not in COMMON]
    if not names:
        return "All studies are taken to share one true effect."
    several = ", as the table says" if len(set(methods)) > 1 else ""
    said = listed(ESTIMATORS.get(name, name) for name in names)
    return f"The variance between studies is estimated by {said}{several}{PROFILE}"


def _intervals(tests):
    """How the interval of the mean is made, and which one stands beside it."""
    own = list(dict.fromkeys(tests))
    if len(own) > 1:
        return f"The interval of the mean is given, as the table says, {listed(TESTS[one] for one in own)}."
    beside = "adhoc" if own[0] in ("z", "t") else "z"
    return f"The interval of the mean is given {TESTS[own[0]]}, and {TESTS[beside]} beside it."
