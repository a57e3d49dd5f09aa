"""Several estimates of one trial: Berkey et al. (1998) as a review, its trials in columns of its own."""

import json

import pytest

from tests.agreement import table
from tests.made_up import analysis, config_for_made_up, rows_of, study_of
from tests.pipeline import pipeline, read_cells
from workflow.lib.errors import InputError

BERKEY = table("dat.berkey1998")
EXAMINE = {
    "multivariate": {
        **{"cluster": "trial", "inner": "measured", "struct": "UN"},
        **{"formula": "~ measured - 1", "errors": {"rho": "r_errors"}},
    },
    "multilevel": {"cluster": "trial", "errors": {"rho": "r_errors"}},
    "aggregated": {"cluster": "trial", "errors": {"rho": 0.5}},
    "weighted": {"by": "weight", "method": "GENQ"},
}
ARM = "active vs sham"


def name(row):
    return f"trial{BERKEY['trial'][row]:.0f}_{BERKEY['outcome'][row].lower()}"


def sources(**examine):
    """Differences with their standard errors, one study key for each outcome of a trial."""
    config = config_for_made_up()
    model = {"method": "ML", "test": "z", "level": 95}
    one = analysis("GEN", arms=[ARM], model=model, examine=EXAMINE | examine)
    config["analyses"], config["headline"] = {"primary": one}, {"primary": "primary"}
    for key in ("method_search", "multiverse", "r_tipping"):  # of the first review, and optional
        config.pop(key, None)
    studies = [next(row for row in read_cells("studies") if row["role"] == "review")]
    extraction = []
    for row, (yi, vi) in enumerate(zip(BERKEY["yi"], BERKEY["vi"], strict=True)):
        first = row - row % 2
        both = (BERKEY["v1i"][first], BERKEY["v2i"][first], BERKEY["v2i"][first + 1])
        own = {
            **{"trial": f"t{BERKEY['trial'][row]:.0f}", "measured": BERKEY["outcome"][row]},
            **{"r_errors": repr(both[1] / (both[0] * both[2]) ** 0.5), "weight": str(row + 1)},
        }
        studies.append(study_of(name(row), design="randomised_trial", **own))
        values = {"difference": f"{yi:.2f}", "difference_se": f"{vi**0.5:.12f}"}
        extraction += rows_of(name(row), ARM, "1 year", **values)
    return {"config": config, "studies": studies, "extraction": extraction}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    made = pipeline(tmp_path_factory.mktemp("several") / "p", **sources())
    made.registry = made.numbers()
    return made


def test_the_published_bivariate_fit_is_in_the_registry(run):
    expected = {
        **{"beta.measuredAL": -0.337938, "beta.measuredPD": 0.344839},
        **{"tau2.AL": 0.026145, "tau2.PD": 0.007002, "rho": 0.699230},
    }
    for field, value in expected.items():
        number = run.registry[f"examined.primary.multivariate.{field}"]
        assert number["value"] == pytest.approx(value, abs=2e-6), field  # six decimals
        assert len(number["rows"]) == 20
    assert run.registry["examined.primary.multivariate.tau2.AL"]["unit"] == "squared points"
    assert run.registry["examined.primary.multivariate.rho"]["unit"] == "correlation"
    pval = run.registry["examined.primary.multivariate.pval.measuredAL"]
    assert (pval["text"], pval["unit"]) == ("<0.001", "probability")


def test_every_procedure_answers(run):
    record = json.loads((run.folder / "robustness/examined_primary.json").read_text())
    assert {one["name"]: one["reason"] for one in record["examined"]} == dict.fromkeys(EXAMINE, "")


def test_the_report_shows_them(run):
    run.draw()
    texts = run.write()
    assert "{{< num examined.primary.multivariate.beta.measuredAL >}}" in texts["results"]
    assert "{{< num examined.primary.weighted.tau2 >}}" in texts["results"]


def test_a_column_that_is_not_there_stops_the_run_before_it_begins(tmp_path):
    wrong = sources(multilevel={"cluster": "trail"})
    with pytest.raises(InputError, match="no column 'trail'; did you mean 'trial'"):
        pipeline(tmp_path / "p", **wrong).numbers()
    assert not (tmp_path / "p/effects").exists()
