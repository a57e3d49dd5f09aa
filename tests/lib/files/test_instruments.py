"""workflow/lib/files/instruments.py: those of the workflow, those of a review, and files that are none."""

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workflow.lib.errors import InputError
from workflow.lib.files import instruments
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
        ("mine.yaml", "a: &x [1]\nb: [*x]\n", "line 2: '*x' refers to another place"),
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


def test_a_bomb_of_aliases_is_refused_at_once(tmp_path):
    lines = [f"  - &a{n + 1} [{', '.join([f'*a{n}'] * 10)}]" for n in range(12)]
    bomb = "\n".join(["judgements:", "  - &a0 [lol]", *lines])
    write(tmp_path, "mine.yaml", f"{own()}\n{bomb}\n")
    with pytest.raises(InputError, match="refers to another place"):
        read_instruments(tmp_path)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.integers(0, 10**4),
            st.integers(0, 40),
            st.sampled_from(
                ["", ":", "- ", "{", "[", "&a ", "*a", "!!", "\t", "1: 2\n", "\x00", "é"]
            ),
        ),
        max_size=4,
    )
)
def test_a_mutated_instrument_is_read_or_refused_in_words(tmp_path, monkeypatch, changes):
    monkeypatch.setattr(instruments, "SCHEMAS", tmp_path / "none are shipped")
    text = MINE
    for place, length, words in changes:
        at = place % (len(text) + 1)
        text = text[:at] + words + text[at + length :]
    write(tmp_path, "mine.yaml", text)
    try:
        found = read_instruments(tmp_path)
    except InputError as error:
        assert "instruments/mine.yaml" in str(error)
    else:
        assert set(found) == {"mine"}


MINE = own()
