"""workflow/lib/files/instruments.py: those of the workflow, those of a review, and files that are none."""

import pytest
import yaml

from workflow.lib.errors import InputError
from workflow.lib.files.instruments import read_instruments

SHIPPED = {
    *("rob2_2019", "robins_i_2016", "robins_i_v2", "generic"),
    *("jbi_case_series_2020", "jbi_case_report_2020"),
}


def write(folder, name, content):
    (folder / "instruments").mkdir(exist_ok=True)
    path = folder / "instruments" / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def own(**changes):
    return yaml.safe_dump(read_instruments("nowhere")["generic"] | {"id": "mine"} | changes)


def test_the_workflow_brings_its_instruments_and_a_review_adds_its_own(tmp_path):
    assert set(read_instruments(tmp_path)) == SHIPPED
    write(tmp_path, "mine.yaml", own())
    assert set(read_instruments(tmp_path)) == SHIPPED | {"mine"}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("mine.yaml", own(id="other"), "id: 'other' is not the name of the file"),
        ("generic.yaml", own(id="generic"), "the workflow has an instrument 'generic' already"),
        ("mine.yaml", own(judgements=[]), "judgements"),
        ("mine.yaml", own(surprise=1), "surprise"),
        ("mine.yaml", own(domains=None), "domains"),
        ("mine.yaml", "a: [1", "cannot be read as YAML"),
        ("mine.yaml", b"\xff\xfe\x00", "cannot be read as YAML in UTF-8"),
        ("mine.yaml", "", "holds no keys"),
        ("mine.yaml", "- a\n", "holds no keys"),
        ("mine.yaml", "!!python/object/apply:os.system ['true']", "cannot be read as YAML"),
        ("mine.yml", own(), "name ends in .yaml"),
    ],
)
def test_a_file_that_is_no_instrument_is_refused_by_name(tmp_path, name, content, words):
    write(tmp_path, name, content)
    with pytest.raises(InputError) as caught:
        read_instruments(tmp_path)
    assert any(words in problem for problem in caught.value.problems), caught.value.problems
    assert all(name.partition(".")[0] in problem for problem in caught.value.problems)


def test_every_bad_file_is_told_at_once(tmp_path):
    write(tmp_path, "a.yaml", "a: [1")
    write(tmp_path, "b.yaml", own(judgements=[]))
    with pytest.raises(InputError, match=r"(?s)a\.yaml.*b\.yaml"):
        read_instruments(tmp_path)
