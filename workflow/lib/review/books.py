"""Check of the small books beside the extraction: studies, flow and claims."""

import math
import re

NUMBER = re.compile(r"-?([0-9]+\.?[0-9]*|\.[0-9]+)$|<0?\.[0-9]+$")
COUNT, PERCENT = re.compile(r"[0-9]+$"), re.compile(r"([0-9]+\.?[0-9]*|\.[0-9]+)%?$")
P_VALUE = re.compile(r"[<>]?([0-9]+\.?[0-9]*|\.[0-9]+)$")
FRACTION = re.compile(r"([0-9]+)(?: of |/)([0-9]+)$")
PLAIN = "a number with its printed digits such as 1.55"
WHOLE = ("k", "n", "count", "total", "part", "items")
# quantity -> (form, what is accepted); any other quantity is a plain number
FORMS = {
    **dict.fromkeys(WHOLE, (COUNT, "a whole number such as 21")),
    **dict.fromkeys(
        ("percent", "I2", "R2", "weight"), (PERCENT, "a percentage such as 28.6 or 28.6%")
    ),
    **dict.fromkeys(("pval", "QEp", "QMp"), (P_VALUE, "a p value such as 0.02, <0.001 or >0.05")),
    "fraction": (FRACTION, "a count and its total such as 4 of 5 or 4/5"),
}
NOT_NEGATIVE = ("se", "sd", "QE", "QM", "chi2", "H2", "tau2", "df", "items")
RATIO = ("ci_lb", "estimate", "ci_ub")
PREDICTED = ("pi_lb", "pi_ub")
IN_PERCENT = ("reduction", "excess")  # a ratio told in percent
RANGES = {  # scale -> (open range of what is printed, the rule in words)
    "log": ((0.0, math.inf), "a ratio is a number above 0"),
    "z": ((-1.0, 1.0), "a correlation lies between -1 and 1"),
    "logit": ((0.0, 1.0), "a proportion lies between 0 and 1"),
    "reduction": ((-math.inf, 100.0), "a reduction is below 100 percent"),
    "excess": ((-100.0, math.inf), "a ratio is not below zero"),
}
SEVERAL = "part"  # the one quantity that a group may print several times
NOT_POOLED = ("narrated", "excluded")


def studies_problems(rows, *, review):
    """A study that is not pooled says why; the review itself has its row."""
    problems = []
    for number, row in enumerate(rows, 2):
        here = f"studies.csv, row {number} ({row['study']})"
        if row["role"] in NOT_POOLED and not (row["reason_code"] and row["reason"]):
            problems.append(
                f"{here}, reason: a study that is {row['role']} needs reason_code and reason"
            )
        if row["role"] not in NOT_POOLED and row["reason_code"]:
            problems.append(f"{here}, reason_code: only a narrated or excluded study has a reason")
    if review not in {row["study"] for row in rows}:
        problems.append(
            f"studies.csv: no row for the review '{review}' (config.yaml, review.study)"
        )
    return problems


def flow_problems(rows):
    """A count needs a source and a quote; an empty box a reason."""
    problems = []
    for number, row in enumerate(rows, 2):
        here = f"flow.csv, row {number} ({row['box']})"
        known = row["value"] not in (None, "")  # a count of 0 is a count
        if known and not (row["source"] and row["quote"]):
            problems.append(
                f"{here}, quote: a count needs source and quote; say where it is printed"
            )
        if known and row["reason"]:
            problems.append(
                f"{here}, reason: the count is there, so delete the reason why it is not"
            )
        if not known and not row["reason"]:
            problems.append(
                f"{here}, value: empty without a reason; type the count or say in 'reason' why it is "
                "not known"
            )
    return problems


def claims_problems(rows, *, not_a_number):
    """A claimed quantity has the form of its kind unless it is words; an interval says its level."""
    problems = []
    for number, row in enumerate(rows, 2):
        here = f"claims.csv, row {number} ({row['id']})"
        found = [*_printed_problems(row, not_a_number), *_scale_problems(row)]
        if row["quantity"] in ("ci_lb", "ci_ub") and not row["level"]:
            found.append("level: empty; an interval needs its level in percent, such as 95")
        problems += [f"{here}, {problem}" for problem in found]
    lines = _by_line(rows)
    return problems + _order_problems(lines) + _twice_problems(lines) + _mixed_problems(lines)


