"""Prepared values and the cleaning log: small records that remember what they rest on."""

from dataclasses import dataclass, field
from itertools import product

from workflow.lib.errors import InputError, NotEstimable

JOIN = ";"
MOST_CORNERS = 6  # inputs whose rounding is followed; beyond that (patients) it is not


@dataclass(frozen=True, slots=True)
class Value:
    """One quantity on the common scale of its outcome, with what it rests on."""

    value: float
    rows: tuple[str, ...] = ()  # ids of extraction rows
    basis: tuple[str, ...] = ()  # assumptions and config keys
    origin: str = "reported"
    skewed: bool | None = None  # for a converted mean or SD
    method: str = "as printed"
    rounding: tuple[float, float] | None = None  # what the printed digits stand for


@dataclass(slots=True)
class Cell:
    """All values of one study, outcome, arm and time point, and the log of how they came about."""

    study: str
    outcome: str
    arm: str
    time_point: str
    days: float
    unit: str = ""
    values: dict[str, Value] = field(default_factory=dict)
    log: list[dict] = field(default_factory=list)

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

        `words`: step, formula, source, and optionally message, origin, skewed.
        """
        message, skewed = words.pop("message", ""), words.pop("skewed", None)
        origin = words.pop("origin", "converted")
        parts = tuple(inputs.values())
        value = Value(
            function(*(part.value for part in parts)),
            rows=union(part.rows for part in parts),
            basis=union(part.basis for part in parts),
            origin=origin,
            skewed=skewed,
            method=f"{words['formula']} ({words['source']})",
            rounding=corners(function, parts),
        )
        self.values[name] = value
        self.note(
            words["step"],
            status="warning" if skewed else "used",
            output=name,
            value=value.value,
            inputs=shown(inputs),
            formula=words["formula"],
            source=words["source"],
            message=message,
            assumption=JOIN.join(part for part in value.basis if part.startswith("assumptions:")),
            rows=JOIN.join(value.rows),
        )


def corners(function, parts):
    """(lowest, highest) result within the rounding of the inputs, for a function that is monotone in each."""
    if len(parts) > MOST_CORNERS or not any(part.rounding for part in parts):
        return None
    ends = [part.rounding or (part.value,) for part in parts]
    try:
        results = [function(*corner) for corner in product(*ends)]
    except (InputError, NotEstimable, ZeroDivisionError):
        return None  # a corner that cannot be: the range is not known
    return min(results), max(results)


def assume(cell, quantity, config):
    """Take the assumed value of `quantity` where config.yaml has one, the most specific first."""
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
    value = float(item["value"])
    cell.values[quantity] = Value(value, (), (basis,), "assumed", method="assumed")
    words = {"message": item["reason"], "source": item["source"], "assumption": basis}
    cell.note(f"assume {quantity}", output=quantity, value=value, **words)


def union(groups):
    """The members of all `groups`, each once, in order of first appearance."""
    return tuple(dict.fromkeys(member for group in groups for member in group))


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
            "value": float(part.value),
            "unit": cell.unit,
            "origin": part.origin,
            "skewed": part.skewed,
            "method": part.method,
            "rows": JOIN.join(part.rows),
            "basis": JOIN.join(part.basis),
        }
        for cell in cells
        for name, part in cell.values.items()
    ]


def log_rows(cells):
    """The cleaning log of all cells, in order."""
    return [line for cell in cells for line in cell.log]
