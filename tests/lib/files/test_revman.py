"""workflow/lib/files/revman.py: what is read, what is told, what is refused; mutated files end in words."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.projects.revman_made_up import (
    ASPIRIN,
    LOG_RANK,
    SCORES,
    halves_of,
    in_subgroups,
    outcome,
    peto_of_patients,
    review,
    whole_review,
)
from workflow.lib.errors import InputError
from workflow.lib.files.revman import read_rm5

GOOD = whole_review()
SMALL = review(("A", [outcome("DICH", 1, "Deaths", "OR", "MH", ASPIRIN)]))


def read(folder, text):
    path = folder / "x.rm5"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_rm5(path)


def refusal(folder, text):
    with pytest.raises(InputError) as refused:
        read(folder, text)
    return str(refused.value)


def test_studies_outcomes_and_settings_are_read(tmp_path):
    found = read(tmp_path, GOOD)
    assert (found.program, found.identifier) == ("RevMan 5.4", "10.1002/made.up")
    assert len(found.outcomes) == 21
    first = found.outcomes[0]
    assert (first.measure, first.method, first.level, first.log) == ("OR", "MH", 95.0, True)
    assert first.names == ("Aspirin against placebo", "Deaths", "")
    assert [cell.text for cell in first.rows[0].cells] == ["49", "615", "67", "624"]
    assert found.studies[0].year == 1974


def test_what_is_not_read_is_named(tmp_path):
    other = "<OTHER_OUTCOME><NAME>Words</NAME></OTHER_OUTCOME><IPD_OUTCOME NO='7'/><NOVEL_OUTCOME/>"
    text = SMALL.replace("</COMPARISON>", f"{other}</COMPARISON>")
    text = text.replace('EVENTS_1="49"', 'EVENTS_1="49" HALO="1"')
    notes = "\n".join(read(tmp_path, text).notes)
    assert "MAIN_TEXT" in notes
    assert "1 x <OTHER_OUTCOME>: there are no numbers in a table of text" in notes
    assert "outcome 1.7 (): no studies in it" in notes
    assert "1 x <NOVEL_OUTCOME>: unknown to this reader" in notes
    assert "unknown to this reader, not imported: HALO" in notes


def test_observed_less_expected_events_and_their_variance_are_read(tmp_path):
    hazards = outcome("IPD", 1, "Time to relapse", "O-E", "PETO", LOG_RANK)
    events = hazards.replace('O_E="-4.0"', 'O_E="-4.0" EVENTS_1="11" TOTAL_1="0"')
    found = read(tmp_path, review(("A", [events, peto_of_patients(2, random=True)])))
    first, second = found.outcomes
    assert (first.measure, first.log, first.method, first.kind) == ("HR", True, "EE", "generic")
    assert (second.measure, second.log, second.method) == ("LOR", True, "DL")
    cells = [(cell.quantity, cell.group, cell.quote) for cell in first.rows[0].cells]
    assert cells == [
        ("o_minus_e", "both", 'O_E="-4.0"'),
        ("o_minus_e_var", "both", 'VAR="8.0"'),
    ]
    assert any("not analysed, not imported: EVENTS_1" in note for note in found.notes)


def test_a_bad_cell_of_observed_less_expected_events_is_named(tmp_path):
    text = review(("A", [peto_of_patients(1)])).replace('O_E="-4.0"', 'O_E="few"')
    said = refusal(tmp_path, text.replace(' VAR="12.0"', ""))
    assert "study Elm 2010, O_E: 'few' is not a number" in said
    assert "study Fir 2012, VAR: is missing; a number is expected" in said


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"TOTALS": "NO"}, "the file asks for no total"),
        ({"SWAP_EVENTS": "YES"}, "it counts those without the event"),
        ({"ESTIMABLE": "NO"}, "RevMan calls it not estimable"),
    ],
)
def test_an_outcome_that_is_not_pooled_says_why(tmp_path, more, reason):
    odd = outcome("DICH", 2, "Odd", "OR", "MH", ASPIRIN)
    for name, value in more.items():
        before = odd.partition(f'{name}="')
        odd = before[0] + f'{name}="{value}"' + before[2].partition('"')[2]
    good = outcome("DICH", 1, "Deaths", "OR", "MH", ASPIRIN)
    found = read(tmp_path, review(("A", [good, odd])))
    assert len(found.outcomes) == 1
    assert any("outcome 1.2 (Odd)" in note and reason in note for note in found.notes)


DEATHS = in_subgroups("DICH", 1, "Deaths", "OR", "MH", halves_of(ASPIRIN))


def subgroups_of(found):
    return [(o.subgroup, o.names[2], len(o.rows)) for o in found.outcomes]


def test_subtotals_without_a_total_are_analyses_of_their_own(tmp_path):
    alone = DEATHS.replace('TOTALS="YES"', 'TOTALS="SUB"')
    found = read(tmp_path, review(("A", [alone])))
    assert subgroups_of(found) == [(1, "Early", 3), (2, "Late", 4)]


def test_an_outcome_with_a_total_keeps_its_subgroups_and_the_test_between_them(tmp_path):
    (found,) = read(tmp_path, review(("A", [DEATHS]))).outcomes
    assert [(one.number, one.name) for one in found.subtotals] == [(1, "Early"), (2, "Late")]
    assert [row.subgroup for row in found.rows] == [1, 1, 1, 2, 2, 2, 2]
    early = {one.quantity: one.text for one in found.subtotals[0].results}
    assert early["df"] == "2"
    assert early["estimate"].startswith("0.749087")  # exp(-0.288899), metafor's rma.mh
    tested = {one.quantity: float(one.text) for one in found.differences}
    assert tested.keys() == {"QM", "QMp", "I2", "df"}
    assert (tested["QM"], tested["df"]) == (pytest.approx(3.60446760748, rel=1e-9), 1.0)


def test_a_test_that_the_file_does_not_ask_for_is_none(tmp_path):
    text = review(("A", [DEATHS])).replace('SUBGROUP_TEST="YES"', 'SUBGROUP_TEST="NO"')
    (found,) = read(tmp_path, text).outcomes
    assert found.differences == ()
    assert len(found.subtotals) == 2


def test_one_subgroup_with_an_estimate_is_no_analysis_by_subgroups(tmp_path):
    at = DEATHS.index("<DICH_SUBGROUP")
    text = DEATHS[:at] + DEATHS[at:].replace('ESTIMABLE="YES"', 'ESTIMABLE="NO"', 1)
    (found,) = read(tmp_path, review(("A", [text]))).outcomes
    assert (found.subtotals, found.differences) == ((), ())
    assert {row.subgroup for row in found.rows} == {0}


def test_the_test_of_subgroups_without_a_total_is_told_with_its_numbers(tmp_path):
    alone = DEATHS.replace('TOTALS="YES"', 'TOTALS="SUB"')
    notes = read(tmp_path, review(("A", [alone]))).notes
    (told,) = [note for note in notes if "subgroup differences" in note]
    assert 'outcome 1.1 (Deaths): the test for subgroup differences (Q="3.604' in told
    assert "asks for no total" in told


def test_subgroups_with_one_number_and_bad_results_are_refused_with_their_place(tmp_path):
    twice = DEATHS.replace('NO="2"', 'NO="1"')
    assert "outcome 1.1 (Deaths): subgroup 1 stands there twice" in refusal(
        tmp_path, review(("A", [twice]))
    )
    at = DEATHS.index("<DICH_SUBGROUP")
    bad = DEATHS[:at].replace(' Q="', ' Q="x') + DEATHS[at:].replace(' CHI2="', ' CHI2="y', 1)
    said = refusal(tmp_path, review(("A", [bad])))
    assert "outcome 1.1 (Deaths), Q: 'x3.604" in said
    assert "outcome 1.1 (Deaths), subgroup 1 (Early), CHI2: 'y0.497" in said


def test_every_bad_cell_is_named_with_its_outcome_study_and_attribute(tmp_path):
    text = SMALL.replace('EVENTS_1="49"', 'EVENTS_1="forty"').replace(' TOTAL_2="771"', "")
    said = refusal(tmp_path, text)
    assert "outcome 1.1 (Deaths), study MRC-1 1974, EVENTS_1: 'forty' is not a number" in said
    assert "study CDP 1976, TOTAL_2: is missing; a number is expected" in said


def test_an_unknown_study_method_or_measure_is_named(tmp_path):
    text = SMALL.replace('STUDY_ID="STD-GASP-1979"', 'STUDY_ID="STD-nobody"')
    assert "STUDY_ID: 'STD-nobody' is none of the studies of the file" in refusal(tmp_path, text)
    assert "METHOD 'PETO' with RANDOM 'YES'" in refusal(
        tmp_path,
        SMALL.replace('METHOD="MH"', 'METHOD="PETO"').replace('RANDOM="NO"', 'RANDOM="YES"'),
    )
    odd = SMALL.replace('EFFECT_MEASURE="OR"', 'EFFECT_MEASURE="NNT"')
    assert "EFFECT_MEASURE 'NNT' is none of RR, OR, RD" in refusal(tmp_path, odd)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the file is empty"),
        (GOOD[: len(GOOD) // 2], "not well-formed XML"),
        ("<html/>", "its root is <html>, not <COCHRANE_REVIEW>"),
        (b"PK\x03\x04rest", "a zip file, not RevMan 5 XML"),
        ("<COCHRANE_REVIEW/>", "no analysis with data in it"),
        (b"\x00\x01\x02", "not well-formed XML"),
    ],
)
def test_what_is_no_whole_file_is_refused_in_words(tmp_path, text, words):
    assert words in refusal(tmp_path, text)


def test_entities_are_never_expanded_and_outside_files_never_read(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret words")
    body = SMALL.partition("?>")[2].replace("Deaths", "&x;")
    for declared in (f'<!ENTITY x SYSTEM "file://{secret}">', '<!ENTITY x "expanded">'):
        said = refusal(tmp_path, f'<?xml version="1.0"?><!DOCTYPE r [{declared}]>{body}')
        assert "declares XML entities" in said
        assert "secret words" not in said


def test_a_bomb_of_entities_is_refused_at_once(tmp_path):
    lol = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    bomb = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY l0 "lol">{lol}]><COCHRANE_REVIEW>&l9;</COCHRANE_REVIEW>'
    assert "these are never read" in refusal(tmp_path, bomb)


def test_two_analyses_with_one_number_are_refused(tmp_path):
    twice = outcome("DICH", 1, "Deaths", "OR", "MH", ASPIRIN)
    assert "analysis 1.1 stands there twice" in refusal(tmp_path, review(("A", [twice, twice])))


def test_a_stored_result_that_is_no_number_is_left_out_and_told(tmp_path):
    deaths = outcome("DICH", 1, "Deaths", "OR", "MH", ASPIRIN)
    at = deaths.index('CI_END="') + 8
    odd = deaths[:at] + "Infinity" + deaths[deaths.index('"', at) :]
    found = read(tmp_path, review(("A", [odd])))
    assert "ci_ub" not in {result.quantity for result in found.outcomes[0].results}
    assert any("CI_END: 'Infinity' is no finite number" in note for note in found.notes)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match="there is no such file"):
        read_rm5(tmp_path / "nothing.rm5")


MUTATIONS = st.lists(
    st.tuples(
        st.sampled_from(["delete", "insert", "replace", "cut"]),
        st.integers(0, 10**6),
        st.integers(1, 40),
        st.sampled_from(
            ["", '"', "<", "&", "\x00", "NaN", "-1", "1e999", "é", "]]>", " ", "9" * 400]
        ),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MUTATIONS)
def test_a_mutated_file_is_read_or_refused_in_words(tmp_path, changes):
    text = review(
        ("A", [outcome("DICH", 1, "D", "OR", "MH", ASPIRIN)]),
        ("B", [outcome("CONT", 1, "S", "MD", "IV", SCORES), peto_of_patients(2), DEATHS]),
    )
    for kind, place, length, words in changes:
        at = place % max(1, len(text))
        after = {"delete": at + length, "insert": at, "replace": at + length, "cut": len(text)}[
            kind
        ]
        text = text[:at] + ("" if kind in ("delete", "cut") else words) + text[after:]
    try:
        found = read(tmp_path, text)
    except InputError as error:
        assert str(error).strip()
    else:
        assert found.outcomes
