"""Precision and recall of the deduplication on made-up reviews whose duplicates are known.

python -m tests.deduplication_table          writes the table into docs/deduplication.md
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from tests.projects.records_made_up import made_up_review
from workflow.lib.files.exports.read import read_bytes
from workflow.lib.review.dedupe.find import find_duplicates
from workflow.lib.review.dedupe.names import named
from workflow.lib.review.dedupe.verdict import RULES

PAGE = Path(__file__).parents[1] / "docs/deduplication.md"
START, END = "<!-- table: python -m tests.deduplication_table -->\n", "<!-- end -->\n"
SIZE, SEEDS = 3000, (101, 102, 103, 104)  # reviews that no rule was tuned on
PRECISION, DECIDED, LINKED = 0.999, 0.975, 0.995  # floors that a test asserts


@dataclass(frozen=True, slots=True)
class Measured:
    """How one made-up review was told apart; pairs are pairs of records."""

    records: int
    true_pairs: int
    precision: float  # share of merged pairs that are one work
    decided: float  # share of the pairs of one work that were merged
    linked: float  # the same, with those that a person is asked about
    false: int  # merged pairs that are two works
    asked: int  # pairs that a person is asked about
    asked_true: int  # of these, pairs of one work
    kinds: dict[str, int]  # kind of work -> works
    rules: dict[str, tuple[int, int]]  # rule -> pairs it merged, of these pairs of one work


def measured(size, seed) -> Measured:
    """Return the Measured of one made-up review."""
    review = made_up_review(size, seed)
    exports = {
        row["source"]: read_bytes(review.exports[row["file"]], row["file"]).records
        for row in review.sources
    }
    found = named(exports)
    works = [review.works[name] for name, _, _ in found]
    result = find_duplicates([record for _, _, record in found])
    true, merged = _pairs(works), _pairs(result.roots)
    asked = [pair for pair in result.pairs if pair.decision == "uncertain"]
    links = {frozenset((result.roots[pair.one], result.roots[pair.other])) for pair in asked}
    linked = {
        (a, b) for a, b in true - merged if frozenset((result.roots[a], result.roots[b])) in links
    }
    same = [pair for pair in result.pairs if pair.decision == "same"]
    rules = {
        rule: (
            sum(pair.rule == rule for pair in same),
            sum(pair.rule == rule and works[pair.one] == works[pair.other] for pair in same),
        )
        for rule in RULES
    }
    return Measured(
        records=len(found),
        true_pairs=len(true),
        precision=len(true & merged) / len(merged),
        decided=len(true & merged) / len(true),
        linked=(len(true & merged) + len(linked)) / len(true),
        false=len(merged - true),
        asked=len(asked),
        asked_true=sum(works[pair.one] == works[pair.other] for pair in asked),
        kinds=dict(Counter(review.kinds.values())),
        rules={rule: counts for rule, counts in rules.items() if counts[0]},
    )


def _pairs(groups):
    """Pairs of places that have the same group."""
    places = defaultdict(list)
    for place, one in enumerate(groups):
        places[one].append(place)
    return {pair for own in places.values() for pair in combinations(own, 2)}


def table() -> str:
    """The tables of the page, in Markdown."""
    rows = [
        "| Seed | Records | Pairs of one work | Precision | Recall, merged | Recall, merged or asked | Asked "
        "| Of these one work |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    totals = Counter()
    found = {seed: measured(SIZE, seed) for seed in SEEDS}
    for seed, one in found.items():
        rows.append(
            f"| {seed} | {one.records:,} | {one.true_pairs:,} | {one.precision:.4f} | {one.decided:.4f} | "
            f"{one.linked:.4f} | {one.asked} | {one.asked_true} |"
        )
        for rule, (pairs, right) in one.rules.items():
            totals[rule, "pairs"] += pairs
            totals[rule, "right"] += right
    rows += [
        "",
        "| Rule that merged | Meaning | Pairs | Of these one work |",
        "|---|---|---:|---:|",
    ]
    rows += [
        f"| `{rule}` | {RULES[rule]} | {totals[rule, 'pairs']:,} | {totals[rule, 'right']:,} |"
        for rule in RULES
        if totals[rule, "pairs"]
    ]
    kinds = sum((Counter(one.kinds) for one in found.values()), Counter())
    rows += ["", "| Kind of made-up work | Works |", "|---|---:|"]
    rows += [f"| {kind} | {count:,} |" for kind, count in sorted(kinds.items())]
    return "\n".join(rows) + "\n"


def main() -> None:
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(START)
    PAGE.write_text(before + START + table() + END + rest.split(END)[1], encoding="utf-8")


if __name__ == "__main__":
    main()
