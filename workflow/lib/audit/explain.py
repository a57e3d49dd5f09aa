"""The chain behind a number: from its printed text down to the cells of the raw tables and their quotes."""

import difflib
from dataclasses import dataclass, field
from functools import cached_property

from workflow.lib.audit.chain_parts import told_cell, told_part, told_step, told_study
from workflow.lib.audit.glossary import STANDS, field_words, method_words
from workflow.lib.audit.pooled_numbers import keys
from workflow.lib.audit.registry import ids_of
from workflow.lib.audit.spans import spans
from workflow.lib.errors import TableError

OF_ANALYSIS = ("pooled", "study", "leave_one_out", "examined")  # their second piece names one
ALL_STUDIES = "studies:rows"
ESTIMATE = ("yi", "ci_lb", "ci_ub", "weight")  # what is told of each study of a pool
CONFIG = ("assumptions", "config")  # kinds of a basis that stand in config.yaml; another is a table


@dataclass(frozen=True)
class Evidence:
    """The registry and the tables that its numbers lead back to, as read from disk."""

    numbers: dict
    extraction: list[dict]
    studies: list[dict]
    claims: list[dict]
    flow: list[dict]
    cleaning_log: list[dict]
    manifest: dict  # configuration, library fingerprint, sums of the raw files
    books: dict = field(default_factory=dict)  # optional raw table -> key -> row

    @cached_property
    def row_places(self):
        """id of a row -> its place in the extraction."""
        return {row["id"]: place for place, row in enumerate(self.extraction)}

    @cached_property
    def study_places(self):
        """study -> its place in studies.csv."""
        return {row["study"]: place for place, row in enumerate(self.studies)}

    @cached_property
    def study_keys(self):
        """study -> its piece of a number's id."""
        return keys(row["study"] for row in self.studies)

    @cached_property
    def slabs(self):
        """Piece of a number's id -> label of the study that it names."""
        return {self.study_keys[row["study"]]: row["slab"] for row in self.studies}

    @cached_property
    def inputs(self):
        """Raw file -> its sum; the configuration has none, the manifest keeps it whole."""
        return {**self.manifest["inputs"], "config.yaml": ""}

    @cached_property
    def step_rows(self):
        """Set of extraction rows of each step of the cleaning log."""
        return [frozenset(ids_of(step["rows"])) for step in self.cleaning_log]

    @cached_property
    def parts(self):
        """Every assumption, setting, claim and box that a number names, in order, each once."""
        named = (part for number in self.numbers.values() for part in number["basis"])
        return sorted(
            {part for part in named if part == ALL_STUDIES or not part.startswith("studies:")}
        )

    @cached_property
    def part_places(self):
        """Name of an assumption, setting, claim or box -> its place among the parts."""
        return {part: place for place, part in enumerate(self.parts)}


def explain(ids, evidence):
    """The chains of the numbers `ids`: an outline of each, and what the outlines point to, told once.

    An outline names cells, studies, steps, parts and inputs by their places, written as spans
    ("0-2 5"), so that a page can carry the chains of hundreds of numbers; spans.unspan reads them.

    Raises
    ------
    TableError
        If an id is not in the registry; with the nearest ones.
    """
    numbers = {name: outline(name, evidence) for name in dict.fromkeys(ids)}
    return {
        "numbers": numbers,
        "methods": {tag: method_words(tag) for tag in _each(numbers, "method")},
        "analyses": {
            name: _analysis(name, evidence) for name in _each(numbers, "analysis") if name
        },
        "cells": [told_cell(row) for row in evidence.extraction],
        "studies": [told_study(row) for row in evidence.studies],
        "steps": [told_step(step) for step in evidence.cleaning_log],
        "parts": [told_part(name, evidence) for name in evidence.parts],
        "stands": STANDS,
        "inputs": [list(pair) for pair in evidence.inputs.items()],
        "library": evidence.manifest["library"],
    }


