"""workflow/lib/files/cochrane_package.py and containers.py: packages read, dangers refused, mutations in words."""

import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.projects.cochrane_made_up import REVIEW, files, package
from tests.projects.cochrane_made_up import settings as settings_rows
from tests.projects.cochrane_made_up import text as text_of
from workflow.lib.errors import InputError
from workflow.lib.files.cochrane_package import read_cochrane_package
from workflow.lib.files.cochrane_settings import SETTINGS
from workflow.lib.files.containers import member_of, open_zip

ROWS, OVERALL = "data-rows.csv", "overall-estimates-and-settings.csv"
SUBTOTALS = "subgroup-estimates.csv"


def changed(end, before, after):
    return {
        name: text.replace(before, after, 1) if name.endswith(end) else text
        for name, text in files().items()
    }


def refusal(path):
    with pytest.raises(InputError) as refused:
        read_cochrane_package(path)
    return str(refused.value)


def test_zip_folder_and_single_file_are_the_same_review(tmp_path):
    first = read_cochrane_package(package(tmp_path / "p.zip"))
    with zipfile.ZipFile(tmp_path / "p.zip") as archive:
        archive.extractall(tmp_path / "open")
    second = read_cochrane_package(tmp_path / "open")
    third = read_cochrane_package(next((tmp_path / "open").rglob(f"*{ROWS}")))
    assert first.outcomes == second.outcomes == third.outcomes
    assert first.identifier == REVIEW
    assert [(o.measure, o.method, o.test) for o in first.outcomes] == [
        *(("OR", "MH", "z"), ("RR", "DLMH", "z"), ("RR", "MH", "z"), ("MD", "DL", "z")),
        *(("HR", "EE", "z"), ("OR", "MH", "z"), ("RR", "DLMH", "z"), ("RR", "REML", "knha")),
        *(("MD", "EE", "z"), ("MD", "EE", "z")),
    ]


def test_reml_with_hartung_and_knapp_is_taken_as_declared(tmp_path):
    content = changed(OVERALL, "Random effect,DL", "Random effect,REML")
    content = {
        name: text.replace("Wald-type", "HKSJ") if name.endswith(OVERALL) else text
        for name, text in content.items()
    }
    found = read_cochrane_package(package(tmp_path / "p.zip", content))
    assert ("REML", "knha") in {(o.method, o.test) for o in found.outcomes}


def outcomes_of(path):
    return {(one.number, one.subgroup): one for one in read_cochrane_package(path).outcomes}


def test_an_analysis_keeps_its_subgroups_and_the_test_between_them(tmp_path):
    found = outcomes_of(package(tmp_path / "p.zip"))[6, 0]
    assert [(one.number, one.name) for one in found.subtotals] == [(1, "Early"), (2, "Late")]
    assert [row.subgroup for row in found.rows] == [1, 1, 1, 2, 2, 2, 2]
    assert {one.quantity: one.text for one in found.differences} == {
        **{"QM": "3.60447", "df": "1", "QMp": "0.0576245", "I2": "72.2567"},
    }
    assert tuple(
        one.quote for one in found.subtotals[0].results if one.quantity in ("estimate", "df")
    ) == ("Mean: 0.749088", "Heterogeneity df: 2")


def test_subgroups_without_a_total_are_analyses_of_their_own_and_their_test_is_told(tmp_path):
    path = package(tmp_path / "p.zip")
    found = outcomes_of(path)
    assert [(found[9, n].names[2], len(found[9, n].rows)) for n in (1, 2)] == [
        *(("Early", 2), ("Late", 2)),
    ]
    assert found[9, 1].results
    assert (9, 0) not in found
    (told,) = [one for one in read_cochrane_package(path).notes if "subgroup differences" in one]
    assert (
        "analysis 1.9 (Score by period): the test for subgroup differences (Subgroup Chi²" in told
    )


