"""Prepared values and the cleaning log: small records that remember what they rest on."""

from dataclasses import dataclass, field
from itertools import chain, product

from workflow.lib.errors import InputError, NotEstimable

JOIN = ";"
IMPOSSIBLE = (InputError, NotEstimable, ZeroDivisionError)  # what these inputs cannot give
MOST_CORNERS = 6  # inputs whose rounding is followed; beyond that (patients) it is not


@dataclass(frozen=True, slots=True)
class Value:
    """One quantity on the common scale of its outcome, with what it rests on."""

    value: float | None  # None where it was refused
    rows: tuple[str, ...] = ()  # ids of extraction rows
    basis: tuple[str, ...] = ()  # assumptions and config keys
    origin: str = "reported"
    skewed: bool | None = None  # for a converted mean or SD
    method: str = "as printed"
    rounding: tuple[float, float] | None = None  # what the printed digits stand for
    tested: tuple[str, ...] = ()  # rows of the skewness test behind `skewed`
    decided: tuple[str, ...] = ()  # rows that decided that another way to it was refused


@dataclass(slots=True)
class Cell:
    """All values of one study, outcome, arm and time point, and the log of how they came about."""

    study: str
    outcome: str
    arm: str
    time_point: str
    days: float | None  # since treatment; None where nobody says when
    unit: str = ""
    values: dict[str, Value] = field(default_factory=dict)
    log: list[dict] = field(default_factory=list)
    refused: dict[str, tuple] = field(default_factory=dict)  # quantity -> (rows, basis)
    unknown: list[str] = field(default_factory=list)  # rows that say that a value is not printed

    def get(self, *names):
        """The values called `names`, or None if any of them is missing."""
        found = [self.values.get(name) for name in names]
        return None if None in found else found

    def note(self, step, *, status="used", output="", value=None, **words):
        """Add a row to the cleaning log."""
        place = {"study": self.study, "outcome": self.outcome, "arm": self.arm}
        self.log.append(
            place
            | {"time_point": self.time_point, "step": step, "status": status}
            | {"output": output, "value": value}
            | words
        )

    def derive(self, name, function, inputs, **words):
        """Store `function` of the inputs' values (name -> Value), what rounding allows, and a log row.

        `words`: step, formula, source, and optionally message, origin, basis, and because: values
        without which it would not be made. A value made from converted ones is skewed if any of
        them is. What is not printed decided, too: a printed value would have been taken instead.
        `function` may raise; see `attempt`.
        """
        parts = tuple(inputs.values())
        decided, basis = self.refused.get(name, ((), ()))
        value = Value(
            function(*(part.value for part in parts)),
            rows=union(part.rows for part in parts),
            basis=union([*(part.basis for part in parts), basis, words.get("basis", ())]),
            origin=words.get("origin", "converted"),
            skewed=any_skewed(parts),
            method=f"{words['formula']} ({words['source']})",
            rounding=corners(function, parts),
            tested=union(part.tested for part in parts),
            decided=self.decided(parts, decided, words.get("because", ())),
        )
        self.values[name] = value
        self.note(
            words["step"],
            status="warning" if value.skewed else "used",
            output=name,
            value=value.value,
            inputs=shown(inputs),
            formula=words["formula"],
            source=words["source"],
            message=words.get("message", ""),
            assumption=JOIN.join(part for part in value.basis if part.startswith("assumptions:")),
            rows=JOIN.join(value.rows),
        )

    def decided(self, parts, refused, because):
        """Rows that decided how a value is made: of its parts, of what was refused, of what is unknown."""
        others = (rows for part in because for rows in (part.rows, part.decided))
        return union([*(part.decided for part in parts), refused, *others, self.unknown])

    def attempt(self, name, function, inputs, **words):
        """`derive`, or `refuse` with the reason if these inputs cannot give it."""
        try:
            self.derive(name, function, inputs, **words)
        except IMPOSSIBLE as error:
            self.refuse(name, inputs, message=str(error), **words)

    def refuse(self, name, inputs, *, value=None, basis=(), **words):
        """Log that `name` is not taken from `inputs`, and keep which rows decided that."""
        rows = union(part.rows for part in inputs.values())
        before = self.refused.get(name, ((), ()))
        self.refused[name] = (union((before[0], rows)), union((before[1], basis)))
        self.note(
            words["step"],
            status="refused",
            output=name,
            value=value,
            inputs=shown(inputs),
            formula=words["formula"],
            source=words["source"],
            message=words["message"],
            rows=JOIN.join(rows),
        )