def outline(number_id, evidence):
    """What one number is, how it was made, and the places of all that it rests on."""
    number = evidence.numbers.get(number_id)
    if number is None:
        raise TableError(_unknown(number_id, evidence.numbers))
    stands, rows = number["stands"], number["rows"]
    return {
        **{key: number[key] for key in ("value", "text", "unit", "method", "rule", "file")},
        "name": _name(number_id, evidence),
        "analysis": _analysis_of(number_id, evidence),
        "cells": _places((row for row in rows if row not in stands), evidence.row_places),
        "stands": {
            reason: _places((row for row in rows if stands.get(row) == reason), evidence.row_places)
            for reason in dict.fromkeys(stands[row] for row in rows if row in stands)
        },
        **_studies_of(number, evidence),
        "steps": spans(_steps_of(number, evidence)),
        "parts": _places(number["basis"], evidence.part_places),
        "inputs": spans(_inputs_of(number, evidence)),
    }


def _each(numbers, key):
    """What the outlines have under `key`, each once, sorted."""
    return sorted({number[key] for number in numbers.values()})


def _places(names, places):
    """Spans of the names that have a place."""
    return spans(places[name] for name in names if name in places)


def _unknown(number_id, numbers):
    """That there is no such number, and which are near."""
    near = difflib.get_close_matches(number_id, numbers, n=3, cutoff=0.5)
    advice = f"nearest: {', '.join(near)}" if near else f"none of {len(numbers)} is near"
    return f"no number is called '{number_id}'; {advice}; all are in results/numbers.json"


def _name(number_id, evidence):
    """What the number is and of which study, in words, as far as its id says it."""
    first, *rest = number_id.split(".")
    words = [field_words(number_id)]
    if first in ("flow", "audit") and rest:
        words = [rest[-1].replace("_", " ")]
    own = [evidence.slabs[piece] for piece in rest[:2] if piece in evidence.slabs]
    words += [f"without {own[0]}" if first == "leave_one_out" else own[0]] if own else []
    return ", ".join(filter(None, words))


def _analysis_of(number_id, evidence):
    """The analysis that an id names; empty if it names none."""
    first, _, rest = number_id.partition(".")
    name = rest.partition(".")[0]
    known = evidence.manifest["config"]["analyses"]
    return name if first in OF_ANALYSIS and name in known else ""


def _analysis(name, evidence):
    """Title of an analysis, and the printed effect, limits and weight of each pooled study by its place."""
    found = {}
    for study, place in evidence.study_places.items():
        base = f"study.{name}.{evidence.study_keys[study]}"
        numbers = [evidence.numbers.get(f"{base}.{item}") for item in ESTIMATE]
        if all(numbers):
            found[str(place)] = [number["text"] for number in numbers]
    return {"title": evidence.manifest["config"]["analyses"][name]["title"], "estimates": found}


def _studies_of(number, evidence):
    """Places of the studies with cells, and of those whose role alone was read."""
    cells = evidence.extraction
    used = {cells[evidence.row_places[row]]["study"] for row in number["rows"]}
    read = {
        part.removeprefix("studies:") for part in number["basis"] if part.startswith("studies:")
    }
    return {
        "studies": _places(used, evidence.study_places),
        "roles": _places(read - used, evidence.study_places),
    }


def _steps_of(number, evidence):
    """Places of the steps that take nothing but cells of this number; none for a printed one."""
    rows = set(number["rows"])
    if number["rule"] == "check_inputs":
        return []
    return [place for place, own in enumerate(evidence.step_rows) if own and own <= rows]


def _inputs_of(number, evidence):
    """Places of the raw files that the number leads back to."""
    kinds = {part.partition(":")[0] for part in number["basis"]}
    books = {"config.yaml" if kind in CONFIG else f"{kind}.csv" for kind in kinds}
    books |= {"extraction.csv"} if number["rows"] else set()
    return [place for place, path in enumerate(evidence.inputs) if path.rpartition("/")[2] in books]
