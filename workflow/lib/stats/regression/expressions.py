"""Moderators as written in a formula: which calls are admitted, and their values. Nothing is run.

A call such as log(x) or I(x^2) is read into Python's syntax tree and evaluated node by node from
a closed list of operations; whatever is not on the list is refused.
"""

import ast
import operator
from dataclasses import dataclass

import numpy as np

from workflow.lib.errors import InputError

NUMERIC = {
    "I": lambda x: x,
    "log": np.log,
    "log2": np.log2,
    "log10": np.log10,
    "exp": np.exp,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "center": lambda x: x - np.mean(x),
}
CATEGORICAL = ("factor", "C")
FUNCTIONS = (*NUMERIC, *CATEGORICAL, "poly")
_OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
MOST_POWERS = 6  # degree of poly


@dataclass(frozen=True, slots=True)
class Moderator:
    """One moderator of a formula: a number or a level per study."""

    label: str  # as R prints it
    values: np.ndarray  # (k,) floats, or codes of levels
    levels: tuple[str, ...]  # empty for a number; the first is the reference


def column(label: str, values) -> Moderator:
    """Return a column as it is: numbers, texts (levels in alphabetical order) or truths.

    Raises
    ------
    InputError
        For values that are missing, or neither numbers nor texts, by row.
    """
    array = np.asarray(values, dtype=object)
    missing = [i for i, x in enumerate(array) if x is None or x == "" or x != x]
    if missing:
        raise InputError([f"row {i}: {label} is missing" for i in missing])
    if all(isinstance(x, (bool, np.bool_)) for x in array):
        return Moderator(label, array.astype(float), ("FALSE", "TRUE"))
    if all(isinstance(x, (int, float, np.number)) for x in array):
        return _finite(label, array.astype(float))
    return categories(label, array)


def categories(label: str, values) -> Moderator:
    """Return `values` as levels, sorted as numbers or as texts."""
    numbers = all(isinstance(x, (int, float, np.number)) for x in values)
    texts = [f"{x:.15g}" if numbers else str(x) for x in values]
    levels = sorted(set(texts), key=float if numbers else None)
    return Moderator(label, np.array([levels.index(x) for x in texts], dtype=float), tuple(levels))


def evaluate(text: str, columns) -> list[Moderator]:
    """Return what a call such as `log(x)`, `factor(x)` or `poly(x, 2)` stands for.

    `text` holds names, numbers, operators and brackets only (see formula.py); `columns` are the
    data by name, with names that Python can read.
    """
    call = _tree(text)
    name = call.func.id if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) else ""
    if name in CATEGORICAL:
        return [_as_categories(text, call, columns)]
    if name == "poly":
        return _polynomial(text, call, columns)
    with np.errstate(all="ignore"):  # what is not finite is refused, with its row
        values = _value(call, columns, text)
    return [_finite(text, np.broadcast_to(values, (_rows(columns),)).astype(float))]


def _tree(text: str):
    """Syntax tree of a call."""
    try:
        return ast.parse(text.replace("^", "**"), mode="eval").body
    except (SyntaxError, RecursionError, MemoryError, ValueError):
        raise InputError([f"formula: cannot read {text!r}"]) from None


def _value(node, columns, text: str):
    """Value of a node, from the closed list of operations."""
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return np.float64(node.value)
    if isinstance(node, ast.Name) and node.id in columns:
        moderator = columns[node.id]
        if moderator.levels:
            raise InputError([f"formula: {moderator.label} in {text} is not a number"])
        return moderator.values
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        value = _value(node.operand, columns, text)
        return -value if isinstance(node.op, ast.USub) else value
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        sides = (_value(side, columns, text) for side in (node.left, node.right))
        return _OPERATORS[type(node.op)](*sides)
    if _is_call(node, NUMERIC) and len(node.args) == 1:
        return NUMERIC[node.func.id](_value(node.args[0], columns, text))
    raise InputError([f"formula: {text} is not admitted; functions are {', '.join(FUNCTIONS)}"])


def _is_call(node, names) -> bool:
    """Whether a node is a call of one of `names` without keywords."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in names
        and not node.keywords
    )


def _as_categories(text, call, columns) -> Moderator:
    """A column taken as levels."""
    if len(call.args) != 1 or not isinstance(call.args[0], ast.Name) or call.keywords:
        raise InputError([f"formula: {text}: factor takes one column"])
    inner = columns[call.args[0].id]
    if inner.levels:
        return Moderator(text, inner.values, inner.levels)
    return categories(text, inner.values)


def _polynomial(text, call, columns) -> list[Moderator]:
    """Orthogonal polynomials of a moderator, lengths 1, one column per power."""
    degree = call.args[1].value if len(call.args) == 2 and _is_whole(call.args[1]) else 0
    if not 1 <= degree <= MOST_POWERS:
        raise InputError([f"formula: {text}: poly takes a moderator and a degree to {MOST_POWERS}"])
    x = np.broadcast_to(_value(call.args[0], columns, text), (_rows(columns),))
    if len(np.unique(x)) <= degree:
        raise InputError([f"formula: {text}: needs more than {degree} different values"])
    centred = x - x.mean()
    powers = (centred / np.abs(centred).max())[:, None] ** np.arange(degree + 1)
    q, r = np.linalg.qr(powers)
    q = q * np.sign(np.diag(r))
    head = text.replace(",", ", ")
    return [Moderator(f"{head}{j}", q[:, j], ()) for j in range(1, degree + 1)]


def _is_whole(node) -> bool:
    """Whether a node is a whole number."""
    return isinstance(node, ast.Constant) and type(node.value) is int


def _rows(columns) -> int:
    """Number of studies."""
    return len(next(iter(columns.values())).values)


def _finite(label: str, values: np.ndarray) -> Moderator:
    """A number per study, all finite."""
    bad = np.flatnonzero(~np.isfinite(values))
    if bad.size:
        raise InputError([f"row {i}: {label} is {values[i]}, not finite" for i in bad])
    return Moderator(label, values, ())
