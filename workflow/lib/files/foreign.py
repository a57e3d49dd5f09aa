"""A review as another program keeps it: studies, outcomes with their settings, data and printed results."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from workflow.lib.errors import InputError

NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
PERCENT_CURE = (
    "a percentage to the spreadsheet; format the column as text and type what the source prints"
)
MOST_BYTES = 200 * 2**20  # of one file, unpacked


@dataclass(frozen=True, slots=True)
class Cell:
    """One value as the file has it."""

    quantity: str  # as extraction.csv names it
    group: str  # e, c, or both where the value compares the two
    text: str  # the value; empty where there is none
    quote: str  # the words around it: 'EVENTS_1="12"'


@dataclass(frozen=True, slots=True)
class Row:
    """The data of one study on one outcome."""

    study: str  # id of the study
    place: str  # where in the file, in words
    cells: tuple[Cell, ...]
    subgroup: int = 0  # its number within the outcome; 0: in none


@dataclass(frozen=True, slots=True)
class Printed:
    """One number of a result, as the program stored it."""

    quantity: str  # as claims.csv names it
    text: str
    quote: str


@dataclass(frozen=True, slots=True)
class Subtotal:
    """One subgroup of an outcome that is pooled as a whole: what is stored of it."""

    number: int
    name: str
    results: tuple[Printed, ...]
    place: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """One analysis of the file: its settings, its data, its results."""

    comparison: int
    number: int
    subgroup: int  # 0: all studies of the outcome
    names: tuple[str, ...]  # of the comparison, the outcome and the subgroup
    kind: str  # dichotomous, continuous or generic
    measure: str  # RR, OR, RD, PETO, MD, SMD, HR, LOR, LRR or GEN
    log: bool  # whether effects are analysed as logarithms
    method: str  # of model, as config.yaml names it
    test: str
    level: float  # percent
    labels: tuple[str, str]  # experimental, control
    unit: str
    rows: tuple[Row, ...]
    results: tuple[Printed, ...]
    place: str
    subtotals: tuple[Subtotal, ...] = ()  # two or more, or none
    differences: tuple[Printed, ...] = ()  # the test between them


@dataclass(frozen=True, slots=True)
class Study:
    """One study of the file."""

    id: str
    name: str
    year: int | None
    included: bool


@dataclass(frozen=True, slots=True)
class Foreign:
    """Everything that is taken from a file, and what is not, each with its reason."""

    name: str  # of the file
    program: str
    title: str
    identifier: str  # DOI or number of the review; may be empty
    studies: tuple[Study, ...]
    outcomes: tuple[Outcome, ...]
    notes: tuple[str, ...] = field(default=())


def content_of(path) -> bytes:
    """The bytes of a file that is not too large to be one of these.

    Raises
    ------
    InputError
        If the file is missing, empty or too large.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError([f"{path}: there is no such file; FILE= names it"])
    size = path.stat().st_size
    if size == 0:
        raise InputError([f"{path.name}: the file is empty; download or save it again"])
    if size > MOST_BYTES:
        raise InputError([f"{path.name}: {size} bytes; at most {MOST_BYTES} are read"])
    return path.read_bytes()


def number_problem(text) -> str:
    """What is wrong with a cell that should be a finite number; empty if nothing is."""
    if NUMBER.fullmatch(text):
        return "" if abs(float(text)) < 1e300 else f"'{text}' is too large"
    return f"'{text[:60]}' is not a number"


def is_stored(text, place, reading) -> bool:
    """Whether a stored result is a number; `reading` has a note on infinity, a problem of words."""
    if is_endless(text):
        reading.notes.append(f"{place}: '{text}' is no finite number; left out")
        return False
    if problem := number_problem(text):
        reading.problems.append(f"{place}: {problem}")
        return False
    return True


def number_text(value) -> str:
    """A finite number in all its digits, never with an exponent: 2, 0.00001."""
    whole = float(value).is_integer() and abs(value) < 1e15
    return str(int(value)) if whole else f"{Decimal(repr(float(value))):f}"


def decimals_of(text) -> int:
    """How many digits stand behind the point."""
    return len(text.partition(".")[2])


def twice(numbers, place) -> list[str]:
    """One sentence for each number that two subgroups of an outcome share."""
    found = sorted({one for one in numbers if numbers.count(one) > 1})
    return [
        f"{place}: subgroup {one} stands there twice; give each its own number" for one in found
    ]


def given_ratio(words) -> str:
    """The measure of effects that a file gives as logarithms of what it calls `words`."""
    text = words.lower()
    known = {"hazard": "HR", "odds": "LOR", "risk ratio": "LRR"}
    return next((measure for word, measure in known.items() if word in text), "GEN")


def is_endless(text) -> bool:
    """Whether a program wrote that it has no number."""
    return text.strip("+-").lower() in ("nan", "infinity", "inf")


def one_line(text) -> str:
    """The text without control characters, runs of white space made one blank."""
    return " ".join("".join(c if c.isprintable() else " " for c in (text or "")).split())


def repeated(outcomes) -> list[str]:
    """One sentence for each number that two analyses share: their results could not be told apart."""
    numbers = [(one.comparison, one.number, one.subgroup) for one in outcomes]
    return [
        f"analysis {'.'.join(map(str, filter(None, number))) or 0} stands there twice; give each its own "
        "number"
        for number in sorted(set(numbers))
        if numbers.count(number) > 1
    ]
