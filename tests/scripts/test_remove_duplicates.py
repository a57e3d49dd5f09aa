"""workflow/scripts/remove_duplicates.py: exports in; records, pairs, numbers and the section out; nothing lost."""

import re
from types import SimpleNamespace

import pytest

from tests.projects.records_made_up import made_up_review
from workflow.commands.in_process import Named, write_cells
from workflow.lib.errors import InputError
from workflow.lib.files.tables import read_record, read_rows
from workflow.scripts import remove_duplicates

SIZE = 300
MADE = {
    "records": ("records.csv", "records"),
    "pairs": ("duplicates.csv", "duplicate_pairs"),
    "uncertain": ("duplicates_uncertain.csv", "duplicate_pairs"),
}
COUNTED = re.compile(r"\{\{< num (\S+) >\}\}")


@pytest.fixture(scope="module")
def review():
    return made_up_review(SIZE, seed=7)


def write_review(review, folder):
    """The raw files of a made-up review."""
    (folder / "records").mkdir(parents=True)
    for name, content in review.exports.items():
        (folder / "records" / name).write_bytes(content)
    write_cells("sources", review.sources, folder)
    return folder


def run(raw, made, decisions=()):
    """Tables by name, numbers and section that the rule makes."""
    given = {"sources": str(raw / "sources.csv")}
    if decisions:
        write_cells("duplicates", decisions, raw)
        given["decisions"] = str(raw / "duplicates.csv")
    paths = {name: str(made / file) for name, (file, _) in MADE.items()}
    paths |= {"numbers": str(made / "records.json"), "section": str(made / "records.md")}
    smk = SimpleNamespace(input=Named(given), output=Named(paths), params=Named())
    remove_duplicates.main(smk)
    tables = {name: read_rows(paths[name], schema) for name, (_, schema) in MADE.items()}
    return (
        tables,
        read_record(paths["numbers"], "numbers"),
        (made / "records.md").read_text("utf-8"),
    )


@pytest.fixture(scope="module")
def made(review, tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    return run(write_review(review, folder / "raw"), folder / "made")


def decision(row, word):
    pair = {name: row[name] for name in ("record_a", "record_b")}
    return pair | {"decision": word, "who": "Made up", "when": "2024-04-01", "why": "made up"}


def test_every_record_in_is_a_record_out(review, made):
    tables, numbers, _ = made
    assert {row["record"] for row in tables["records"]} == set(review.works)
    for source in review.sources:
        found = numbers[f"records.{source['source']}.identified"]
        assert found["text"] == source["expected"]
        assert found["basis"] == [f"sources:{source['source']}"]


def test_identified_is_unique_plus_duplicates_in_all_and_in_each_source(review, made):
    tables, numbers, _ = made
    bases = ["records", *(f"records.{row['source']}" for row in review.sources)]
    for base in bases:
        values = {
            item: numbers[f"{base}.{item}"]["value"]
            for item in ("identified", "duplicates", "unique")
        }
        assert values["identified"] == values["unique"] + values["duplicates"]
    by_rule = [
        n["value"] for name, n in numbers.items() if name.startswith("records.duplicates_by.")
    ]
    assert sum(by_rule) == numbers["records.duplicates"]["value"]
    assert numbers["records.unique"]["value"] == sum(
        not row["duplicate_of"] for row in tables["records"]
    )
    assert numbers["records.uncertain"]["value"] == len(tables["uncertain"]) > 0


def test_a_kept_record_is_of_the_first_source_and_has_what_its_duplicates_add(made):
    rows = {row["record"]: row for row in made[0]["records"]}
    order = {name: place for place, name in enumerate(rows)}
    filled = [row for row in rows.values() if row["merged"]]
    assert filled
    for row in rows.values():
        kept = rows[row["group"]]
        assert not kept["duplicate_of"]
        assert order[kept["record"]] <= order[row["record"]]
        assert bool(row["duplicate_of"]) == bool(row["rule"])
        assert kept["doi"] or not row["doi"]
    for row in filled:
        assert not row["duplicate_of"]
        for part in row["merged"].split("; "):
            name, _, other = part.partition(" from ")
            assert row[name] == rows[other][name] not in ("", None)
            assert rows[other]["duplicate_of"] == row["record"]


def test_every_number_that_the_section_prints_is_in_the_registry(made):
    _, numbers, section = made
    printed = set(COUNTED.findall(section))
    assert printed <= set(numbers)
    assert {"records.identified", "records.uncertain", "records.wos.unique"} <= printed
    assert "(cryoneurolysis OR cryoablation) AND pain" in section


def test_a_decision_closes_its_pair_and_joins_the_tables(review, made, tmp_path):
    first = made[0]["uncertain"][0]
    for word in ("same", "different"):
        raw = write_review(review, tmp_path / word / "raw")
        tables, numbers, section = run(raw, tmp_path / word, [decision(first, word)])
        (pair,) = [row for row in tables["pairs"] if row["who"]]
        assert (pair["decision"], pair["rule"], pair["who"]) == (word, "person", "Made up")
        assert numbers["records.uncertain"]["value"] < made[1]["records.uncertain"]["value"]
        assert "Made up" in section


def test_equal_exports_give_equal_bytes_and_another_order_equal_groups(review, made, tmp_path):
    raw = write_review(review, tmp_path / "raw")
    assert run(raw, tmp_path / "again") == made
    text = (raw / "records/embase.ris").read_bytes()
    blocks = text.split(b"ER  - \r\n\r\n")[:-1]
    (raw / "records/embase.ris").write_bytes(
        b"".join(one + b"ER  - \r\n\r\n" for one in reversed(blocks))
    )
    tables, numbers, _ = run(raw, tmp_path / "reversed")
    assert numbers["records.unique"]["value"] == made[1]["records.unique"]["value"]
    assert members(tables["records"]) == members(made[0]["records"])


def members(rows):
    groups = {}
    for row in rows:
        groups.setdefault(row["group"], set()).add(row["record"])
    return {frozenset(group) for group in groups.values()}


def test_a_damaged_export_leaves_no_tables_behind(review, tmp_path):
    raw = write_review(review, tmp_path / "raw")
    path = raw / "records/wos.txt"
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(InputError, match="records/wos.txt, line"):
        run(raw, tmp_path / "made")
    assert not (tmp_path / "made").exists()


def test_no_records_at_all_are_counted_as_none(tmp_path):
    (tmp_path / "raw").mkdir()
    row = made_up_review(1).sources[0] | {"file": "", "expected": "0"}
    write_cells("sources", [row], tmp_path / "raw")
    tables, numbers, section = run(tmp_path / "raw", tmp_path / "made")
    assert tables["records"] == []
    assert numbers["records.identified"]["value"] == 0
    assert "nothing found" in section
