"""Certainty, checklist, protocol and retractions on the trials of Colditz et al. (1994) with made-up judgements."""

import copy
import csv
import io
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as quick
from hypothesis import strategies as st

from tests.end_to_end.test_counts import extraction, studies
from tests.made_up import config_for_made_up
from tests.pipeline import pipeline, write_raw
from tests.projects import certainty_made_up as made_up
from workflow.commands.in_process import write_cells, write_seal
from workflow.commands.in_process_books import closing_books
from workflow.lib.errors import InputError
from workflow.lib.files.tables import write_rows
from workflow.lib.render.shortcodes import ids_in
from workflow.lib.review.certainty.words import DOWNGRADES
from workflow.scripts.check_inputs import check_review

OWN = {
    **{"rrr": 0.25, "control_risk": 0.05, "control_risk_source": "made up"},
    "thresholds": [0.75, 1.25],
}
METHOD = "analyses.primary.model.method"
RETRACTED = "10.1000/made.up"


def config_of():
    config = config_for_made_up()
    for key in ("method_search", "multiverse", "r_tipping"):
        config.pop(key, None)  # they name studies of the first review
    own = config["analyses"]["primary"]
    own |= {"measure": "RR", "arms": ["single"], "comparator": ["sham"], "examine": {}}
    config["analyses"] = {"primary": own}
    config["headline"] = {"primary": "primary"}
    config["certainty"] = {"alpha": 0.05, "power": 0.8, "analyses": {"primary": OWN}}
    config["retractions"] = {"snapshot": "2026-01-31"}
    return config


def tables(config):
    """Every optional table of these books, made up."""
    return {
        "certainty": made_up.judgements(config["analyses"], seed=3),
        "protocol": made_up.protocol(
            config, changes={METHOD: "DL", "conversions.skewness": "refuse"}
        ),
        "deviations": made_up.deviations([METHOD]),
        "checklist": made_up.checklist(["3", "25"]),
        "retraction_watch": made_up.snapshot([(RETRACTED.upper(), "0", "Retraction")]),
    }


def own_studies():
    rows = studies()
    rows[3]["reference"] = f"made up for a test, doi:{RETRACTED}."
    return rows


def rows_in(path):
    """Rows of a table as dicts of text."""
    return list(csv.DictReader(io.StringIO(Path(path).read_text(encoding="utf-8"))))


def run_of(folder, config, rows, optional):
    """A Pipeline with optional raw tables and made-up risk of bias, after collect_numbers."""
    made = pipeline(folder, config=config, extraction=rows, studies=own_studies())
    for name, table in optional.items():
        if isinstance(table, bytes):
            (made.raw / f"{name}.csv").write_bytes(table)
        else:
            write_cells(name, table, made.raw)
    write_seal(made.raw)
    trials = [row["study"] for row in own_studies() if row["role"] != "review"]
    bias = made_up.risk_of_bias(trials)
    write_rows(bias, made.path("tables/risk_of_bias.csv"), "bias_judgements")
    made.registry = made.numbers()
    return made


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    config = config_of()
    return run_of(tmp_path_factory.mktemp("certainty") / "p", config, extraction(), tables(config))


def table(run, name):
    """Rows of one of the tables of results."""
    return rows_in(run.path(f"tables/{name}.csv"))


def test_the_summary_has_persons_events_risks_and_the_information_size(run):
    value = {name: number["value"] for name, number in run.registry.items()}
    assert value["certainty.primary.participants"] == 357347  # sum of the 26 groups
    assert value["certainty.primary.events"] == 1065 + 1510  # vaccinated and not
    assert value["certainty.primary.ratio"] == pytest.approx(0.4894, abs=5e-5)  # exp(-0.714532)
    assert value["certainty.primary.assumed"] == pytest.approx(50)
    assert value["certainty.primary.risk"] == pytest.approx(24.47, abs=0.005)
    assert run.registry["certainty.primary.difference"]["text"] == "-26"
    assert value["certainty.primary.ois"] == 2 * 4202  # risks of 0.05 and 0.0375


def test_every_domain_has_a_person_and_only_so_is_there_a_level(run):
    (finding,) = table(run, "findings")
    assert finding["certainty"] in ("very_low", "low", "moderate", "high")
    assert finding["who"]
    domains = table(run, "certainty")
    assert {row["domain"] for row in domains} >= set(DOWNGRADES)
    assert {row["status"] for row in domains} <= {"accepted", "overridden", "judged"}


