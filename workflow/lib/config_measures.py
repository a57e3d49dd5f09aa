"""What config.yaml can say of each measure: tests hold these lists equal to those of the statistics."""

from math import inf

CONTRAST = {"GEN", "HR", "LOR", "LRR", "HD"}
OWN_UNITS = {"GEN", "MD", "MC", "MN"}  # measures in units of the outcome, which a review may name
TWO_GROUPS = {  # measures whose inputs come from two arms
    *("MD", "SMD", "SMDH", "SMD1", "SMD1H", "D2ORN", "D2ORL", "D2OR", "ROM", "VR", "CVR"),
    *("CLES", "AUC", "CLESN", "AUCN", "PPC", "DPPC2", "MPORM"),
    *("RR", "OR", "RD", "AS", "PETO", "PBIT", "OR2DN", "OR2DL", "OR2D", "IRR", "IRD", "IRSD"),
    *("RPB", "ZPB", "RBIS", "ZBIS", "PHI", "ZPHI", "YUQ", "YUY", "RTET", "ZTET"),
}
_AV, _UB_AV, _SAMPLED = ("LS", "AV"), ("LS", "UB", "AV"), ("LS", "ST", "CS")
VTYPES = {  # sampling variances of the measures that have several, the default first
    **dict.fromkeys(("MD", "CLESN", "AUCN"), ("LS", "HO")),
    "SMD": ("LS", "LS2", "UB", "AV", "RM"),
    "SMD1": ("LS", "LS2", "UB", "AV"),
    **dict.fromkeys(("SMCC", "SMCR", "VR", "CVR"), ("LS", "LS2")),
    **dict.fromkeys(("CLES", "AUC"), ("LS", "LS2", "H0", "MAX")),
    **dict.fromkeys(("RR", "OR", "PCOR", "SPCOR", "ZSPCOR", "R2F", "PLN", "PLO"), _AV),
    **dict.fromkeys(("RD", "UCOR", "PR"), _UB_AV),
    **dict.fromkeys(("RPB", "ZPB", "PHI", "ZPHI"), _SAMPLED),
    "SMDH": ("LS", "LS2", "LS3"),
    "ROM": ("LS", "LS2", "HO", "AV", "AVHO"),
    "COR": ("LS", "AV", "H0"),
    "R2": ("LS", "LS2", "AV", "AV2"),
}
COUNTS_OF_TWO = {  # measures of counts in two groups: add, to and drop00 are for them
    *("RR", "OR", "RD", "AS", "PETO", "PBIT", "OR2DN", "OR2DL", "OR2D", "IRR", "IRD", "IRSD"),
    *("PHI", "ZPHI", "YUQ", "YUY", "RTET", "ZTET", "MPORM"),
}
COUNTS = {  # all measures of counts: add and to are for them
    *COUNTS_OF_TWO,
    *("IR", "IRLN", "IRS", "IRFT", "PR", "PLN", "PLO", "PRZ", "PAS", "PFT"),
    *("MPRR", "MPOR", "MPRD", "MPORC", "MPPETO"),
}

RATIOS = {  # measures that are analysed as logarithms and read as ratios
    *("D2ORN", "D2ORL", "D2OR", "ROM", "VR", "CVR", "ROMC", "VRC", "CVRC", "MNLN", "SDLN", "CVLN"),
    *("RR", "OR", "PETO", "IRR", "IRLN", "PLN", "PLO", "MPRR", "MPOR", "MPORC", "MPPETO", "MPORM"),
    *("HR", "LOR", "LRR"),
}
PROPORTIONS = {"PLO"}  # analysed as log odds
CORRELATIONS = {"ZCOR", "ZPCOR", "ZSPCOR", "ZR2", "ZR2F", "ZPB", "ZBIS", "ZPHI", "ZTET"}  # as z

COUNT_METHODS, COUNTED = ("MH", "DLMH"), ("OR", "RR", "RD")  # methods that pool counts; of what


def as_printed(measure):
    """(low, high, words): the open range of an effect of this measure as it is printed."""
    if measure in PROPORTIONS:
        return 0.0, 1.0, "a proportion must lie between 0 and 1; write 0.2, not its odds"
    if measure in CORRELATIONS:
        return -1.0, 1.0, "a correlation must lie between -1 and 1; write 0.2, not Fisher's z"
    if measure in RATIOS:
        return 0.0, inf, "a ratio must be greater than 0; write 0.75, not its logarithm"
    return -inf, inf, ""


def unit_problems(place, analysis, outcomes):
    """A unit of the review's own is for effects that have none, and for outcomes without a scale."""
    if "unit" not in analysis:
        return
    if analysis["measure"] not in OWN_UNITS:
        words = f"{analysis['measure']} has its own unit; delete the key"
        yield f"{place}.unit: {words}"
    if "low" in outcomes.get(analysis["outcome"], {}):
        yield f"{place}.unit: effects on an outcome with a scale are in points; delete the key"