def test_without_the_file_of_subgroups_they_are_those_of_the_data(tmp_path):
    content = {name: text for name, text in files().items() if "subgroup-est" not in name}
    found = outcomes_of(package(tmp_path / "p.zip", content))[6, 0]
    assert [(one.number, one.results) for one in found.subtotals] == [(1, ()), (2, ())]


def test_the_p_beside_a_t_statistic_is_left_out_and_that_is_told_once(tmp_path):
    path = package(tmp_path / "p.zip")
    found = outcomes_of(path)[8, 0]
    for results in (found.results, *(one.results for one in found.subtotals)):
        quantities = {one.quantity for one in results}
        assert {"tval", "k"} <= quantities
        assert not {"pval", "zval"} & quantities
    notes = [note for note in read_cochrane_package(path).notes if "Hartung-Knapp" in note]
    assert len(notes) == 1


def test_names_are_read_as_a_page_shows_them(tmp_path):
    assert outcomes_of(package(tmp_path / "p.zip"))[8, 0].names[1] == "Deaths < 1 year"


def test_a_subgroup_that_does_not_fit_is_refused_with_its_place(tmp_path):
    def said(before, after, end=SUBTOTALS):
        return refusal(package(tmp_path / "p.zip", changed(end, before, after)))

    assert (
        "subgroup-estimates.csv, row 2, analysis 1.6 (Deaths by period), subgroup 1 (Early), "
        in (said("0.749088", "0.7x9088"))
    )
    assert "row 2, Subgroup: 'Earlier' has no row in data-rows.csv" in said("Early", "Earlier")
    assert "subgroup 2 stands there twice" in said("1,6,Early,1", "1,6,Early,2")
    assert "Subgroup number: 'one' is no number" in said("1,6,Early,1", "1,6,Early,one")
    assert "analysis 1.77 has no row in overall" in said("1,6,Early", "1,77,Early")
    assert "column 'Subgroup' is missing" in said("Analysis number,Subgroup,", "Analysis number,S,")
    odd = changed(ROWS, "SUBGROUP_AND_OVERALL", "ELSEWHERE")
    notes = read_cochrane_package(package(tmp_path / "q.zip", odd)).notes
    assert any("analysis 1.1 (Deaths): Applicability ELSEWHERE" in note for note in notes)


def test_an_analysis_without_an_estimate_is_told(tmp_path):
    table = list(settings_rows())
    table[0] |= {"Mean": ""}
    content = {
        name: text_of(SETTINGS, table) if name.endswith(OVERALL) else text
        for name, text in files().items()
    }
    notes = read_cochrane_package(package(tmp_path / "p.zip", content)).notes
    assert "not imported: analysis 1.1 (Deaths): the package has no estimate of it" in notes


def test_every_bad_cell_is_named_with_its_file_row_and_column(tmp_path):
    content = changed(ROWS, ",49,615,", ",4x9,615,")
    content |= changed(OVERALL, "Risk Ratio", "Number Needed") | {
        name: text for name, text in content.items() if name.endswith(ROWS)
    }
    said = refusal(package(tmp_path / "p.zip", content))
    assert "data-rows.csv, row 2 (MRC-1 1974), Experimental cases: '4x9' is not a number" in said
    assert "row 3, analysis 1.2 (Deaths again), Effect measure: 'Number Needed' is none of" in said


def test_a_share_of_heterogeneity_is_read_as_percent_where_chi_squared_says_so(tmp_path):
    content = changed(OVERALL, "39.6746", "0.396746")
    found = read_cochrane_package(package(tmp_path / "p.zip", content))
    plain = read_cochrane_package(package(tmp_path / "q.zip"))

    def shares(foreign):
        return [float(r.text) for o in foreign.outcomes for r in o.results if r.quantity == "I2"]

    assert content != files()
    assert shares(found) == pytest.approx(shares(plain), rel=1e-4)


