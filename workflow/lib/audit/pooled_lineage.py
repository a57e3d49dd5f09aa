"""What the numbers of a pool rest on: rows, decisions, and what need not move them, each with its reason.

`model` is the record of results/models/<analysis>.json; `fit` one of its fits.
"""

from workflow.lib.audit.registry import CANCELS, CLIPPED, COUNT, deciding

COUNTS = {"k", "df", "QE_df"}
FROM_SIZES, FROM_VARIANCES = {"beta"}, {"se"}  # with one study: what rests on what
NO_ROWS = {"level"}
AT_ZERO = {"tau2", "tau2_lb", "tau2_ub", "I2", "I2_Q"}


def standing(item, rows, fit, model):
    """Rows that need not move this field: it is a count, missing, or at the end of its range."""
    value = fit[item]
    if item in COUNTS or value is None:
        return dict.fromkeys(rows, COUNT)
    if item == "tau2" and equal_effects(model):  # the method says so: the studies only are there
        return deciding(model["basis"], of_config(model))
    if (item in AT_ZERO and value == 0) or (item == "H2" and value == 1):
        return dict.fromkeys((*rows, *model["basis"]), CLIPPED)
    if _rests_on_difference(item, fit, model):
        return dict.fromkeys(_of_variances(model), CANCELS)
    idle = is_idle(item, fit, model) and not equal_effects(model)
    return dict.fromkeys(idle_effects(model), CLIPPED) if idle else {}


def _rests_on_difference(item, fit, model):
    """Whether this is the standard error of tau2 by REML of two studies: tau2 makes up for the variances."""
    two = len(model["studies"]) == 2 and fit.get("method") == "REML"
    return item == "se_tau2" and two and fit["tau2"] > 0


def _of_variances(model):
    """Rows and assumptions that only variances rest on."""
    rows = [row for row in model["vi_rows"] if row not in model["yi_rows"]]
    return [*rows, *only_of_variances(model["basis"], model["yi_basis"])]


def only_of_variances(basis, yi_basis):
    """What a basis has besides that of the effect sizes, the analysis and the studies."""
    kept = ("config:analyses.", "studies:")
    return [entry for entry in basis if entry not in yi_basis and not entry.startswith(kept)]


def equal_effects(model):
    """Whether tau2 is zero by the method, not by the data."""
    return model["fit"]["method"] in ("EE", "MH")


def is_idle(item, fit, model):
    """Whether this field has nothing of the effect sizes, because tau2 is zero.

    The standard error of the ad hoc test is then the Wald one, as long as its scale is one.
    """
    if not at_zero(model):
        return False
    wald = next(one["se"] for one in model["tests"] if one["test"] == "z")
    return item == "se_tau2" or (item == "se" and fit["test"] != "knha" and fit["se"] == wald)


def at_zero(model):
    """Whether tau2 of several studies is zero."""
    return len(model["studies"]) > 1 and model["fit"]["tau2"] == 0


def idle_effects(model):
    """Rows of effect sizes that no variance rests on: idle in a variance where tau2 is zero."""
    return [row for row in model["yi_rows"] if row not in model["vi_rows"]]


def of_config(model):
    """The analysis as a basis."""
    return (f"config:analyses.{model['analysis']}",)


def rows_of(item, fit, model):
    """Extraction rows of one field; with one study the estimate does not rest on the variance."""
    if item in NO_ROWS or (item == "tau2" and equal_effects(model)):
        return []
    if item in model["own_rows"]:
        return model["own_rows"][item]
    if equal_effects(model) and is_idle(item, fit, model):
        return model["vi_rows"]
    one_study = len(model["studies"]) == 1
    if one_study and item in FROM_SIZES:
        return model["yi_rows"]
    if one_study and item in FROM_VARIANCES:
        return model["vi_rows"]
    return all_rows(model)


def all_rows(model):
    """Rows of all effect sizes and variances, each once."""
    return list(dict.fromkeys([*model["yi_rows"], *model["vi_rows"]]))


def decisions(item, rows, model):
    """What only decided which studies are pooled, and how, and is not behind this field."""
    if item in NO_ROWS:
        return {}
    found = deciding([*model["decision_rows"], *all_rows(model)], rows) | unused_studies(model)
    alone = len(model["studies"]) == 1 and item in FROM_SIZES
    idle = only_of_variances(model["basis"], model["yi_basis"]) if alone else ()
    return found | deciding(idle)


def unused_studies(model):
    """Studies without a value for this pool: their roles were read, no role would bring them in."""
    own = [f"studies:{study}" for study in model["studies"]]
    return deciding([e for e in model["basis"] if e.startswith("studies:")], own)
