"""Moderators from a formula such as `~ ablat + alloc`: the design matrix and R's column names.

The formula is read here, token by token; names and operators are all that reaches the formula
library, which expands the terms and codes the levels. No part of the text is ever run.
"""

import re
from dataclasses import dataclass

import numpy as np

from workflow.lib.errors import InputError
from workflow.lib.stats.regression.expressions import FUNCTIONS, Moderator, column, evaluate

LONGEST = 1000  # characters
MOST_NAMES = 12  # in a formula with * or ^, which can multiply terms
MOST_TERMS = 40  # names in any formula
HIGHEST_POWER = 4
_TOKEN = re.compile(
    r"\s*(?:(?P<name>[A-Za-z][A-Za-z0-9_.]*)|(?P<number>\d+\.?\d*)|(?P<op>[-+*:()^,/]))"
)


@dataclass(frozen=True, slots=True)
class Design:
    """Design matrix of a meta-regression."""

    X: np.ndarray  # (k, p)
    names: tuple[str, ...]  # of the columns: intrcpt, ablat, allocrandom, ...
    terms: tuple[str, ...]  # the term to which each column belongs: intrcpt, ablat, alloc, ...
    formula: str


def design(formula: str, columns) -> Design:
    """Return the design matrix of `formula` over `columns` (name -> sequence of k values).

    Numbers enter as they are; texts, truths and `factor(x)` as levels, the first in alphabetical
    or numerical order being the reference (treatment coding). Operators are + - * : ^ and
    brackets; `0 +` or `- 1` leaves the intercept out; functions are I, log, log2, log10, exp,
    sqrt, abs, center, factor (or C) and poly(x, degree), with + - * / ^ inside.

    Raises
    ------
    InputError
        For a missing value (every row is named), an unknown name, columns of different length, and
        for anything in the text that is not on the list above.
    """
    if not columns:
        raise InputError(["formula: there are no columns"])
    text, k = _checked_length(formula), len(next(iter(columns.values())))
    tokens = _tokens(text)
    data = _columns([t for kind, t in tokens if kind == "name"], columns, tokens)
    safe, moderators, labels = _without_calls(tokens, data)
    _refuse_explosion(safe)
    matrix = _expand(safe, moderators, k)
    names, terms = _names(matrix, moderators, labels)
    X = np.asarray(matrix, dtype=float).reshape(k, -1)
    if X.shape[1] == 0:
        raise InputError(["formula: there is neither an intercept nor a moderator"])
    return Design(X, names, terms, formula.strip())


def _checked_length(formula: str) -> str:
    """Right-hand side of the formula."""
    if not isinstance(formula, str) or len(formula) > LONGEST:
        raise InputError([f"formula: must be a text of at most {LONGEST} characters"])
    text = formula.strip().removeprefix("~").strip()
    return text or "1"


def _tokens(text: str) -> list[tuple[str, str]]:
    """Names, numbers and operators of the text; refuses every other character."""
    found, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise InputError([f"formula: {text[at:].strip()[:1]!r} is not admitted in {text!r}"])
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return found


def _columns(names, columns, tokens) -> dict[str, Moderator]:
    """The columns that the formula uses, checked."""
    calls = {
        name
        for (kind, name), (_, following) in zip(tokens, [*tokens[1:], ("", "")], strict=True)
        if kind == "name" and following == "("
    }
    unknown = [x for x in dict.fromkeys(names) if x not in columns and x not in calls]
    problems = [f"formula: no column {x!r}; there are {', '.join(columns)}" for x in unknown]
    refused = [x for x in sorted(calls) if x not in FUNCTIONS]
    problems += [f"formula: no function {x!r}; there are {', '.join(FUNCTIONS)}" for x in refused]
    lengths = {len(values) for values in columns.values()}
    if len(lengths) > 1:
        problems.append(f"formula: columns have different lengths: {sorted(lengths)}")
    if problems:
        raise InputError(problems)
    used, missing = {}, []
    for name in dict.fromkeys(x for x in names if x in columns):
        try:
            used[name] = column(name, columns[name])
        except InputError as error:
            missing += error.problems
    if missing:
        raise InputError(missing)
    return used


