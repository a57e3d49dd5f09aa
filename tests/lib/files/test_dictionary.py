"""workflow/lib/files/dictionary.py: every column of every raw table is explained."""

from workflow.lib.files.check import TABLES
from workflow.lib.files.dictionary import dictionary_text
from workflow.lib.files.schemas import load_schema


def test_every_column_of_every_raw_table_has_its_line_with_its_words():
    text = dictionary_text()
    for name in TABLES:
        part = text.partition(f"## {name}.csv\n")[2].partition("\n## ")[0]
        columns = load_schema(name)["properties"]
        lines = [line for line in part.splitlines() if line.startswith("| `")]
        assert [line.split("`")[1] for line in lines] == list(columns)
        for line, rule in zip(lines, columns.values(), strict=True):
            assert rule["description"].replace("|", "\\|") in line


def test_a_table_of_the_dictionary_keeps_its_columns():
    for line in dictionary_text().splitlines():
        if line.startswith("|"):
            assert line.replace("\\|", "").count("|") == 4