def test_unknown_columns_and_skipped_analyses_are_named(tmp_path):
    content = changed(ROWS, "Footnotes\n", "Footnotes,Novelty\n")
    content = {
        name: "\n".join(
            line + ("," if number and name.endswith(ROWS) else "")
            for number, line in enumerate(text.splitlines())
        )
        + "\n"
        for name, text in content.items()
    }
    content |= {
        n: t for n, t in changed(OVERALL, ",true,", ",false,").items() if n.endswith(OVERALL)
    }
    notes = "\n".join(read_cochrane_package(package(tmp_path / "p.zip", content)).notes)
    assert "columns unknown to this reader, not imported: Novelty" in notes
    assert "the review asks for no overall estimate" in notes


def test_a_missing_column_or_file_is_named(tmp_path):
    said = refusal(package(tmp_path / "p.zip", changed(OVERALL, "Data type", "Type of data")))
    assert "column 'Data type' is missing" in said
    one = {name: text for name, text in files().items() if name.endswith(ROWS)}
    assert f"0 files end in -{OVERALL}" in refusal(package(tmp_path / "q.zip", one))
    assert "there is no such file" in refusal(tmp_path / "nothing.zip")


def test_a_row_of_data_without_settings_is_named(tmp_path):
    said = refusal(package(tmp_path / "p.zip", changed(ROWS, "\n1,4,", "\n1,77,")))
    assert "analysis 1.77 has no row in overall-estimates-and-settings.csv" in said


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"x-{ROWS}", b"0" * 50_000_000)
    assert "times its size" in refusal(tmp_path / "bomb.zip")


def test_too_many_files_and_a_locked_one_are_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as archive:
        for number in range(10_001):
            archive.writestr(f"{number}.csv", "")
    assert "10001 files inside" in refusal(tmp_path / "many.zip")
    content = bytearray(package(tmp_path / "p.zip").read_bytes())
    for signature, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        content[content.find(signature) + place] |= 1
    (tmp_path / "locked.zip").write_bytes(content)
    assert "protected by a password" in refusal(tmp_path / "locked.zip")


def test_a_file_that_leads_outside_is_read_by_its_name_only(tmp_path):
    content = {f"../../{name}": text for name, text in files().items()}
    found = read_cochrane_package(package(tmp_path / "p.zip", content))
    assert len(found.outcomes) == 10
    assert not list(tmp_path.parent.glob(f"*{ROWS}"))


def test_an_old_or_locked_office_file_is_named(tmp_path):
    (tmp_path / "x.zip").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600)
    assert "protected by a password, or saved in the old .xls format" in refusal(tmp_path / "x.zip")


def test_a_member_that_is_damaged_is_named(tmp_path):
    path = package(tmp_path / "p.zip")
    content = bytearray(path.read_bytes())
    content[200] ^= 0xFF
    path.write_bytes(content)
    archive = open_zip(path)
    with pytest.raises(InputError, match="is damaged"):
        member_of(archive, archive.namelist()[0], file="p.zip")


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=6),
    st.booleans(),
)
def test_a_mutated_package_is_read_or_refused_in_words(tmp_path, changes, cut):
    content = bytearray(package(tmp_path / "p.zip").read_bytes())
    for place, byte in changes:
        content[place % len(content)] = byte
    content = content[: changes[0][0] % len(content)] if cut else content
    (tmp_path / "m.zip").write_bytes(content)
    try:
        found = read_cochrane_package(tmp_path / "m.zip")
    except InputError as error:
        assert str(error).strip()
    else:
        assert found.outcomes


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.integers(0, 10**6), st.sampled_from(['"', ",", "\n", "\x00", "x", "-", "9" * 50, ";;;", "é"])
)
def test_a_mutated_table_is_read_or_refused_in_words(tmp_path, place, words):
    content = files()
    for name in content:
        at = place % len(content[name])
        content[name] = content[name][:at] + words + content[name][at:]
    try:
        read_cochrane_package(package(tmp_path / "p.zip", content))
    except InputError as error:
        assert str(error).strip()