def test_without_the_last_name_the_level_is_gone(run, tmp_path):
    own = tables(run.config)
    own["certainty"] = [row for row in own["certainty"] if row["domain"] != "indirectness"]
    (finding,) = table(run_of(tmp_path / "p", run.config, extraction(), own), "findings")
    assert (finding["certainty"], finding["who"]) == ("not_rated", "")
    assert finding["open"] == "indirectness"


def test_every_printed_number_is_in_the_registry(run):
    for book in ("certainty", "retractions", "checklist"):
        text = Path(run.path(f"books/{book}.md")).read_text(encoding="utf-8")
        assert set(ids_in(text)) <= set(run.registry)


def test_a_changed_cell_moves_the_numbers_that_name_it_and_no_other(run, tmp_path):
    rows = extraction()
    cell = next(row for row in rows if row["quantity"] == "events" and row["arm"] == "single")
    cell["value"] = str(int(cell["value"]) + 1)
    other = run_of(tmp_path / "p", run.config, rows, tables(run.config))
    before, after = (
        {name: one for name, one in made.registry.items() if name.startswith("certainty.")}
        for made in (run, other)
    )
    naming = {name for name, number in before.items() if cell["id"] in number["rows"]}
    idle = {name for name in naming if cell["id"] in before[name]["stands"]}
    moved = {name for name in before if before[name]["value"] != after[name]["value"]}
    assert "certainty.primary.events" in moved
    assert naming - idle <= moved <= naming


def test_deviations_stand_with_their_reason_or_without(run):
    rows = {row["path"]: row for row in table(run, "protocol")}
    assert rows[METHOD]["reason"] == made_up.SAID
    assert rows["conversions.skewness"] | {"reason": ""} == rows["conversions.skewness"]
    assert run.registry["protocol.deviations"]["value"] == 2
    assert run.registry["protocol.unexplained"]["value"] == 1


def test_a_retracted_study_warns_beside_the_answer(run):
    assert "Trial 3 (retracted)" in (run.folder / "books/retractions.md").read_text()
    assert run.registry["retractions.retraction"]["value"] == 1
    assert run.registry["retractions.cannot_be_checked"]["value"] == 12


def test_a_persons_items_are_stated_and_protocol_and_rating_answer_theirs(run):
    items = {
        row["item"]: row["status"] for row in table(run, "checklist") if row["checklist"] == "main"
    }
    assert items["3"] == items["25"] == "stated"
    assert items["24c"] == items["22"] == items["21"] == "answered"
    assert items["23a"] == "open"


@pytest.mark.end_to_end
def test_every_link_of_the_checklist_has_its_target_in_the_page(built_project):
    page = (built_project / "results/report/index.html").read_text(encoding="utf-8")
    rows = rows_in(built_project / "results/tables/checklist.csv")
    linked = {
        place
        for row in rows
        if row["status"] == "answered"
        for place in row["where"].split(";")
        if place
    }
    assert len(linked) > 8
    for anchor in linked | {"sec-certainty", "sec-checklist", "sec-prisma", "sec-retractions"}:
        assert re.search(rf'id="{anchor}"', page), anchor
        if anchor in linked:
            assert f'href="#{anchor}"' in page


@pytest.mark.end_to_end
def test_the_first_review_has_no_rating_and_says_so(built_project):
    rows = rows_in(built_project / "results/tables/findings.csv")
    assert {(row["certainty"], row["who"]) for row in rows} == {("not_rated", "")}
    page = (built_project / "results/report/index.html").read_text(encoding="utf-8")
    assert "The certainty is not rated." in page
    assert "Registered as CRD42024543085; its decisions are not readable here" in page
    assert page.count('id="sec-retractions"') == 1


# --- bad input ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A raw folder with every optional table of these books."""
    folder = write_raw(
        tmp_path_factory.mktemp("raw") / "raw", extraction=extraction(), studies=own_studies()
    )
    for name, rows in tables(config_of()).items():
        if isinstance(rows, bytes):
            (folder / f"{name}.csv").write_bytes(rows)
        else:
            write_cells(name, rows, folder)
    write_seal(folder)
    return folder