def _without_calls(tokens, data):
    """The formula with a plain name for each moderator, these, and the labels of their terms."""
    safe, moderators, labels, at = [], {}, {}, 0
    while at < len(tokens):
        kind, text = tokens[at]
        if kind != "name":
            safe.append(text)
            at += 1
            continue
        label, found, at = _moderators_at(tokens, at, data)
        known = [x for x, m in moderators.items() if labels[x] == label] or [
            f"v{len(moderators) + i}" for i in range(len(found))
        ]
        moderators |= dict(zip(known, found, strict=True))
        labels |= dict.fromkeys(known, label)
        safe.append("(" + " + ".join(known) + ")" if len(known) > 1 else known[0])
    return safe, moderators, labels


def _moderators_at(tokens, at, data) -> tuple[str, list[Moderator], int]:
    """The column or call that starts at a token: label, moderators, position after it."""
    name = tokens[at][1]
    if at + 1 == len(tokens) or tokens[at + 1][1] != "(":
        return name, [data[name]], at + 1
    end, depth = at + 1, 0
    while end < len(tokens):
        depth += {"(": 1, ")": -1}.get(tokens[end][1], 0)
        end += 1
        if depth == 0:
            break
    else:
        raise InputError([f"formula: {name}( is not closed"])
    parts = [text for _, text in tokens[at:end]]
    if not any(text in data for text in parts):
        raise InputError([f"formula: {''.join(parts)} has no moderator in it"])
    readable = {re.sub(r"\.", "_dot_", x): m for x, m in data.items()}
    if len(readable) < len(data):
        raise InputError(["formula: two columns differ in a dot only; rename one"])
    call = "".join(re.sub(r"\.", "_dot_", x) if x in data else x for x in parts)
    found = evaluate(call, readable)
    plain = "".join(parts)
    label = plain.replace(",", ", ")
    if len(found) == 1:
        found = [Moderator(label, found[0].values, found[0].levels)]
    return label, found, end


def _refuse_explosion(safe) -> None:
    """Refuse what would expand into a flood of terms, and numbers that are no formula."""
    count = sum(len(re.findall(r"v\d+", text)) for text in safe)
    if count > (MOST_NAMES if {"*", "^"} & set(safe) else MOST_TERMS):
        raise InputError([f"formula: {count} moderators are too many"])
    for before, text in zip(["", *safe], safe, strict=False):
        high = HIGHEST_POWER if before == "^" else 1
        if text[0].isdigit() and (not text.isdigit() or int(text) > high):
            raise InputError([f"formula: the number {text} is admitted inside a function only"])
    if {",", "/"} & set(safe):
        raise InputError(["formula: , and / are admitted inside a function only"])


def _expand(safe, moderators, k: int):
    """Terms and columns by the formula library, which sees plain names and operators only."""
    import pandas as pd  # here alone: the two take a second to load
    from formulaic import Formula
    from formulaic.errors import FormulaicError

    frame = pd.DataFrame(index=range(k))
    for name, m in moderators.items():
        codes = [f"L{i}" for i in range(len(m.levels))]
        levels = pd.Categorical.from_codes(m.values.astype(int), codes) if codes else m.values
        frame[name] = levels
    try:
        return Formula(" ".join("**" if x == "^" else x for x in safe)).get_model_matrix(frame)
    except FormulaicError as error:
        why = str(error).splitlines()[0].split("`")[0].strip()
        raise InputError([f"formula: cannot be read: {why}"]) from None


def _names(matrix, moderators, labels) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """R's names of the columns, and the term of each."""

    def named(text: str) -> str:
        """R's name of one column."""
        parts = []
        for part in text.split(":"):
            name, _, level = part.partition("[")
            m = moderators[name]
            code = level.removeprefix("T.").removeprefix("L").rstrip("]")
            parts.append(m.label + (m.levels[int(code)] if code else ""))
        return ":".join(parts)

    names = tuple("intrcpt" if x == "Intercept" else named(x) for x in matrix.columns)
    terms = dict.fromkeys(range(len(names)), "")
    for term, places in matrix.model_spec.term_indices.items():
        parts = [labels.get(x, "intrcpt") for x in str(term).split(":")]
        terms |= dict.fromkeys(places, ":".join(dict.fromkeys(parts)))
    return names, tuple(terms[j] for j in range(len(names)))
