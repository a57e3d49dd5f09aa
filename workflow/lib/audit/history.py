"""The history of a living review: one dated entry per update that changed the answer or moved another number."""

ITEMS = {"k": "k", "estimate": "beta", "ci_lb": "ci_lb", "ci_ub": "ci_ub", "level": "level"}
COUNTED = ("rows_added", "rows_changed", "rows_removed")


def answer_of(accepted, numbers, primary):
    """The answer of the primary analysis as the lock says it: k, estimate, interval, level and unit.

    `accepted` are the rows of the lock, `numbers` is the registry. What is not there is None.
    """
    values = {row["id"]: row["value"] for row in accepted}
    answer = {name: values.get(f"pooled.{primary}.{item}") for name, item in ITEMS.items()}
    answer["k"] = int(answer["k"] or 0)
    return answer | {"unit": numbers.get(f"pooled.{primary}.beta", {}).get("unit", "")}


def counted_rows(found):
    """How many rows of the raw tables came, changed and went; None each if nothing is known of a lock before.

    `found` are the Differences (lib/audit/lock.py) of what two locks were made from.
    """
    if found is None:
        return dict.fromkeys(COUNTED)
    rows = [one for one in found if one.kind == "data"]
    added = sum(one.was is None for one in rows)
    removed = sum(one.now is None for one in rows)
    return dict(zip(COUNTED, (added, len(rows) - added - removed, removed), strict=True))


def is_due(history, answer, *, moved):
    """Whether there is something to enter: a first answer, another than the last one, or a number that `moved`."""
    return bool(moved) or not history or any(history[-1][name] != answer[name] for name in answer)


def comparable(history):
    """The entries that have an estimate in the unit of the last one: they can stand on one axis."""
    known = [row for row in history if row["estimate"] is not None]
    return [row for row in known if row["unit"] == known[-1]["unit"]]