def any_skewed(parts):
    """True if any part fails the skewness test, False if those that were tested pass, else None."""
    known = [part.skewed for part in parts if part.skewed is not None]
    return any(known) if known else None


def corners(function, parts):
    """(lowest, highest) result within the rounding of the inputs, for a function that is monotone in each."""
    if len(parts) > MOST_CORNERS or not any(part.rounding for part in parts):
        return None
    ends = [part.rounding or (part.value,) for part in parts]
    try:
        results = [function(*corner) for corner in product(*ends)]
    except IMPOSSIBLE:
        return None  # a corner that cannot be: the range is not known
    return min(results), max(results)


def assume(cell, quantity, config, because=()):
    """Take the assumed value of `quantity` where config.yaml has one, the most specific first.

    `because` are the values that need it: without them it would not be assumed.
    """
    place = {"study": cell.study, "arm": cell.arm, "time_point": cell.time_point}
    fitting = [
        (sum(part in item for part in place), name)
        for name, item in config["assumptions"].items()
        if item["quantity"] == quantity
        and all(item.get(part, here) == here for part, here in place.items())
    ]
    if not fitting:
        return
    name = max(fitting, key=lambda pair: pair[0])[1]
    item, basis = config["assumptions"][name], f"assumptions:{name}"
    value, (refused, more) = float(item["value"]), cell.refused.get(quantity, ((), ()))
    decided = cell.decided((), refused, because)
    cell.values[quantity] = Value(
        value, (), union(((basis,), more)), "assumed", method="assumed", decided=decided
    )
    words = {"message": item["reason"], "source": item["source"], "assumption": basis}
    cell.note(f"assume {quantity}", output=quantity, value=value, **words)


def union(groups):
    """The members of all `groups`, each once, in order of first appearance."""
    return tuple(dict.fromkeys(chain.from_iterable(groups)))


def split(text):
    """The members of a joined cell; none of an empty one."""
    return tuple(part for part in (text or "").split(JOIN) if part)


def shown(inputs):
    """Inputs in words: 'ci_lb = 5.2, ci_ub = 7.3, n = 21'."""
    return ", ".join(f"{name} = {part.value:.6g}" for name, part in inputs.items())


def value_rows(cells):
    """The prepared values of all cells as rows of results/prepared/values.csv."""
    return [
        {
            "study": cell.study,
            "outcome": cell.outcome,
            "arm": cell.arm,
            "time_point": cell.time_point,
            "days": cell.days,
            "quantity": name,
            "value": None if part.value is None else float(part.value),
            "unit": cell.unit,
            "origin": part.origin,
            "skewed": part.skewed,
            "method": part.method,
            "rows": JOIN.join(part.rows),
            "basis": JOIN.join(part.basis),
            "tested_rows": JOIN.join(part.tested),
            "decision_rows": JOIN.join(part.decided),
        }
        for cell in cells
        for name, part in _all_values(cell)
    ]


def _all_values(cell):
    """Values by name, then what was refused and not found in another way, without a value."""
    yield from cell.values.items()
    for name, (rows, basis) in cell.refused.items():
        if name not in cell.values:
            yield name, Value(None, (), basis, "refused", method="refused", decided=rows)


def log_rows(cells):
    """The cleaning log of all cells, in order."""
    return [line for cell in cells for line in cell.log]
