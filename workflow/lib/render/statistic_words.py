"""Words for the fields of an examination, as a table of the report says them.

The registry calls a number `examined.primary.latitude.QMp`; a reader reads "p".
"""

from workflow.lib.render.markdown import escape_markdown

SYMBOLS = ("p", "df", "tau²", "tau")  # stay small at the head of a column
WORDS = {  # field of a record -> words within a row
    "beta": "estimate",
    "pred": "predicted effect",
    "se": "SE",
    "stat": "test statistic",
    "df": "df",
    "pval": "p",
    "ci": "CI",
    "pi": "PI",
    "shortest": "shortest CI",
    "critical": "critical value",
    "tau2": "tau²",
    "se_tau2": "SE of tau²",
    "sigma2": "variance",
    "I2": "I²",
    "I2_Q": "I² from Q",
    "I2_between": "I² between subgroups",
    "I2_total": "I² in all",
    "H2": "H²",
    "R2": "R²",
    "ICC": "intraclass correlation",
    "rho": "correlation of true effects",
    "QE": "Q",
    "QE_df": "df of Q",
    "QEp": "p of Q",
    "QE_Wld": "Q by Wald",
    "QEp_Wld": "its p",
    "QE_LRT": "Q by likelihood ratio",
    "QEp_LRT": "its p",
    "QM": "test of moderators",
    "QM_df": "df",
    "QM_df1": "df",
    "QM_df2": "residual df",
    "QMp": "p",
    "QS": "test of scale terms",
    "QS_df": "df",
    "QSp": "p",
    "LRT": "likelihood ratio test",
    "LRTdf": "df",
    "LRT_df": "df",
    "LRTp": "p",
    "ll": "log-likelihood",
    "ll0": "log-likelihood without selection",
    "ll_conditional": "conditional log-likelihood",
    "loglik": "log-likelihood",
    "common_tau2": "common tau²",
    "common_loglik": "log-likelihood with a common tau²",
    "dev": "deviance",
    "parms": "parameters",
    "npar": "parameters",
    "nAGQ": "quadrature points",
    "k": "studies",
    "k_yi": "studies with an estimate",
    "k_pos": "studies with an event",
    "n_clusters": "clusters",
    "n_perm": "permutations",
    "n_subsets": "subsets",
    "estimate_min": "smallest estimate",
    "estimate_q1": "first quartile",
    "estimate_median": "median",
    "estimate_q3": "third quartile",
    "estimate_max": "largest estimate",
    "I2_min": "smallest I²",
    "I2_max": "largest I²",
    "size": "studies",
    "X2": "chi²",
    "cook_d": "Cook's distance",
    "dfbs": "DFBETAS",
    "hat": "leverage",
    "beta_del": "estimate without it",
    "se_del": "SE without it",
    "tau2_del": "tau² without it",
    "vif": "variance inflation",
    "sif": "its square root",
    "alpha": "scale terms",
    "se_alpha": "SE of the scale terms",
    "pval_alpha": "p of the scale terms",
    "ci_lb_alpha": "CI of the scale terms from",
    "ci_ub_alpha": "to",
    "limit": "limit estimate",
    "S": "Kendall's S",
    "tested": "coefficients tested",
    "steps": "steps of p",
    "k0": "studies filled in",
    "se_k0": "SE of their number",
    "p_k0": "p of their number",
    "fsnum": "fail-safe N",
    "O": "observed",
    "E": "expected",
    "OE_ratio": "observed to expected",
    "theta": "assumed effect",
    "delta": "relative chance to be seen",
    "se_delta": "its SE",
    "counts": "studies in each step",
    "slope": "slope",
    "se_slope": "SE of the slope",
    "pval_slope": "p of the slope",
    "MH": "Cochran-Mantel-Haenszel test",
    "MHp": "its p",
    "TA": "Tarone's test",
    "TA_df": "df",
    "TAp": "its p",
    "BD": "Breslow-Day test",
    "BDp": "its p",
    "mu": "mean",
    "sd": "SD",
    "threshold": "threshold",
    "prob_mu": "probability that the mean is above the threshold",
    "prob_prediction": "probability that a new effect is above the threshold",
    "bf_mu0": "Bayes factor of no effect",
    "bf_tau0": "Bayes factor of no heterogeneity",
    "beta_lowest": "lowest estimate",
    "beta_highest": "highest estimate",
    "mu_lowest": "lowest mean",
    "mu_highest": "highest mean",
    "n_including_zero": "intervals that include zero",
    "new_sei": "SE of the new study",
    "n_tipping": "tipping points",
    "nearest_lower": "nearest below",
    "nearest_upper": "nearest above",
    "lower": "from",
    "upper": "to",
}
PARTS = {  # the part of a record that a field stands in
    "QP": "Q-profile",
    "PL": "profile likelihood",
    "HT": "Higgins-Thompson",
    "Wald_log": "Wald, of the logarithm",
    "Wald_sqrt": "Wald, of the square root",
    "GENQ": "generalised Q",
    "mu": "mean effect",
    "prediction": "a new effect",
    "robust": "cluster-robust",
    "fit": "with the studies filled in",
    "pet": "PET",
    "peese": "PEESE",
    "chosen": "the one that its rule chooses",
}
PREDICTIONS = {  # the names of the prediction intervals
    "normal_tau_only": "normal, tau² alone",
    "normal": "normal",
    "wald_t_k_1": "Wald, t(k - 1)",
    "wald_t_k_2": "Wald, t(k - 2)",
    "knha_t_k_1": "Knapp-Hartung, t(k - 1)",
    "knha_t_k_2": "Knapp-Hartung, t(k - 2)",
    "adhoc_t_k_1": "Knapp-Hartung, ad hoc, t(k - 1)",
    "adhoc_t_k_2": "Knapp-Hartung, ad hoc, t(k - 2)",
}
TERMS = {"intrcpt": "the intercept"}
ENDS = {"_lb": "from", "_ub": "to"}


