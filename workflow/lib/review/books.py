"""Check of the small books beside the extraction: studies, flow and claims."""

import re

NUMBER = re.compile(r"-?([0-9]+\.?[0-9]*|\.[0-9]+)$|<0?\.[0-9]+$")
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
    """A claimed quantity is a number unless it is words; an interval says its level."""
    problems = []
    for number, row in enumerate(rows, 2):
        here = f"claims.csv, row {number} ({row['id']})"
        if row["quantity"] != "words" and not NUMBER.match(row["printed"]):
            printed = row["printed"]
            problems.append(f"{here}, printed: '{printed[:60]}' {not_a_number(printed)}")
        elif row["quantity"] == "pval" and float(row["printed"].lstrip("<")) > 1:
            problems.append(f"{here}, printed: p = {row['printed']}; a p value is at most 1")
        if row["quantity"] in ("ci_lb", "ci_ub") and not row["level"]:
            problems.append(
                f"{here}, level: empty; an interval needs its level in percent, such as 95"
            )
    return problems + _order_problems(rows) + _twice_problems(rows)


def _by_group(rows):
    groups = {}
    for number, row in enumerate(rows, 2):
        if NUMBER.match(row["printed"]) and not row["printed"].startswith("<"):
            groups.setdefault(row["group"], {}).setdefault(row["quantity"], []).append(
                (number, row)
            )
    return groups


def _twice_problems(rows):
    """Each quantity of a group is claimed once."""
    return [
        f"claims.csv, row {number}, quantity: group '{group}' has {quantity} already"
        for group, quantities in _by_group(rows).items()
        for quantity, claims in quantities.items()
        for number, _ in claims[1:]
    ]


def _order_problems(rows):
    """The limits of a claimed interval contain its estimate."""
    problems = []
    for group, quantities in _by_group(rows).items():
        present = [
            quantities[name][0] for name in ("ci_lb", "estimate", "ci_ub") if name in quantities
        ]
        values = [float(row["printed"]) for _, row in present]
        if values != sorted(values):
            shown = ", ".join(f"{row['quantity']} = {row['printed']}" for _, row in present)
            numbers = ", ".join(str(number) for number, _ in present)
            problems.append(
                f"claims.csv, rows {numbers} (group {group}), printed: {shown} are not in order; the "
                "interval must run upwards and contain its estimate"
            )
    return problems
