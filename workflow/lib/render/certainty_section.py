"""The section on certainty: the summary of findings, and what is suggested and judged in each domain."""

import re
from string import ascii_lowercase

from workflow.lib.render.facts import READ, num
from workflow.lib.render.markdown import escape_markdown as esc
from workflow.lib.render.markdown import pipe_table

ID_IN_BRACES = re.compile(r"\{([A-Za-z0-9_.]+)\}")
SYMBOLS = {  # filled and empty signs, and the word: colour and shape are not needed to read it
    "high": ("\u2295\u2295\u2295\u2295", "high"),
    "moderate": ("\u2295\u2295\u2295\u25ef", "moderate"),
    "low": ("\u2295\u2295\u25ef\u25ef", "low"),
    "very_low": ("\u2295\u25ef\u25ef\u25ef", "very low"),
}
LEVEL = {"": "not known", **{name: words for name, (_, words) in SYMBOLS.items()}}
JUDGED = {
    **{"none": "not serious", "serious": "serious", "very_serious": "very serious"},
    **{"large": "large", "very_large": "very large", "present": "present"},
}
HOW = {
    "accepted": ", as suggested",
    "overridden": ", not as suggested",
    "unexplained": ", not as suggested; it does not count until a footnote says why",
}
DOMAINS = {
    "risk_of_bias": "Risk of bias",
    "inconsistency": "Inconsistency",
    "indirectness": "Indirectness",
    "imprecision": "Imprecision",
    "publication_bias": "Publication bias",
    "large_effect": "Large effect",
    "dose_response": "Dose and response",
    "confounding": "Confounding against the effect",
}
NO_NAMES = "only suggestions that the numbers make, in words of GRADE. A suggestion is no rating."
RULES = (
    "The numbers suggest by fixed rules: risk of bias from the share of the weight, inconsistency from "
    "I^2^ and from what the prediction interval includes, imprecision from the interval beside no effect "
    "and the decision thresholds [@zeng2022] and then from the optimal information size [@guyatt2011], "
    "publication bias only with ten studies or more. Indirectness and reasons to rate up are always a "
    "person's."
)


