"""workflow/lib/render/examined_table.py: examinations as tables of registry ids."""

from tests.made_up_facts import facts, model
from workflow.lib.render.examined_table import MOST, examined_table


def one(name, *fields, reason=""):
    return {
        "name": name,
        "procedure": name,
        "label": f"The {name}",
        "tag": "REML, z",
        "values": [{"field": field, "value": 1.0, "reason": ""} for field in fields],
        "reason": reason,
    }


def shown(*entries):
    ids = [f"examined.primary.{e['name']}.{v['field']}" for e in entries for v in e["values"]]
    numbers = {number_id: {"value": 1.0} for number_id in ids}
    examined = {"primary": {"examined": list(entries)}}
    return examined_table(facts(model(3), numbers=numbers, examined=examined), "primary")


def test_without_examinations_there_is_no_table():
    assert examined_table(facts(model(3)), "primary") == ""
    assert shown() == ""


def test_a_procedure_is_one_row_with_its_numbers_its_method_and_its_remark():
    line = shown(one("egger", "stat", "pval", reason="not interpretable, 3 studies")).splitlines()[
        2
    ]
    assert "The egger" in line
    assert "{{< num examined.primary.egger.pval >}}" in line
    assert "not interpretable, 3 studies" in line


def test_long_results_are_cut_and_the_record_has_the_rest():
    text = shown(one("many", *(f"field{i}" for i in range(30))))
    assert text.count("{{< num") == MOST
    assert "results/robustness/examined_primary.json" in text


def test_coefficients_have_a_row_each():
    text = shown(one("latitude", "tau2", "beta.intrcpt", "beta.ablat", "pval.ablat"))
    assert "see @tbl-examined-primary-latitude" in text
    rows = [line for line in text.splitlines() if line.startswith(("| intercept", "| ablat"))]
    assert [row.count("{{< num") for row in rows] == [1, 2]
    assert text.count("{{< num examined.primary.latitude.beta.ablat >}}") == 1


def test_robust_tests_of_a_coefficient_have_a_row_beside_it():
    text = shown(
        one("levels", "beta.intrcpt", "pval.intrcpt", "robust.beta.intrcpt", "robust.df.intrcpt")
    )
    rows = [line for line in text.splitlines() if line.startswith("| intercept")]
    assert [row.count("{{< num") for row in rows] == [2, 2]
    assert rows[1].startswith("| intercept, robust")


def test_a_fit_within_an_answer_has_a_row_short_lists_come_last_and_values_of_studies_not_at_all():
    filled = [*(f"filled_yi.{i}" for i in range(1, 6)), "beta.1", "beta.2"]
    text = shown(one("trim_fill", *filled, "k0", "fit.beta", "fit.ci_lb", "tau2.AL"))
    assert any(
        line.startswith("| fit") and line.count("{{< num") == 2 for line in text.splitlines()
    )
    line = next(line for line in text.splitlines() if "The trim" in line)
    assert line.index("trim_fill.k0") < line.index("trim_fill.tau2.AL") < line.index("beta.1")
    assert "filled_yi" not in text


def test_coefficients_have_readable_names_and_those_of_the_configuration():
    entry = one("age", "beta.intrcpt", "beta.mean_age", "beta.ablat", "robust.beta.mean_age")
    ids = [f"examined.primary.age.{value['field']}" for value in entry["values"]]
    told = examined_table(
        facts(
            model(3),
            numbers={number_id: {"value": 1.0} for number_id in ids},
            examined={"primary": {"examined": [entry]}},
            config={"column_labels": {"ablat": "degrees from the equator"}},
        ),
        "primary",
    )
    for begins in ("intercept", "mean age", "degrees from the equator", "mean age, robust"):
        assert f"\n| {begins} |" in told


def test_several_answers_have_a_table_of_their_own_one_row_each():
    text = shown(one("estimators", "pool.DL.beta", "pool.DL.tau2", "pool.REML.beta"))
    assert "see @tbl-examined-primary-estimators" in text
    rows = [line for line in text.splitlines() if line.startswith(("| DL", "| REML"))]
    assert rows[0].count("{{< num") == 2
    assert rows[1].count("{{< num") == 1
    assert "{#tbl-examined-primary-estimators}" in text


def test_logarithms_are_called_so():
    entry = one("egger", "limit")
    examined = {"primary": {"examined": [entry]}}
    ratio = facts(model(3, unit="log odds ratio"), numbers={}, examined=examined)
    assert "scale of the analysis: log odds ratio." in examined_table(ratio, "primary")
    assert "scale of the analysis" not in shown(entry)


def test_clusters_have_a_row_each_and_a_column_for_each_coefficient():
    fields = [f"clusters.{c}.{f}" for c in ("oslo", "12") for f in ("X2", "dfbs.intrcpt")]
    text = shown(one("multilevel_influence", *fields))
    rows = [line for line in text.splitlines() if line.startswith(("| oslo", "| 12"))]
    assert [row.count("{{< num") for row in rows] == [2, 2]
    assert "| DFBETAS of the intercept |" in text
    assert "see @tbl-examined-primary-multilevel-influence" in text
