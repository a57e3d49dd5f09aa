"""The procedures that config.yaml can name: complete, as the schema has them, and they answer."""

import inspect
from pathlib import Path

import numpy as np
import pytest
import yaml

from tests.agreement import effects, table
from workflow.lib.errors import ReviewError
from workflow.lib.stats.examine.catalogue import GROUPS, PROCEDURES
from workflow.lib.stats.examine.examined import Pool, examine

SCHEMA = yaml.safe_load(
    (Path(__file__).parents[4] / "workflow/schemas/config.schema.yaml").read_text(encoding="utf-8")
)
OPTIONS = SCHEMA["$defs"]["procedures"]["properties"]
NEEDED = {
    "bayes": {"tau_prior": {"family": "half_normal", "scale": 0.5}},
    "weighted": {"by": "ablat"},
    "cluster_influence": {"cluster": "alloc"},
    "group_heterogeneity": {"by": "alloc"},
    "meta_regression": {"formula": "~ ablat + alloc"},
    "subgroups": {"by": "alloc"},
    "predicted_effects": {"formula": "~ ablat", "at": [{"ablat": 20}, {"ablat": 50}]},
    "term_tests": {"formula": "~ ablat + alloc"},
    "variance_intervals": {"cluster": "alloc"},
    "vif": {"formula": "~ ablat + alloc"},
    "location_scale": {"scale": "~ ablat"},
    "multilevel": {"cluster": "alloc"},
    "multilevel_influence": {"cluster": "alloc"},
    "multivariate_influence": {"cluster": "alloc", "inner": "decade", "delete": "cluster"},
    "robust": {"cluster": "alloc"},
    "multivariate": {"cluster": "alloc", "inner": "decade"},
    "aggregated": {"cluster": "alloc", "errors": {"rho": 0.5}},
    "selection_model": {"alternative": "less"},
    "selection_sensitivity": {"alternative": "less"},
    "bayes_sensitivity": {
        "tau_priors": [{"family": "half_normal", "scale": s} for s in (0.5, 1.0)],
        "mu_prior": {"mean": 0.0, "sd": 1.0},
    },
}


def bcg(k=13):
    """The trials of Colditz et al. (1994) as a pool of log risk ratios."""
    yi, vi, entry = effects("bcg_rr")
    trials = table("dat.bcg")
    counts = {
        "event_e": trials["tpos"],
        "n_e": np.add(trials["tpos"], trials["tneg"]),
        "event_c": trials["cpos"],
        "n_c": np.add(trials["cpos"], trials["cneg"]),
    }
    return Pool(
        yi=yi[:k],
        vi=vi[:k],
        ni=tuple(int(n) for n in entry["ni"][:k]),
        studies=tuple(map(str, range(k))),
        columns={
            **{name: tuple(trials[name][:k]) for name in ("year", "ablat", "alloc")},
            "decade": tuple(year // 10 for year in trials["year"][:k]),
        },
        inputs={name: tuple(values[:k]) for name, values in counts.items()},
        method="REML",
        test="adhoc",
        level=95.0,
    )


def resolved(rules):
    return SCHEMA["$defs"][rules["$ref"].rsplit("/", 1)[1]] if "$ref" in rules else rules


def test_the_schema_knows_exactly_the_procedures_of_the_library():
    assert list(OPTIONS) == list(PROCEDURES)
    assert len(PROCEDURES) == sum(map(len, GROUPS)), "a name is given twice"


@pytest.mark.parametrize("name", PROCEDURES)
def test_the_schema_knows_exactly_the_options_of_a_procedure(name):
    parameters = inspect.signature(PROCEDURES[name].function).parameters.values()
    options = {one.name: one for one in parameters if one.kind is one.KEYWORD_ONLY}
    rules = resolved(OPTIONS[name])
    assert set(rules.get("properties", {})) == set(options)
    needed = {key for key, one in options.items() if one.default is one.empty}
    assert set(rules.get("required", [])) == needed


@pytest.mark.parametrize("name", PROCEDURES)
def test_every_procedure_answers_with_numbers_a_tag_and_its_source(name):
    (found,) = examine(bcg(), {name: NEEDED.get(name, {})}, PROCEDURES)
    assert found.reason == ""
    numbers = [x for x in found.values.values() if isinstance(x, float)]
    assert numbers or found.by_study
    assert all(np.isfinite(numbers))
    assert all(len(column) == 13 for column in found.by_study.values())
    assert found.tag
    assert found.source


@pytest.mark.parametrize("k", [0, 1, 2])
@pytest.mark.parametrize("name", PROCEDURES)
def test_with_hardly_any_study_a_procedure_answers_or_says_why_not(name, k):
    try:
        (found,) = examine(bcg(k), {name: NEEDED.get(name, {})}, PROCEDURES)
    except ReviewError as error:  # an option that does not fit what few studies there are
        assert str(error)
        return
    missing = [field for field, value in found.values.items() if value is None]
    unexplained = [f for f in missing if not (found.reasons.get(f) or found.reason)]
    assert found.values or found.by_study or found.reason
    assert not [f for f in unexplained if "." not in f], unexplained
