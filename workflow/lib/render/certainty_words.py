"""What may be said about an effect by how sure it is: GRADE's informative statements (Santesso 2020)."""

from workflow.lib.render.facts import LOG, is_association, num, value
from workflow.lib.render.markdown import escape_markdown
from workflow.lib.render.pool_sentences import BEFORE_AFTER

NOT_RATED = "not_rated"
REDUCES, INCREASES, LITTLE = "reduces", "increases", "makes little or no difference to"
VERBS = {  # level -> the same words as firmly as the evidence allows (Santesso 2020, table 2)
    "high": {word: word for word in (REDUCES, INCREASES, LITTLE)},
    "moderate": {word: f"probably {word}" for word in (REDUCES, INCREASES, LITTLE)},
    "low": {
        REDUCES: "may reduce",
        INCREASES: "may increase",
        LITTLE: "may make little or no difference to",
    },
}
UNCERTAIN = "The evidence is very uncertain about {what}."
CHANGED = {  # level -> how firmly a change before to after may be told, which is no effect
    "high": "is",
    "moderate": "is probably",
    "low": "may be",
}
SURE = {"high": "high", "moderate": "moderate", "low": "low", "very_low": "very low"}
LARGE, SMALL = 0.8, 0.2  # standard deviations (Cohen 1988; Cochrane Handbook 15.5.3.1)
SAME_SIZE = " by a large amount", " slightly", ""
CONTRASTS = {"GEN", "HR", "HD"}  # printed differences and ratios


def rating(facts, model):
    """The certainty that a person has given to one analysis: a level, or not_rated."""
    row = facts.finding(model["analysis"])
    return row["certainty"] if row else NOT_RATED


def certainty_sentence(facts, model):
    """How sure one can be: GRADE's words where a person has rated, else that nobody has."""
    level, k = rating(facts, model), model["fit"]["k"]
    if k == 0:
        return ""
    if level == NOT_RATED:
        return "Nobody has yet judged how sure we can be of this result. Take it with care."
    statement = informative_statement(facts, model, level)
    return f"{statement} A person has judged how sure we can be: {SURE[level]}.".strip()


def informative_statement(facts, model, level):
    """'Freezing may reduce pain.'; empty where the sign has no meaning or nothing is compared."""
    what = escape_markdown(facts.config["review"]["intervention"])
    label = escape_markdown(facts.outcome(model)["label"])
    if level == "very_low":
        return UNCERTAIN.format(what=_about(facts, model, what, label))
    verb = _verb(facts, model)
    if verb is None:
        return ""
    if model["measure"] in BEFORE_AFTER:
        turn = {REDUCES: "lower than", INCREASES: "higher than", LITTLE: "much the same as"}[verb]
        return f"After {what}, {label} {CHANGED[level]} {turn} before."
    size = "" if verb == LITTLE else size_words(facts, model)
    return f"{what[:1].upper()}{what[1:]} {VERBS[level][verb]} {label}{size}."


def _about(facts, model, what, label):
    """What is uncertain: an effect, an association, or the number of one group."""
    if is_association(model):
        return f"how {what} and {label} go together"
    return label if facts.is_one_group(model) else f"the effect of {what} on {label}"


def _verb(facts, model):
    """Which way the outcome goes, None where that is not known."""
    if model["direction"] == "not_stated" or not is_compared(facts, model):
        return None
    if is_little(facts, model):
        return LITTLE
    up = value(facts, f"pooled.{model['analysis']}.beta") > 0
    if model["direction"] == "improvement_positive":
        up = up == (facts.outcome(model)["improvement"] == "increase")
    return INCREASES if up else REDUCES


def is_compared(facts, model):
    """Whether the analysis compares two groups, or before with after."""
    if facts.is_one_group(model):
        return False
    analysis = facts.config.get("analyses", {}).get(model["analysis"], {})
    return model["measure"] in BEFORE_AFTER | CONTRASTS or bool(analysis.get("comparator"))


def threshold_of(facts, model):
    """The smallest difference that matters on the scale of the pool, None where nobody has said it."""
    analysis = facts.config.get("analyses", {}).get(model["analysis"], {})
    own = facts.config.get("certainty", {}).get("analyses", {}).get(model["analysis"], {})
    if "mid" in own:
        return own["mid"]
    known = facts.config["thresholds"].get(analysis.get("threshold"), {})
    return known.get("value")


def is_little(facts, model):
    """Whether the estimate is smaller than what matters, by the threshold or the usual rule."""
    size, least = _size(facts, model), threshold_of(facts, model)
    if least is not None:
        return size < least
    return model["unit"].startswith("standard deviation") and size < SMALL


def size_words(facts, model):
    """' by a large amount', ' slightly', or nothing: only of standardised effects without a threshold."""
    large, slight, plain = SAME_SIZE
    if threshold_of(facts, model) is not None or model["unit"].startswith(LOG):
        return plain
    if not model["unit"].startswith("standard deviation"):
        return plain
    size = _size(facts, model)
    return large if size >= LARGE else slight if size < (LARGE + SMALL) / 2 else plain


def _size(facts, model):
    return abs(value(facts, f"pooled.{model['analysis']}.beta"))


def matters_sentence(facts, model):
    """Whether the estimate reaches the smallest change that matters, where a source says what that is."""
    analysis = facts.config.get("analyses", {}).get(model["analysis"], {})
    key = analysis.get("threshold")
    if key not in facts.config["thresholds"] or model["fit"]["k"] == 0:
        return ""
    reached = _size(facts, model) >= facts.config["thresholds"][key]["value"]
    words = "at least" if reached else "less than"
    return f"This average is {words} the smallest change that matters to most people ({num(f'threshold.{key}')})."