def _printed_problems(row, not_a_number):
    """The printed text of one claim against the form and the bounds of its quantity."""
    quantity, text = row["quantity"], row["printed"]
    form, accepted = FORMS.get(quantity, (NUMBER, PLAIN))
    if quantity == "words":
        return
    if not form.match(text):
        cure = f"{not_a_number(text)}; " if form is NUMBER else "cannot be read; "
        yield f"printed: '{text[:60]}' {cure}accepted for {quantity}: {accepted}"
    elif quantity == "fraction":
        count, total = map(int, FRACTION.match(text).groups())
        if count > total:
            yield f"printed: '{text}' is more than all; accepted for fraction: {accepted}"
    else:
        yield from _bound_problems(quantity, text)


def _bound_problems(quantity, text):
    """Bounds that a quantity has by its nature."""
    value = float(text.strip("<>%"))
    if FORMS.get(quantity, (None,))[0] is P_VALUE and value > 1:
        yield f"printed: p = {text}; a p value is at most 1"
    if FORMS.get(quantity, (None,))[0] is PERCENT and value > 100:
        yield f"printed: {quantity} = {text}; a share is at most 100 percent"
    if quantity in NOT_NEGATIVE and (value < 0 or (quantity == "items" and value < 1)):
        least = "1" if quantity == "items" else "0"
        yield f"printed: {quantity} = {text}; it is at least {least}"


def _scale_problems(row):
    """What is printed can be brought to its scale: a ratio lies above zero, and so on."""
    scale, quantity = row.get("scale") or "plain", row["quantity"]
    if scale in IN_PERCENT and quantity != "percent":
        yield f"scale: {scale} is for quantity percent, not {quantity}"
    on_scale = quantity in (*RATIO, *PREDICTED) or scale in IN_PERCENT
    if scale not in RANGES or not on_scale or not NUMBER.match(row["printed"]):
        return
    (low, high), words = RANGES[scale]
    if not low < float(row["printed"].strip("<")) < high:
        yield f"printed: '{row['printed']}' on the scale {scale}; {words}"


def _by_line(rows):
    """(group, study) -> quantity -> (row number, row) of every readable claim."""
    lines = {}
    for number, row in enumerate(rows, 2):
        form = FORMS.get(row["quantity"], (NUMBER, ""))[0]
        if form.match(row["printed"]) and not row["printed"].startswith("<"):
            line = lines.setdefault((row["group"], row.get("study") or ""), {})
            line.setdefault(row["quantity"], []).append((number, row))
    return lines


def _twice_problems(lines):
    """Each quantity of a result is claimed once; only parts of a total are several."""
    return [
        f"claims.csv, row {number}, quantity: group '{group}'{_of(study)} has {quantity} already; "
        "delete one, or give it its own group or study"
        for (group, study), quantities in lines.items()
        for quantity, claims in quantities.items()
        for number, _ in claims[1:]
        if quantity != SEVERAL
    ]


def _of(study):
    return f", study '{study}'," if study else ""


def _order_problems(lines):
    """The limits of a claimed interval contain its estimate."""
    problems = []
    for (group, study), quantities in lines.items():
        present = [quantities[name][0] for name in RATIO if name in quantities]
        values = [float(row["printed"]) for _, row in present]
        if values != sorted(values):
            shown = ", ".join(f"{row['quantity']} = {row['printed']}" for _, row in present)
            numbers = ", ".join(str(number) for number, _ in present)
            problems.append(
                f"claims.csv, rows {numbers} (group {group}{_of(study)}), printed: {shown} are not in "
                "order; the interval must run upwards and contain its estimate"
            )
    return problems


def _mixed_problems(lines):
    """Estimate and limits of one result are on one scale."""
    problems = []
    for (group, study), quantities in lines.items():
        present = [quantities[name][0] for name in RATIO if name in quantities]
        scales = {row.get("scale") or "plain" for _, row in present}
        if len(scales) > 1:
            numbers = ", ".join(str(number) for number, _ in present)
            both = " and ".join(sorted(scales, reverse=True))
            problems.append(
                f"claims.csv, rows {numbers} (group {group}{_of(study)}), scale: {both} in one "
                "result; estimate and limits are on one scale"
            )
    return problems
