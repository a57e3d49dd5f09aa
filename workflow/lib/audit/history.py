"""The history of a living review: one dated entry per update that moved a number."""

COLUMNS = {"estimate": "beta", "ci_lb": "ci_lb", "ci_ub": "ci_ub", "level": "level"}


def history_entry(numbers, *, primary, found, lock, date, why):
    """The row of history.csv of one update.

    `numbers` is the registry; `found` the Differences of what the numbers are made from (empty for the
    first entry); `lock` the sum of the lock that the update writes.
    """
    rows = [one for one in found if one.kind == "data"]
    entry = {name: numbers[f"pooled.{primary}.{item}"]["value"] for name, item in COLUMNS.items()}
    added = sum(one.was is None for one in rows)
    return entry | {
        **{"date": date, "rows_added": added, "rows_changed": len(rows) - added},
        "k": int(numbers[f"pooled.{primary}.k"]["value"]),
        "unit": numbers[f"pooled.{primary}.beta"]["unit"],
        **{"lock": lock, "why": why},
    }


def with_entry(history, entry):
    """The history with an entry at its end; once only, if an update that was killed is done again."""
    return history if any(row["lock"] == entry["lock"] for row in history) else [*history, entry]


def comparable(history):
    """The entries that have an estimate in the unit of the last one: they can stand on one axis."""
    known = [row for row in history if row["estimate"] is not None]
    return [row for row in known if row["unit"] == known[-1]["unit"]]
