"""The screening ledger: what was decided on each record and report, by whom, and how conflicts were settled."""

from dataclasses import dataclass

REMOVED = ("duplicate", "automation", "other")
DECISIONS = {
    "identification": REMOVED,
    "title_abstract": ("include", "maybe", "exclude"),
    "retrieval": ("retrieved", "not_retrieved"),
    "full_text": ("include", "exclude"),
}
OF_RECORDS = ("identification", "title_abstract")  # from retrieval on, the unit is the report
OF_VOTES = ("title_abstract", "full_text")  # stages at which people can disagree
MAIN, OTHER = "database", "other"


@dataclass(frozen=True, slots=True)
class Settled:
    """The outcome of one stage for one record or report."""

    unit: str
    stage: str
    rows: tuple[dict, ...]  # in the order of the ledger
    conflict: bool
    decision: str  # one of DECISIONS; maybe counts as include; empty while a conflict is open
    reason: str

    @property
    def votes(self):
        """Rows that decided, the adjudicator's aside."""
        return [row for row in self.rows if row["role"] != "adjudicator"]

    @property
    def judges(self):
        """Rows of the adjudicator; one where there is a conflict."""
        return [row for row in self.rows if row["role"] == "adjudicator"]

    @property
    def studies(self):
        """The studies that the rows name."""
        return sorted({row["study"] for row in self.rows if row["study"]})


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger by unit: records and reports with their rows and outcomes."""

    rows: list[dict]  # with `row`, the line of screening.csv
    reports: dict[str, str]  # record -> report
    outcomes: dict[str, dict[str, Settled]]  # stage -> record or report -> outcome

    def outcome(self, stage, unit):
        """The decision of a stage on a unit; empty if there is none."""
        found = self.outcomes[stage].get(unit)
        return found.decision if found else ""


def read_ledger(rows):
    """The Ledger of parsed rows of screening.csv, whatever is wrong with them."""
    rows = [row | {"row": number} for number, row in enumerate(rows, 2)]
    reports = {row["record"]: row["record"] for row in rows}
    reports |= {row["record"]: row["report"] for row in rows if row["report"]}
    units = {stage: {} for stage in DECISIONS}
    for row in rows:
        unit = row["record"] if row["stage"] in OF_RECORDS else reports[row["record"]]
        units.setdefault(row["stage"], {}).setdefault(unit, []).append(row)
    outcomes = {
        stage: {unit: settle(unit, stage, own) for unit, own in found.items()}
        for stage, found in units.items()
    }
    return Ledger(rows, reports, outcomes)


def settle(unit, stage, rows):
    """The Settled outcome of the rows of one unit at one stage: the common vote, or the adjudicator's."""
    votes = [row for row in rows if row["role"] != "adjudicator"]
    judges = [row for row in rows if row["role"] == "adjudicator"]
    conflict = len({_vote(row) for row in votes}) > 1
    deciding = judges[:1] if conflict else votes
    decision = _side(deciding[0]["decision"]) if deciding else ""
    reason = next((row["reason"] for row in deciding if row["reason"]), "")
    return Settled(unit, stage, tuple(rows), conflict, decision, reason)


def _side(decision):
    """Maybe goes on to the full text, as include does."""
    return "include" if decision == "maybe" else decision


def _vote(row):
    """What must be the same for two people to agree: at full text, the reason too."""
    side = _side(row["decision"])
    return (side, row["reason"] if (row["stage"], side) == ("full_text", "exclude") else "")


def listed(names, most=10):
    """The first names, and how many more there are."""
    names = sorted(names)
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
