"""Dates of the books: a day of the calendar, written 2026-01-31."""

from datetime import date


def date_problems(here, text, column="date"):
    """One sentence if `text` is no day of the calendar; `here` says which row."""
    try:
        date.fromisoformat(text)
    except (TypeError, ValueError):
        found = False
    else:
        found = len(text) == len("2026-01-31")  # 20260131 is ISO 8601 too, but not what we print
    words = f"{here}, {column}: '{text}' is no day of the calendar; write it as 2026-01-31"
    return [] if found else [words]
