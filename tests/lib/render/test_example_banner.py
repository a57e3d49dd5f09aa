"""workflow/lib/render/example_banner.py: a report on example data says so, loudly, until the last row."""

from types import SimpleNamespace

import pytest

from workflow.lib.render.example_banner import example_banner

REAL = "doi:10.1000/xyz"
EXAMPLE = "EXAMPLE: replace this row"


def facts(**sources):
    found = {name: [] for name in ("extraction", "studies", "raw_flow", "claims")}
    for name, source in sources.items():
        column = "reference" if name == "studies" else "source"
        found[name] = [{column: REAL, "slab": "Real 1999"}, {column: source, "slab": "Example A"}]
    return SimpleNamespace(**found)


@pytest.mark.parametrize("name", ["extraction", "studies", "raw_flow", "claims"])
def test_one_example_row_in_any_table_is_enough(name):
    banner = example_banner(facts(**{name: EXAMPLE}))
    assert "This report holds example data" in banner
    assert f"data/raw/{name.removeprefix('raw_')}.csv" in banner
    assert banner.startswith("::: {.callout-warning}")


def test_it_names_the_studies_that_are_examples_and_no_other():
    banner = example_banner(facts(studies=EXAMPLE))
    assert "Example A" in banner
    assert "Real 1999" not in banner


@pytest.mark.parametrize("source", [REAL, "", None, "An EXAMPLE of good practice (2001)"])
def test_without_an_example_row_it_says_nothing(source):
    assert example_banner(facts(extraction=source, studies=source)) == ""
