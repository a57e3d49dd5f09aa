"""workflow/lib/audit/jobs.py on made-up rules: files of every job, and what a file was made from."""

from types import SimpleNamespace

from workflow.lib.audit.jobs import given_to, jobs_of, made_by, upstream


def rule(name, inputs, outputs):
    log = [f"results/logs/{name}/{'{analysis}' if '{analysis}' in outputs[0] else name}.log"]
    return SimpleNamespace(input=inputs, output=outputs, log=log)


PREPARE = rule("prepare_data", ["data/raw/a.csv"], ["results/values.csv"])
FIT = rule("fit_model", ["results/values.csv"], ["results/models/{analysis}.json"])
JOIN = rule("join_all", ["results/models/one.json", "data/raw/b.csv"], ["results/all.json"])
ASIDE = rule("draw_flow", ["data/raw/flow.csv"], ["results/flow.svg"])
JOBS = [*jobs_of(PREPARE), *jobs_of(FIT, analysis=["one", "two"]), *jobs_of(JOIN), *jobs_of(ASIDE)]


def test_a_rule_without_wildcards_is_one_job_named_by_its_log():
    assert jobs_of(PREPARE) == [
        {
            "id": "prepare_data/prepare_data",
            "rule": "prepare_data",
            "inputs": ["data/raw/a.csv"],
            "outputs": ["results/values.csv"],
            "log": "results/logs/prepare_data/prepare_data.log",
        }
    ]


def test_a_wildcard_makes_one_job_for_each_of_its_values_and_none_without_values():
    jobs = jobs_of(FIT, analysis=["one", "two"])
    assert [job["id"] for job in jobs] == ["fit_model/one", "fit_model/two"]
    assert [job["outputs"] for job in jobs] == [
        ["results/models/one.json"],
        ["results/models/two.json"],
    ]
    assert jobs_of(FIT, analysis=[]) == []


def test_an_input_that_is_a_function_of_wildcards_is_asked():
    optional = rule("count_flow", [lambda wildcards: []], ["results/flow.csv"])
    several = rule("fit_model", [lambda w: [f"a_{w.analysis}", "b"]], ["results/{analysis}.json"])
    assert jobs_of(optional)[0]["inputs"] == []
    assert jobs_of(several, analysis=["one"])[0]["inputs"] == ["a_one", "b"]


def test_what_no_job_makes_was_given_and_is_named_once():
    assert given_to(JOBS) == ["data/raw/a.csv", "data/raw/b.csv", "data/raw/flow.csv"]
    assert made_by(JOBS)["results/models/two.json"] == "fit_model/two"


def test_upstream_has_every_job_behind_a_file_in_order_and_no_other():
    assert upstream(JOBS, "results/all.json") == [
        *("prepare_data/prepare_data", "fit_model/one", "join_all/join_all"),
    ]
    assert upstream(JOBS, "data/raw/a.csv") == []
