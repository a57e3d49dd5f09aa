"""The rows of risk_of_bias.csv, sorted by what they judge: assessor by assessor, item by item."""

from dataclasses import dataclass, field

from workflow.lib.review.bias.instrument import (
    OVERALL,
    Instrument,
    suggested,
    suggested_overall,
)

FILE = "risk_of_bias.csv"
CONSENSUS = "consensus"


@dataclass(frozen=True, slots=True)
class Row:
    """One row with its number in the file, its answer and judgement in the instrument's own codes."""

    number: int
    cells: dict
    answer: str
    judgement: str

    @property
    def key(self):
        """Its key in the lineage of a number."""
        parts = ("study", "outcome", "item", "assessor", "stage")
        return f"risk_of_bias:{'/'.join(str(self.cells[part]) for part in parts)}"


@dataclass(frozen=True, slots=True)
class Rating:
    """What one assessor, or the consensus, says of one result: item -> Row."""

    assessor: str
    rows: dict[str, Row] = field(default_factory=dict)

    def answers(self, domain):
        """Question -> answer of one domain."""
        rows = ((one.id, self.rows.get(one.id)) for one in domain.questions)
        return {name: row.answer for name, row in rows if row}

    def typed(self, domain):
        """The judgement that was typed for a domain; empty where the suggestion was accepted."""
        return self.rows[domain.id].judgement if domain.id in self.rows else ""


@dataclass(frozen=True, slots=True)
class Assessment:
    """All ratings of one result (study, outcome) by one instrument; consensus is None without one."""

    study: str
    outcome: str
    instrument: Instrument
    ratings: tuple[Rating, ...]
    consensus: Rating | None

    def own(self, rating, domain):
        """The judgement of one assessor: typed, or what the algorithm makes of the own answers."""
        return rating.typed(domain) or self.suggestion(rating, domain)

    def suggestion(self, rating, domain):
        """What the algorithm makes of one assessor's answers, or of the own judgements overall."""
        if domain.id != OVERALL:
            return suggested(domain, rating.answers(domain))
        judged = [self.own(rating, one) for one in self.instrument.domains]
        return suggested_overall(self.instrument, [one for one in judged if one])

    def settled(self, domain):
        """(suggestion, judgement) that stand for one domain; either is empty where there is none.

        The consensus decides where it says something. The judgements of the assessors stand where
        they are the same; so does a suggestion.
        """
        merged = [self._with_consensus(one) for one in self.ratings]
        if domain.id == OVERALL:
            return self._settled_overall(domain)
        found = {suggested(domain, one.answers(domain)) for one in merged}
        suggestion = found.pop() if len(found) == 1 else ""
        if self.consensus:
            if typed := self.consensus.typed(domain):
                return suggestion, typed
            if domain.id in self.consensus.rows or self.consensus.answers(domain):
                return suggestion, suggestion
        return suggestion, _same(self.own(one, domain) for one in self.ratings)

    def _settled_overall(self, domain):
        """The overall judgement: it follows from the settled domains unless somebody typed one."""
        judged = [self.settled(one)[1] for one in self.instrument.domains]
        suggestion = suggested_overall(self.instrument, [one for one in judged if one])
        typed = self.consensus.typed(domain) if self.consensus else ""
        if typed or not any(one.typed(domain) for one in self.ratings):
            return suggestion, typed or suggestion
        return suggestion, _same(one.typed(domain) or suggestion for one in self.ratings)

    def _with_consensus(self, rating):
        """One assessor's rows, those of the consensus in their place."""
        return Rating(
            rating.assessor, rating.rows | (self.consensus.rows if self.consensus else {})
        )

    def deciding(self, domain):
        """The rows that a settled judgement rests on: of the domain and of its questions."""
        items = [domain.id, *(one.id for one in domain.questions)]
        if self.consensus and any(item in self.consensus.rows for item in items):
            first = [self.consensus.rows[item] for item in items if item in self.consensus.rows]
        else:
            first = []
        return first + [one.rows[i] for i in items for one in self.ratings if i in one.rows]


def _same(judgements):
    found = set(judgements)
    return found.pop() if len(found) == 1 else ""


def assessments_of(rows, instruments):
    """Assessments in the order of the file; rows (Row) of unknown instruments are left out."""
    groups = {}
    for row in rows:
        cells = row.cells
        key = (cells["study"], cells["outcome"], cells["instrument"])
        if cells["instrument"] in instruments:
            stage = cells["assessor"] if cells["stage"] != CONSENSUS else None
            groups.setdefault(key, {}).setdefault(stage, {})[cells["item"]] = row
    found = []
    for (study, outcome, name), raters in groups.items():
        own = tuple(Rating(who, items) for who, items in raters.items() if who is not None)
        settled = Rating(CONSENSUS, raters[None]) if None in raters else None
        found.append(Assessment(study, outcome, instruments[name], own, settled))
    return found
