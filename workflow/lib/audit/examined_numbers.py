"""Numbers of the registry that come from the examinations of a pool."""

from workflow.lib.audit.pooled_lineage import unused_studies
from workflow.lib.audit.registry import CLIPPED, COUNT, ORDER, Number, deciding, text_of

# word of a field -> (kind of text, unit); "squared" is the unit of the analysis, squared
KINDS = {
    **dict.fromkeys(
        ("pval", "pval_slope", "pval_alpha", "QEp", "QEp_Wld", "QEp_LRT", "QMp", "QSp", "LRTp")
        + ("p_k0", "MHp", "TAp", "BDp"),
        ("p", "probability"),
    ),
    **dict.fromkeys(
        ("I2", "I2_lb", "I2_ub", "I2_min", "I2_max", "I2_Q", "I2_between", "I2_total", "R2")
        + ("hat", "weight"),
        ("percent", "percent"),
    ),
    **dict.fromkeys(
        ("tau2", "se_tau2", "tau2_lb", "tau2_ub", "tau2_del", "common_tau2")
        + ("sigma2", "sigma2_lb", "sigma2_ub"),
        ("squared", "squared"),
    ),
    **dict.fromkeys(
        ("stat", "H2", "H2_lb", "H2_ub", "QE", "QE_Wld", "QE_LRT", "QM", "QS", "LRT", "X2")
        + ("MH", "TA", "BD", "OE_ratio", "vif", "sif", "cook_d", "dfbs", "delta")
        + ("bf_tau0", "bf_mu0"),
        ("ratio", "ratio"),
    ),
    **dict.fromkeys(("rho", "rho_lb", "rho_ub", "ICC"), ("ratio", "correlation")),
    **dict.fromkeys(
        ("ll", "ll0", "ll_conditional", "loglik", "common_loglik", "dev", "AIC", "BIC", "AICc"),
        ("score", "log likelihood"),
    ),
    **dict.fromkeys(
        ("k0", "k_total", "fsnum", "n_subsets", "n_tipping", "n_including_zero")
        + ("QE_df", "QM_df1"),
        ("count", "count"),
    ),
    **dict.fromkeys(("prob_mu", "prob_prediction"), ("probability", "probability")),
    **dict.fromkeys(("df", "QM_df2"), ("score", "degrees of freedom")),
}
OWN_UNIT = ("effect", "")
# of a named coefficient, such as beta.ablat: per unit of a moderator, which may be small
OF_TERM = {"beta", "se", "ci_lb", "ci_ub"}
WORDS = {*KINDS, "beta", "se", "ci_lb", "ci_ub", "pi_lb", "pi_ub"}
AT_ZERO = {"tau2", "tau2_lb", "tau2_ub", "sigma2", "sigma2_lb", "sigma2_ub"}
AT_ZERO |= {"I2", "I2_Q", "I2_between", "I2_total", "R2", "ICC"}
COUNTED = {"df", "QE_df", "QM_df1", "QM_df2", "LRT_df"}  # follow from the number of studies
AT_BOUND = 1.0 - 1e-9  # size of a correlation that cannot become larger
MEDIANS = {"new_sei"}  # of the variances alone
OF_VARIANCES = {"se", "se_tau2"}  # have nothing of the effects where tau2 is zero


def examined_numbers(record):
    """Numbers examined.<analysis>.<name>.<field> of one record; texts and truths are no numbers."""
    rows = tuple(dict.fromkeys([*record["yi_rows"], *record["vi_rows"]]))
    for one in record["examined"]:
        base = f"examined.{record['analysis']}.{one['name']}"
        for entry in one["values"]:
            field, value = entry["field"], entry["value"]
            if isinstance(value, (str, bool)):
                continue
            yield Number(
                *_printed(f"{base}.{field}", entry, one, record),
                rule="examine_model",
                file=f"results/robustness/examined_{record['analysis']}.json",
                rows=tuple(record["vi_rows"]) if _word(field) in MEDIANS else rows,
                basis=(*record["basis"], *one.get("basis", ())),
                stands=deciding(record["decision_rows"], rows)
                | unused_studies(record)
                | _stands(entry, one, record, rows),
            )


def _word(field):
    """What a field is: its first word that says so (pval.year, pool.DL.pval), else its last."""
    parts = field.split(".")
    return next((part for part in parts if part in WORDS), parts[-1])


def _is_of_term(field):
    """Whether a field is that of a named coefficient: beta.ablat, robust.se.intrcpt."""
    *_, word, term = ("", *field.split("."))
    return word in OF_TERM and not term.isdigit()


def _printed(number_id, entry, one, record):
    """Id, value, text, unit, scale and method of one field."""
    field, value = entry["field"], entry["value"]
    kind, unit = KINDS.get(_word(field), OWN_UNIT)
    unit = {"": record["unit"], "squared": f"squared {record['unit']}"}.get(unit, unit)
    kind = "count" if isinstance(value, int) else "slope" if _is_of_term(field) else kind
    text = text_of(value, kind, entry["reason"])
    return number_id, value, text, unit, unit, f"{record['measure']}; {one['tag']}"


def _stands(entry, one, record, rows):
    """Rows that need not move a field: it is a count, missing, or at the end of its range."""
    value, word = entry["value"], _word(entry["field"])
    if value is None or isinstance(value, int) or word in COUNTED:
        return dict.fromkeys(rows, COUNT)
    if (word in AT_ZERO and value == 0) or (word == "rho" and abs(value) > AT_BOUND):
        return dict.fromkeys((*rows, *record["basis"]), CLIPPED)
    if word in MEDIANS:
        return dict.fromkeys(record["vi_rows"], ORDER)
    if word in OF_VARIANCES and _tau2_beside(entry["field"], one) == 0:
        return dict.fromkeys((r for r in rows if r not in record["vi_rows"]), CLIPPED)
    return {}


def _tau2_beside(field, one):
    """tau2 of the same answer as `field`, if it has one."""
    place = f"{field.rpartition('.')[0]}.tau2".lstrip(".")
    return next((e["value"] for e in one["values"] if e["field"] == place), None)
