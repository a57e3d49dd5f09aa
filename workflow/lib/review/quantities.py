"""The quantities of an extraction: what kind of value each is, and what belongs together."""

TEXT = {"pairing": ("paired", "unpaired"), "direction": ("decrease_positive", "decrease_negative")}
SCORES = {"mean", "mean_ci_lb", "mean_ci_ub", "median", "q1", "q3", "min", "max", "score"}
RATIOS = {"ratio", "ratio_ci_lb", "ratio_ci_ub"}  # as printed, and analysed as their logarithms
SPREADS = {"sd", "se", "sd_change", "se_change", "difference_se"}
CHANGES = {
    *("mean_decrease", "mean_decrease_ci_lb", "mean_decrease_ci_ub"),
    *("mean_increase", "mean_increase_ci_lb", "mean_increase_ci_ub"),
    *("median_decrease", "q1_decrease", "q3_decrease", "min_decrease", "max_decrease"),
    *("difference", "difference_ci_lb", "difference_ci_ub"),
}
COUNTS = {
    *("n", "events", "non_events", "predictors", "items"),
    *("events_both", "events_e_only", "events_c_only", "events_neither"),
}
TIMES = {"person_time"}
VARIANCES = {"o_minus_e_var", "difference_var"}
PROBABILITIES = {"pval", "difference_pval"}
SHARES = {"cles", "r2", "alpha"}
PERCENTS = {"percent_decrease"}

# (low, middle, high): the middle, where it is there, must lie within
ORDERED = (
    ("mean_ci_lb", "mean", "mean_ci_ub"),
    ("mean_decrease_ci_lb", "mean_decrease", "mean_decrease_ci_ub"),
    ("mean_increase_ci_lb", "mean_increase", "mean_increase_ci_ub"),
    ("difference_ci_lb", "difference", "difference_ci_ub"),
    ("ratio_ci_lb", "ratio", "ratio_ci_ub"),
    ("q1", "median", "q3"),
    ("q1_decrease", "median_decrease", "q3_decrease"),
    ("min", "median", "max"),
    ("min", "mean", "max"),
    ("min", "q1", "max"),
    ("min", "q3", "max"),
    ("min_decrease", "median_decrease", "max_decrease"),
    ("min_decrease", "mean_decrease", "max_decrease"),
    ("min_decrease", "q1_decrease", "max_decrease"),
    ("min_decrease", "q3_decrease", "max_decrease"),
)


def half_unit(text):
    """Half of the last printed digit: 2.0 -> 0.05, 2 -> 0.5, 8e-4 -> 0.00005."""
    mantissa, _, power = text.lower().partition("e")
    return 0.5 * 10.0 ** (int(power or 0) - len(mantissa.partition(".")[2]))


def rounding_range(text):
    """(low, high) of the values that print as `text`."""
    return float(text) - half_unit(text), float(text) + half_unit(text)
