"""All numbers of a run in one registry."""

from dataclasses import dataclass

from workflow.lib.audit import claim_numbers, examined_numbers, other_numbers, pooled_numbers
from workflow.lib.audit.claims import implied_groups
from workflow.lib.audit.guards import Situation, guards_of
from workflow.lib.audit.readings import with_readings
from workflow.lib.audit.registry import joined, registry
from workflow.lib.audit.search_numbers import search_numbers


@dataclass(frozen=True, slots=True)
class Books:
    """The tables and records of a run, as read from disk; by analysis where there is one each."""

    extraction: list[dict]
    studies: list[dict]
    claims: list[dict]
    audited: list[dict]
    values: list[dict]
    flow: list[dict]
    narrated: list[dict]
    effects: dict[str, list[dict]]
    models: dict[str, dict]
    leave_one_out: dict[str, list[dict]]
    examined: list[dict]
    config: dict
    searched: dict | None = None  # the method search, where config.yaml declares one
    kept: tuple[dict, ...] = ()  # id -> record of each optional book


def collect(books):
    """id -> record of every number that may be printed; see schemas/numbers.schema.yaml."""
    numbers = joined([registry(_all_numbers(books)), *books.kept])
    for name, model in books.models.items():
        for number, guards in guards_of(_situation(books, name, model)).items():
            numbers[number] = numbers[number] | {"guards": guards}
    return numbers


def _situation(books, name, model):
    """What the guard-rails of one analysis look at."""
    pooled = tuple(row for row in books.effects[name] if row["status"] == "pooled")
    return Situation(model, pooled, tuple(books.values))


def _all_numbers(books):
    names = pooled_numbers.keys(row["study"] for row in books.studies)
    yield from other_numbers.reported_numbers(books.extraction)
    yield from other_numbers.prepared_numbers(books.values, names)
    yield from other_numbers.narrated_numbers(books.narrated, names, books.effects)
    yield from other_numbers.role_numbers(books.studies)
    yield from other_numbers.flow_numbers(books.flow)
    yield from claim_numbers.claim_numbers(books.claims, implied_groups(books.claims))
    yield from claim_numbers.verdict_numbers(books.audited)
    yield from other_numbers.config_numbers(books.config)
    yield from other_numbers.outcome_numbers(books.config)
    for name, model in books.models.items():
        for made in (
            pooled_numbers.model_numbers(model),
            pooled_numbers.effect_numbers(books.effects[name], model, names),
            pooled_numbers.leave_one_out_numbers(books.leave_one_out[name], model, names),
        ):
            yield from with_readings(made, model["unit"])
    for record in books.examined:
        yield from with_readings(examined_numbers.examined_numbers(record), record["unit"])
    if books.searched is not None:
        yield from search_numbers(books.searched, books.studies)
