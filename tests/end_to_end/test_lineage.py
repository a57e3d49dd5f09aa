"""Each cell changed by itself moves only numbers that name it, and each number moves or says why not."""

import pytest

from tests.made_up import HOMOGENEOUS, refusing, studies_of
from tests.perturb import cell_changes, config_changes, nudged, survey
from tests.pipeline import ROOT, merged, read_cells, read_config

ALL_STEPS = (1, -1, 5, -5)  # units of the last printed digit
COUNTED = ("studies", "count", "degrees of freedom", "patients", "claims", "levels")


@pytest.fixture(scope="module")
def of_extraction(tmp_path_factory):
    changes = cell_changes("extraction", read_cells("extraction"), ALL_STEPS)
    return survey(tmp_path_factory.mktemp("extraction") / "p", changes, column="rows")


@pytest.fixture(scope="module")
def of_completed(tmp_path_factory):
    """The made-up completed review: tau2 above zero, k = 4, only the made-up cells are changed."""
    folder = ROOT / "tests/projects/completed_made_up"
    tables, new = merged(folder), {row["id"] for row in read_cells("extraction", folder)}
    changes = cell_changes("extraction", tables["extraction"], (1, -1), only=new)
    return survey(tmp_path_factory.mktemp("completed") / "p", changes, column="rows", **tables)


@pytest.fixture(scope="module")
def of_homogeneous(tmp_path_factory):
    """Made-up studies with tau2 = 0, one from quartiles that pass a test which could refuse them."""
    tables = {"extraction": HOMOGENEOUS, "studies": studies_of(HOMOGENEOUS), "config": refusing()}
    changes = cell_changes("extraction", HOMOGENEOUS, (1, -5))
    return survey(tmp_path_factory.mktemp("homogeneous") / "p", changes, column="rows", **tables)


@pytest.fixture(scope="module", params=["of_extraction", "of_completed", "of_homogeneous"])
def found(request):
    return request.getfixturevalue(request.param)


def test_every_number_that_moves_names_the_changed_row(found):
    assert dict(found.unnamed) == {}


def test_every_named_row_moves_its_number_or_the_number_says_why_not(found, request):
    silent = [
        (name, row)
        for name, number in found.base.items()
        for row in number["rows"]
        if row not in found.moved[name] and row not in number["stands"]
    ]
    tried = {cause for causes in found.moved.values() for cause in causes}
    assert [pair for pair in silent if pair[1] in tried] == []


def test_only_listed_reasons_are_given_and_each_is_true(found):
    base = found.base
    for name, number in base.items():
        for row, reason in number["stands"].items():
            assert row in number["rows"], (name, row)
            assert holds(reason, name, row, base), (name, row, reason)


def holds(reason, name, row, base):
    """Whether the reason why `row` need not move the number is true."""
    number = base[name]
    if reason == "count":
        return number["value"] is None or number["unit"] in COUNTED
    if reason == "clipped at zero":
        pool = ".".join(["pooled", name.split(".")[1], "tau2"])
        at_bound = number["value"] == (1 if name.endswith(".H2") else 0)
        return at_bound or base[pool]["value"] == 0
    if reason == "order statistic":
        return name.endswith((".median_percent", ".mean", ".mean_decrease"))
    return reason == "refused"  # that its rows decide is shown below, by changing them


def test_counts_of_the_first_review_stay_whatever_a_cell_says(of_extraction):
    for name, number in of_extraction.base.items():
        idle = {row for row, reason in number["stands"].items() if reason == "count"}
        if number["value"] is not None:
            assert not idle & of_extraction.moved[name], name


def test_a_refused_row_is_one_of_the_skewness_test_and_can_bring_the_study_back(of_extraction):
    name = "pooled.strict.k"
    stands = of_extraction.base[name]["stands"]
    refused = {row for row, reason in stands.items() if reason == "refused"}
    parts = ("median", "q1", "q3")
    assert refused == {
        "ilfeld2023-active-4m-n",
        *(f"ilfeld2023-active-4m-decrease-{part}" for part in parts),
    }
    assert of_extraction.moved[name] & refused


def test_what_the_check_refuses_names_the_changed_row(of_extraction):
    assert of_extraction.refused
    for cause, _, why in of_extraction.refused:
        assert cause in why or cause.rpartition("-")[0] in why


def test_every_numeric_cell_is_tried_in_every_step(of_extraction):
    cells = [row["value"] for row in read_cells("extraction")]
    numeric = [text for text in cells if text.replace(".", "").lstrip("-").isdigit()]
    assert of_extraction.passes + len(of_extraction.refused) == len(numeric) * len(ALL_STEPS)


def test_the_row_of_each_reported_number_moves_it(of_extraction):
    for row in read_cells("extraction"):
        name = f"reported.{row['id']}"
        if name in of_extraction.base:
            assert row["id"] in of_extraction.moved[name]


def test_every_config_number_is_named_by_what_it_moves(tmp_path):
    config = read_config()
    found = survey(tmp_path / "p", config_changes(config, (1, -1)), column="basis", config=config)
    assert dict(found.unnamed) == {}
    for name in config["assumptions"]:
        assert f"assumptions:{name}" in found.moved["pooled.primary.ci_lb"]
    for name in config["analyses"]:
        assert f"config:analyses.{name}" in found.moved[f"pooled.{name}.level"]
    for name in config["yardsticks"]:
        assert f"config:yardsticks.{name}" in found.moved[f"yardstick.{name}.value"]


def test_the_widest_range_of_r_is_named_where_it_decides(tmp_path):
    tables = merged(ROOT / "tests/projects/completed_made_up")
    config = read_config()
    base = survey(tmp_path / "p", [], column="basis", **tables, config=config).base
    name = "prepared.prologo2017.pain.single.last_follow_up_mean_194_days.r"
    assert "config:conversions.r_range_max" in base[name]["basis"]
    config["conversions"]["r_range_max"] = 0.01
    narrow = survey(tmp_path / "p", [], column="basis", **tables, config=config).base
    assert "config:conversions.r_range_max" in narrow[name]["basis"]
    assert narrow[name]["value"] == config["assumptions"]["r_pre_post"]["value"]
    assert narrow[name]["stands"]["prologo2017-last-sd"] == "refused"


@pytest.mark.parametrize(
    ("table", "key", "column", "kind"),
    [
        ("flow", "box", "value", "flow:"),
        ("claims", "id", "printed", "claims:"),
        ("claims", "id", "level", "claims:"),
    ],
)
def test_every_cell_of_the_small_books_is_named_by_what_it_moves(
    table, key, column, kind, tmp_path
):
    rows = read_cells(table)
    changes = cell_changes(table, rows, (1, -5), key=key, column=column, kind=kind)
    found = survey(tmp_path / "p", changes, column="basis")
    assert found.passes
    assert dict(found.unnamed) == {}


def test_a_nudge_changes_the_last_printed_digit():
    assert nudged("2.0", (1, -5)) == [(1, "2.1"), (-5, "1.5")]
    assert nudged("21", (5,)) == [(5, "26")]
    assert nudged("-0.5", (1,)) == [(1, "-0.4")]