def test_the_made_up_tables_are_accepted(place):
    checked = check_review(place, config_of())
    assert {"certainty.csv", "protocol.csv", "deviations.csv", "checklist.csv"} <= set(
        checked["files"]
    )


def test_all_problems_of_all_tables_are_told_at_once(place):
    good = {name: (place / f"{name}.csv").read_bytes() for name in tables(config_of())}
    config = config_of()
    del config["retractions"]
    try:
        text = good["certainty"].decode().replace("primary,imprecision", "primry,imprecision", 1)
        (place / "certainty.csv").write_text(text)
        (place / "checklist.csv").write_text("checklist,item,where,note\nmain,99,,x\n")
        (place / "deviations.csv").write_text(f"path,reason,who,date\n{METHOD}x,y,A,2026-01-31\n")
        write_seal(place)
        with pytest.raises(InputError) as refusal:
            check_review(place, config)
    finally:
        for name, content in good.items():
            (place / f"{name}.csv").write_bytes(content)
        write_seal(place)
    text = str(refusal.value)
    for words in (
        "did you mean 'primary'?",
        "'99' is no item",
        f"did you mean '{METHOD}'?",
        "add retractions.snapshot",
    ):
        assert words in text


@quick(max_examples=60)
@given(st.sampled_from(["certainty", "protocol", "deviations", "checklist"]), st.data())
def test_a_mutated_table_is_accepted_or_refused_with_sentences(place, name, data):
    path, config = place / f"{name}.csv", copy.deepcopy(CONFIG)
    good = path.read_bytes()
    start = data.draw(st.integers(0, len(good)))
    put = data.draw(
        st.sampled_from(
            [b"", b'"', b",", b"\n", b"\xff", b"\0", b"=1", b"!!x", b"[", "\u2295".encode()]
        )
    )
    try:
        path.write_bytes(good[:start] + put + good[start + data.draw(st.integers(0, 40)) :])
        write_seal(place)
        check_review(place, config)
    except InputError as error:
        assert all(problem and "\n" not in problem.strip() for problem in error.problems)
    finally:
        path.write_bytes(good)
        write_seal(place)


WORDS = [
    *("", "none", "serious", "very_serious", "large", "2026-01-31", "2026-02-30", "primary", "0"),
    *("other.x", "analyses.primary.model", "{}", "[1, 2]", "~", "REML", "main", "abstract", "10a"),
    *("#sec-summary", "{primary.beta}", "{{< num no.such >}}", "a | b", "<b>", "$x^2$", "=1+1"),
    *("\u202e", "\U0001f600", "::: {.x}", "[^1]", "a\nb", "x" * 3000),
]
KEYS = {  # raw table -> the columns whose cells must be found again, and the table of results
    "certainty": (("analysis", "domain", "judgement"), "certainty"),
    "checklist": (("checklist", "item"), "checklist"),
    "protocol": (("path",), "protocol"),
    "deviations": (("path",), "protocol"),
}


@quick(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(sorted(KEYS)),
    st.lists(st.tuples(*[st.integers(0, 99)] * 2, st.sampled_from(WORDS)), min_size=1, max_size=3),
    st.sampled_from(["as it is", "twice", "gone"]),
)
def test_what_passes_the_check_goes_through_its_rules_and_nothing_of_it_is_lost(
    run, name, changes, last
):
    path, columns = run.raw / f"{name}.csv", KEYS[name][0]
    good = path.read_bytes()
    rows = rows_in(path)
    for place, column, word in changes:
        one = rows[place % len(rows)]
        one[sorted(one)[column % len(one)]] = word
    rows = {"as it is": rows, "twice": [*rows, rows[-1]], "gone": rows[:-1] or rows}[last]
    try:
        write_cells(name, rows, run.raw)
        write_seal(run.raw)
        try:
            check_review(run.raw, copy.deepcopy(run.config))
        except InputError:
            return  # told in words, which the test above looks at
        closing_books(run)
        said = {tuple(row[one] for one in columns) for row in rows_in(path)}
        made = {tuple(row[one] for one in columns) for row in table(run, KEYS[name][1])}
        assert said <= made
    finally:
        path.write_bytes(good)
        write_seal(run.raw)


CONFIG = config_of()
