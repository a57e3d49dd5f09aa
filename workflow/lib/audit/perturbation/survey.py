"""What became of every change: which numbers moved, whether they name it, and why the others stand."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from workflow.lib.audit.perturbation.change import TEXT, VALUE, Change, covers, is_named, moved
from workflow.lib.audit.perturbation.reasons import REFUSED_BY_CHECK, WORDS, is_true, reason_of

SILENT = "named, never moves it, and no reason is listed"
UNNAMED = "moves it and is not named"
UNKNOWN = "named, and there is no such cell or decision"
UNTRUE = "named, and this is no reason why it need not move: {}"
NOTHING = "(none)"  # the text of a number that is not there


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one change did: it was refused, or a rule broke on it, or these numbers moved."""

    change: Change
    moved: tuple[str, ...] = ()
    unnamed: tuple[
        tuple[str, str, str], ...
    ] = ()  # (number, old, new) of those that hide the cause
    refusal: str = ""  # the words of the check
    fault: str = ""  # the words of a rule that broke


@dataclass(frozen=True, slots=True)
class Violation:
    """A lineage that is false: the number, the cell or decision, and what is wrong."""

    number: str
    cause: str
    old: str
    new: str
    problem: str


@dataclass(slots=True)
class Survey:
    """All changes so far; `base` is the registry without any of them, `changes` all that there are."""

    base: dict
    changes: tuple[Change, ...]
    outcomes: Counter = field(default_factory=Counter)  # (table, what became of it) -> changes
    cells: dict = field(default_factory=lambda: defaultdict(set))  # table -> cells tried
    found: list[Violation] = field(default_factory=list)
    tried: dict = field(default_factory=lambda: defaultdict(Counter))  # entry of a lineage -> how
    movers: set = field(default_factory=set)  # (number, entry) of which some change moved the one
    named: tuple[str, ...] = ()  # every entry of every lineage
    left: Counter = field(default_factory=Counter)  # entry -> its changes that were not yet tried

    def __post_init__(self):
        """Collect what lineages name, and how many changes there are of it."""
        self.named = tuple({one for number in self.base.values() for one in entries(number)})
        for change in self.changes:
            self.left.update(self._entries(change) if change.is_value else ())

    def add(self, outcome):
        """Take in what one change did."""
        change = outcome.change
        self.cells[change.table].add(change.place)
        self.outcomes[change.table, verdict(outcome)] += 1
        words = f"{change.place}: {change.old} -> {change.new}"
        if outcome.fault:
            self.found.append(Violation("(every number)", words, "", "", outcome.fault))
            return
        self.found += [Violation(name, words, *texts, UNNAMED) for name, *texts in outcome.unnamed]
        if change.is_value:
            for entry in self._entries(change):
                self.tried[entry][_how(outcome)] += 1
                self.left[entry] -= 1
                self.movers |= {(name, entry) for name in outcome.moved}

    def _entries(self, change):
        """Entries of lineages that mean the cause of a change."""
        return [one for one in self.named if any(covers(one, name) for name in change.names)]

    def violations(self):
        """Every false lineage."""
        silent = [
            Violation(name, entry, self.base[name]["text"], self.base[name]["text"], SILENT)
            for name, entry, reason in self.standing()
            if not reason
        ]
        return [*self.found, *silent, *self._unknown(), *self._untrue()]

    def _unknown(self):
        """What lineages name and no change could touch."""
        names = {name for change in self.changes for name in change.names}
        unknown = {
            one
            for one in self.named
            if one not in names and not any(covers(one, name) for name in names)
        }
        for name, number in self.base.items():
            yield from (
                Violation(name, e, "", "", UNKNOWN) for e in entries(number) if e in unknown
            )

    def _untrue(self):
        """Reasons that cannot be one."""
        for name, number in self.base.items():
            for entry, reason in number["stands"].items():
                if not is_true(reason, name, self.base):
                    yield Violation(name, entry, "", "", UNTRUE.format(reason))

    def pairs(self):
        """(number, entry of its lineage) of every entry whose cause was changed in every way."""
        whole = {entry for entry in self.tried if not self.left[entry]}
        for name, number in self.base.items():
            yield from ((name, entry) for entry in entries(number) if entry in whole)

    def standing(self):
        """(number, entry, reason or "") of every pair that no change has moved."""
        for name, entry in self.pairs():
            if (name, entry) not in self.movers:
                yield name, entry, self._reason(self.base[name], entry)

    def _reason(self, number, entry):
        tried = self.tried[entry]
        known = reason_of(number, entry)
        if known or tried[VALUE]:
            return known
        return REFUSED_BY_CHECK if tried[REFUSED_BY_CHECK] else WORDS


def entries(number):
    """Everything that the lineage of a number names."""
    return [*number["rows"], *number["basis"]]


def verdict(outcome):
    """What became of a change, in a word."""
    if outcome.fault:
        return "broke a rule"
    if outcome.refusal:
        return REFUSED_BY_CHECK
    return "moved" if outcome.moved else "stood"


def _how(outcome):
    if outcome.refusal:
        return REFUSED_BY_CHECK
    return WORDS if outcome.change.kind == TEXT else VALUE


def outcome_of(change, before, after):
    """The Outcome of a change that was accepted, from the registries without and with it.

    A number that has another value must have named the cause before; one to which a value was
    taken, or that is told in other words, names it before or after.
    """
    names = moved(before, after)
    return Outcome(
        change,
        tuple(names),
        tuple(
            (name, _text(before, name), _text(after, name))
            for name in names
            if not _is_named(name, change, before, after)
        ),
    )


def _text(registry, name):
    return registry[name]["text"] if name in registry else NOTHING


def _is_named(name, change, before, after):
    strict = change.kind == VALUE and name in before
    registries = [before] if strict else [before, after]
    return any(is_named(one[name], change) for one in registries if name in one)
