"""Why a study is not pooled: the codes of the reasons, each in a sentence and in few words."""

REASONS = {
    "percent_only": "reports percent decreases without the scores at baseline",
    "single_patient": "one patient: a single score has no sampling variance",
    "no_values": "no value of it has been extracted",
    "no_follow_up": "no value after treatment",
    "no_such_time": "no value at the time point of this analysis",
    "no_change": "neither a change nor means before and after",
    "no_mean": "no mean score after treatment",
    "no_comparator": "no group to compare with",
    "no_sd": "no standard deviation, and nothing to derive it from",
    "no_n": "the number of patients is not known",
    "no_r": "the pre-post correlation is neither reported nor assumed",
    "no_difference": "no difference between groups with its interval",
    "no_input": "a value that this effect measure needs has not been extracted",
    "skewed": "medians and quartiles fail the skewness test, and this analysis refuses to convert them",
    "not_estimable": "the effect size cannot be computed from these values",
}
BRIEFLY = {  # the same reasons in few words, for a figure; other codes are words already
    "percent_only": "percent decreases only",
    "single_patient": "one patient only",
    "no_values": "no value extracted",
    "no_follow_up": "no value after treatment",
    "no_such_time": "no value at this time point",
    "no_change": "no change reported",
    "no_mean": "no mean after treatment",
    "no_comparator": "no comparison group",
    "no_sd": "no standard deviation reported",
    "no_n": "number of patients not reported",
    "no_r": "pre-post correlation not known",
    "no_difference": "no difference with its interval",
    "no_input": "a needed value is missing",
    "skewed": "skewed, conversion refused",
    "not_estimable": "effect size not computable",
}


def in_words(code):
    """The code of a reason as a reader reads it: 'no standard deviation reported' of no_sd."""
    return BRIEFLY.get(code, code.replace("_", " "))