def certainty_section(findings, domains, models):
    """The whole section; `findings` and `domains` are the two tables, `models` records by analysis."""
    notes = _notes(domains)
    parts = [
        _opening(findings),
        _findings_table(findings, domains, models, notes),
        _notes_list(notes, findings),
        '::: {.callout-note collapse="true"}\n## Show every domain, with what is suggested and why\n\n'
        f"{RULES}\n\n{_domains_table(findings, domains)}\n:::",
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _opening(findings):
    """Whether anybody has rated, and what is judged in vain."""
    vain = [esc(row["title"]) for row in findings if row["k"] and not (row["open"] or row["start"])]
    vain = f" Judged in every domain, but no start is stated: {', '.join(vain)}." if vain else ""
    if not any(row["certainty"] in SYMBOLS for row in findings):
        why = vain or (
            " No person's judgement of every domain stands in `data/raw/certainty.csv`, so this part "
            f"has {NO_NAMES}"
        )
        return f"**The certainty is not rated.**{why}"
    rated, total = num("certainty.rated"), num("certainty.analyses")
    return (
        f"Analyses whose certainty a person has rated: {rated} of {total}. What the numbers suggest is "
        f"no rating: a person accepts it or sets it aside.{vain}"
    )


def _notes(domains):
    """(analysis, domain) -> (letter, row) of every judgement that moves the level or sets aside a suggestion."""
    own = [row for row in domains if row["judgement"] and row["footnote"]]
    letters = list(ascii_lowercase) + [a + b for a in ascii_lowercase for b in ascii_lowercase]
    pairs = zip(letters, own, strict=False)
    return {(row["analysis"], row["domain"]): (letter, row) for letter, row in pairs}


def _notes_list(notes, findings):
    """The footnotes of the table in the order of their letters, who has rated, assumed risks."""
    lines = [
        f"^{letter}^\u00a0**{DOMAINS[row['domain']]}, {JUDGED[row['judgement']]}.** "
        f"{esc(row['footnote'])} ({_person(row)})"
        for letter, row in notes.values()
    ]
    rated = [row for row in findings if row["certainty"] in SYMBOLS]
    people = dict.fromkeys(f"{esc(row['who'])}, last on {_day(row)}" for row in rated)
    lines += [f"Rated by {'; '.join(people)}."] if rated else []
    sources = dict.fromkeys(
        f"{esc(row['title'])}: {esc(row['risk_source'])}"
        for row in findings
        if row["assumed"] is not None
    )
    lines += [f"Risk without treatment: {'; '.join(sources)}."] if sources else []
    return "::: {.grade-notes}\n" + "\n\n".join(lines) + "\n:::" if lines else ""


def _person(row):
    return f"{esc(row['who'])}, {_day(row)}"


def _day(row):
    """The day of a judgement, which stays on one line."""
    return f"[{esc(row['date'])}]{{.day}}"


def _findings_table(findings, domains, models, notes):
    """Outcome, persons and studies, effect, absolute effect where there is one, certainty."""
    header = ["Outcome", "Persons (studies)", "Effect (interval)", "Certainty"]
    absolute = [_absolute(row, models[row["analysis"]]) for row in findings]
    wide = any(any(cells) for cells in absolute)
    header[3:3] = ["Without", "With", "Difference"] if wide else []
    rows = []
    for row, beside in zip(findings, absolute, strict=True):
        name = row["analysis"]
        persons = f"{_persons(row)} ({num(f'pooled.{name}.k')})"
        cells = [esc(row["title"]), persons, _effect(row, models[name])]
        rows.append([*cells, *(beside if wide else []), _certainty(row, domains, notes)])
    risks = any(row["assumed"] is not None for row in findings)
    caption = "Summary of findings" + ("; risks are persons in a thousand" if risks else "")
    return pipe_table(header, rows, caption=caption, label="findings")


def _persons(row):
    if row["participants"] is None:
        return "not given"
    known = num(f"certainty.{row['analysis']}.participants")
    return f"at least {known}" if row["missing"] else known


def _effect(row, model):
    """The pool as it is read: a proportion, a correlation, a ratio, else in its own unit."""
    base = f"pooled.{row['analysis']}"
    if model["fit"]["beta"] is None:
        return "none"
    if model["unit"] in READ:
        end, words = READ[model["unit"]]
        effect, low, high = (num(f"{base}.{one}{end}") for one in ("beta", "ci_lb", "ci_ub"))
        return f"{words} {effect} ({low} to {high})"
    if model["unit"].startswith("log "):
        own = f"certainty.{row['analysis']}.ratio"
        words = esc(model["unit"].removeprefix("log "))
        return f"{words} {_with_limits(own)}"
    limits = f"({num(f'{base}.ci_lb')} to {num(f'{base}.ci_ub')})"
    return f"{num(f'{base}.beta')} {limits} {esc(model['unit'])}"


def _with_limits(base):
    return f"{num(base)} ({num(f'{base}_lb')} to {num(f'{base}_ub')})"


def _absolute(row, model):
    """Three cells: risk without, risk with, difference; points; or why there are none."""
    base = f"certainty.{row['analysis']}"
    if row["sd"] is not None and model["fit"]["beta"] is not None:
        return ["", "", f"{_with_limits(f'{base}.points')} points"]
    if row["assumed"] is None:
        return ["", "", esc(row["absolute_reason"] or "")]
    assumed, two = num(f"{base}.assumed"), (f"{base}.risk", f"{base}.difference")
    return [assumed, *map(_with_limits, two)]


def _certainty(row, domains, notes):
    """Signs and word with the letters of its notes; or that nobody has rated, and what is suggested."""
    if row["certainty"] not in SYMBOLS:
        down = num(f"certainty.{row['analysis']}.suggested_down")
        words = f" ({down} down from {LEVEL[row['start']]} suggested)" if row["start"] else ""
        return f"[not rated]{{.grade-open}}{words}"
    signs, word = SYMBOLS[row["certainty"]]
    own = [one for one in domains if one["analysis"] == row["analysis"]]
    letters = [notes[key][0] for one in own if (key := (one["analysis"], one["domain"])) in notes]
    marks = f" ^{','.join(letters)}^" if letters else ""
    return f"[{signs}]{{.grade}} {word}{marks}"


def _domains_table(findings, domains):
    """Every domain of every analysis: suggestion, reason, judgement where there is any."""
    judged = any(row["judgement"] for row in domains)
    rows = []
    for finding in findings:
        own = [row for row in domains if row["analysis"] == finding["analysis"]]
        start = f"starts {LEVEL[finding['start']]}: {esc(finding['start_reason'])}"
        rows.append([f"**{esc(finding['title'])}**", "", start, ""])
        rows += [
            [DOMAINS[row["domain"]], _suggestion(row), _why(row), _judgement(row)] for row in own
        ]
    header = ["Domain", "Suggested", "Why", "Judged by a person"]
    kept = slice(None) if judged else slice(3)
    cells = [row[kept] for row in rows]
    return pipe_table(header[kept], cells, caption="Domains of certainty", label="domains")


def _suggestion(row):
    return JUDGED[row["suggestion"]] if row["suggestion"] else "nothing"


def _why(row):
    """The reason: its numbers by their id, the rest harmless."""
    pieces = ID_IN_BRACES.split(row["reason"] or "")
    return "".join(num(one) if place % 2 else _harmless(one) for place, one in enumerate(pieces))


def _harmless(piece):
    """A piece between two numbers, with the blanks at its ends that escaping strips."""
    before, after = (" " if end == " " else "" for end in (piece[:1], piece[-1:]))
    return f"{before}{esc(piece)}{after}" if piece.strip() else piece


def _judgement(row):
    """What a person has judged, and whether that is what was suggested."""
    if not row["judgement"]:
        return "nobody yet"
    how = HOW.get(row["status"], "")
    old = "; the suggestion has changed since" if row["outdated"] else ""
    return f"{JUDGED[row['judgement']]}{how}{old} ({_person(row)})"