def words_of(field):
    """'p of Q' for QEp; what has no words here keeps its own."""
    return WORDS.get(field, field.replace("_", " "))


def part_words(name):
    """'Q-profile' for QP; what has no words here keeps its own."""
    return PARTS.get(name, name.replace("_", " "))


def heading(field):
    """'CI from' for ci_lb, 'Estimate' for beta, 'DFBETAS of mean age': the head of a column."""
    field, _, term = field.partition(" ")
    if term:
        return f"{heading(field)} of {TERMS.get(term, words_of(term))}"
    end = field[-3:]
    if end in ENDS and field not in WORDS:
        return f"{_large(words_of(field[:-3]))} {ENDS[end]}"
    return _large(words_of(field))


def _large(words):
    return words if words.split()[0] in SYMBOLS else words[:1].upper() + words[1:]


def said(ids, show):
    """'Q-profile: tau² 0.00 to 0.16, I² 0% to 77%; ...' of field -> id, each shown by `show`."""
    parts, told = {}, set()
    for field in ids:
        if field in told:
            continue
        part, words, places = _places(field, ids)
        told |= {one for place in places for one in place}
        between = " and " if stem_of(field)[0].endswith(("_df1", "_df2")) else " to "
        numbers = ", ".join(_one([show(ids[one]) for one in place], between) for place in places)
        parts.setdefault(part, []).append(f"{escape_markdown(words)} {numbers}")
    return "; ".join(
        (f"{escape_markdown(part_words(part))}: " if part else "") + ", ".join(one)
        for part, one in parts.items()
    )


def _one(shown, between):
    """A number, two limits, or a number with its limits."""
    if len(shown) < 3:
        return between.join(shown)
    return f"{shown[0]} ({between.join(shown[1:])})"


def _places(field, ids):
    """(part, words, the fields of each place) of what is told in one breath with a field."""
    stem, _ = stem_of(field)
    part, _, own = stem.rpartition(".")
    ends = _ends(own)
    places = list(dict.fromkeys(stem_of(one)[1] for one in ids if stem_of(one)[0] == stem))
    start = f"{part}." if part else ""
    wanted = [[f"{start}{end}.{one}".rstrip(".") for end in ends] for one in places]
    found = [[one for one in fields if one in ids] for fields in wanted]
    if part in WORDS and part not in PARTS and _base(own) not in WORDS:
        return "", f"{words_of(part)} of {words_of(own)}", found
    if own in WORDS and not own.endswith(("_df1", "_df2")):
        return part, words_of(own), found
    alone = own[-3:] in ENDS and max(map(len, found)) == 1
    return part, words_of(_base(own)) + (f" {ENDS[own[-3:]]}" if alone else ""), found


def stem_of(field):
    """('beta', '1') of beta.1, a place in a list; ('QMp', '') of a field by itself."""
    stem, _, place = field.rpartition(".")
    return (stem, place) if place.isdigit() else (field, "")


def _ends(own):
    """The fields that may be told with one: its limits, or both its degrees of freedom."""
    base = _base(own)
    if own.endswith(("_df1", "_df2")):
        return [f"{base}1", f"{base}2"]
    return [base, *(f"{base}{end}" for end in ENDS)]


def _base(field):
    """'ci' of ci_lb, 'QM_df' of QM_df1: what both ends have in common."""
    if field[-3:] in ENDS:
        return field[:-3]
    return field[:-1] if field.endswith(("_df1", "_df2")) else field
