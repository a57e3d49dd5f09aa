"""Words for the codes that a chain names: methods, quantities, roles, reasons."""

import re

TERMS = {  # a piece of a method tag -> what it means
    "MC": "mean change, before to after, in the units of the outcome",
    "SMCC": "standardised mean change, divided by the SD of the changes",
    "SMCR": "standardised mean change, divided by the SD at baseline",
    "SMCRH": "standardised mean change, divided by the SD at baseline, unequal SDs allowed",
    "SMCRP": "standardised mean change, divided by the pooled SD",
    "SMCRPH": "standardised mean change, divided by the average SD",
    "MD": "difference of means between two groups, in the units of the outcome",
    "SMD": "standardised difference of means between two groups",
    "SMDH": "standardised difference of means between two groups, unequal SDs allowed",
    "PPC": "difference of two changes before to after, divided by the SD at baseline",
    "ROM": "log ratio of two means",
    "RR": "log risk ratio",
    "OR": "log odds ratio",
    "RD": "risk difference",
    "IRR": "log ratio of two rates",
    "PETO": "log odds ratio by Peto's method",
    "HR": "log hazard ratio, as printed by the source",
    "LOR": "log odds ratio, as printed by the source",
    "LRR": "log risk ratio, as printed by the source",
    "COR": "correlation",
    "ZCOR": "correlation on Fisher's z scale",
    "PLO": "logit of a proportion",
    "PFT": "double-arcsine of a proportion",
    "GEN": "effect size as printed by the source",
    "EE": "one true effect for all studies (equal effects)",
    "FE": "a weighted mean of these very studies (fixed effects)",
    "HS": "variance between studies by Hunter and Schmidt",
    "HSk": "variance between studies by Hunter and Schmidt, corrected for few studies",
    "HE": "variance between studies by Hedges and Olkin",
    "SJ": "variance between studies by Sidik and Jonkman",
    "EB": "variance between studies by empirical Bayes",
    "PMM": "variance between studies by Paule and Mandel, median-unbiased",
    "MH": "one common effect of all counts by Mantel and Haenszel",
    "DLMH": "variance between studies by DerSimonian and Laird, spread measured around Mantel-Haenszel",
    "DL": "variance between studies by DerSimonian and Laird",
    "PM": "variance between studies by Paule and Mandel",
    "REML": "variance between studies by restricted maximum likelihood",
    "ML": "variance between studies by maximum likelihood",
    "z": "Wald test and interval, normal distribution",
    "t": "Wald test and interval, t distribution",
    "knha": "Knapp-Hartung test and interval",
    "adhoc": "Knapp-Hartung test and interval, never narrower than its Wald counterpart",
    "Wald z": "Wald test and interval, normal distribution",
    "one study": "a single study, so nothing was pooled",
    "vtype LS": "sampling variance by its large-sample formula",
    "vtype RM": "sampling variance as Review Manager computes it",
    "J = 1 - 3/(4N - 9)": "small-sample correction (Hedges' g) by its approximation",
    "PI z": "prediction interval from the normal distribution",
    "inverse variance": "each study counts by one over its variance",
    "as printed": "copied from the source, digit by digit",
    "as printed by the source": "copied from the source, digit by digit",
    "assumed": "no source prints it; see the reason below",
    "Cohen's kappa": "agreement of two people beyond what chance would give",
    "PABAK": "kappa as it would be if both decisions were equally frequent: twice the share of equal votes minus one",
    "counted": "counted from the rows of the screening ledger",
    "declared": "a setting of this review in config.yaml",
}
PATTERNS = (  # the same for tags with a number in them
    (r"(?:PI )t\((.+)\)", "prediction interval from the t distribution, degrees of freedom: {}"),
    (r"t\((.+)\)", "t distribution, degrees of freedom: {}"),
    (r"exact J\((.+)\)", "exact small-sample correction (Hedges' g), degrees of freedom: {}"),
    (r"cited: (.+)", "taken from a publication, {}, with the quote below"),
)
FIELDS = {  # last piece of a number's id -> what it is
    "k": "number of studies",
    "beta": "pooled effect",
    "yi": "effect size",
    "vi": "sampling variance",
    "sei": "standard error",
    "ni": "number of patients",
    "weight": "weight in the pool",
    "se": "standard error",
    "stat": "test statistic",
    "df": "degrees of freedom",
    "pval": "p value",
    "ci_lb": "lower limit of the confidence interval",
    "ci_ub": "upper limit of the confidence interval",
    "pi_lb": "lower limit of the prediction interval",
    "pi_ub": "upper limit of the prediction interval",
    "yi_exp": "effect size, as a ratio",
    "beta_exp": "pooled effect, as a ratio",
    "ci_lb_exp": "lower limit of the confidence interval, as a ratio",
    "ci_ub_exp": "upper limit of the confidence interval, as a ratio",
    "pi_lb_exp": "lower limit of the prediction interval, as a ratio",
    "pi_ub_exp": "upper limit of the prediction interval, as a ratio",
    "tau2": "variance between studies (tau2)",
    "se_tau2": "standard error of the variance between studies (tau2)",
    "tau2_lb": "lower limit of the variance between studies (tau2)",
    "tau2_ub": "upper limit of the variance between studies (tau2)",
    "I2": "share of the variance that is due to heterogeneity (I2)",
    "I2_Q": "share of the variance that is due to heterogeneity (I2), from Q",
    "H2": "total over sampling variance (H2)",
    "QE": "test statistic of heterogeneity (Q)",
    "QE_df": "degrees of freedom of the test of heterogeneity",
    "QEp": "p value of the test of heterogeneity",
    "I2_between": "share of the spread between the subgroups' effects that is no chance (I2)",
    "level": "level of the confidence interval",
    "k_candidate": "pooled studies with the role candidate",
    "k_pooled": "pooled studies with the role pooled",
    "prob_beyond": "probability that the effect in another setting exceeds the threshold",
    "prob_beyond_mean": "probability that the mean effect exceeds the threshold",
    "printed": "as printed",
    "identified": "records found",
    "duplicates": "records that stand behind another one of the same work",
    "unique": "records without their duplicates",
    "uncertain": "pairs of records that a person has to decide",
}
QUANTITIES = {  # quantity of extraction.csv -> in words
    "n": "number of patients",
    "mean": "mean",
    "mean_ci_lb": "mean, lower limit of its interval",
    "mean_ci_ub": "mean, upper limit of its interval",
    "sd": "standard deviation",
    "se": "standard error",
    "min": "smallest value",
    "max": "largest value",
    "q1": "first quartile",
    "q3": "third quartile",
    "sd_change": "standard deviation of the change",
    "se_change": "standard error of the change",
    "tval": "t statistic",
    "pval": "p value",
    "r": "correlation of the scores before and after",
    "pairing": "whether the interval is paired",
    "score": "score of one patient",
    "percent_decrease": "decrease in percent",
    "difference_ci_lb": "difference between groups, lower limit of its interval",
    "difference_ci_ub": "difference between groups, upper limit of its interval",
    "difference": "difference between groups",
    "difference_se": "difference between groups, standard error",
    "difference_pval": "difference between groups, p value",
    "direction": "direction of the difference",
    "o_minus_e": "observed less expected events of the experimental group",
    "o_minus_e_var": "variance of observed less expected events",
    "cles": "common language effect size",
    "r2": "share of explained variance",
    "alpha": "Cronbach's alpha",
    "person_time": "person-time at risk",
    "events_both": "patients with both events",
    "events_e_only": "patients with the event under the experimental treatment only",
    "events_c_only": "patients with the event under the control treatment only",
    "events_neither": "patients with neither event",
    "non_events": "patients without the event",
    "difference_var": "variance of the difference",
    "ratio_ci_lb": "ratio, lower limit of its interval",
    "ratio_ci_ub": "ratio, upper limit of its interval",
}
ENDS = (  # the same quantities of a decrease or an increase
    ("mean_{}", "mean {}"),
    ("median_{}", "median {}"),
    ("mean_{}_ci_lb", "mean {}, lower limit of its interval"),
    ("mean_{}_ci_ub", "mean {}, upper limit of its interval"),
    ("q1_{}", "first quartile of the {}"),
    ("q3_{}", "third quartile of the {}"),
    ("min_{}", "smallest {}"),
    ("max_{}", "largest {}"),
)
QUANTITIES |= {
    code.format(way): words.format(way) for way in ("decrease", "increase") for code, words in ENDS
}
ROLES = {
    "pooled": "known to be in the published pool",
    "candidate": "has readable numbers; not openly named as part of the published pool",
    "narrated": "included and told, not pooled",
    "excluded": "not included",
    "review": "the published review itself",
}
STANDS = {  # why a number need not move when a cell or a decision does
    "count": "The number is a count, or there is none: it stays whatever these cells say.",
    "clipped at zero": "The variance between studies cannot be below zero and stands there: a small "
    "change of these cells leaves it, and the number, where it is.",
    "order statistic": "The number is a middle value: it moves only when the order of the values does.",
    "cancels": "These cancel out of the number: a ratio has no unit of its scale, and with two studies "
    "the standard error of tau2 rests on their difference alone.",
    "refused": "These cells only decided what could be used, and how.",
    "rounding": "A change of these cells is lost in the rounding of the number.",
}


def method_words(tag):
    """(piece, meaning) of each piece of a method tag that has a meaning here, in order."""
    pieces = (piece.strip() for piece in re.split(r"[;,]\s", tag))
    found = ((piece, _meaning(piece)) for piece in dict.fromkeys(pieces))
    return [[piece, words] for piece, words in found if words]


def _meaning(piece):
    """The meaning of one piece of a tag, or None."""
    if piece in TERMS:
        return TERMS[piece]
    for pattern, words in PATTERNS:
        match = re.fullmatch(pattern, piece)
        if match:
            return words.format(match[1])
    return None


def quantity_words(code):
    """A quantity of extraction.csv in words; one that has none is told by its own."""
    return QUANTITIES.get(code, code.replace("_", " "))


def field_words(number_id):
    """What the last piece of an id stands for; empty if it says nothing by itself."""
    last = number_id.rpartition(".")[2]
    return FIELDS.get(last) or (quantity_words(last) if last in QUANTITIES else "")
