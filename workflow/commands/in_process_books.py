"""The rules of several books, in this process: risk of bias, certainty, retractions, checklist."""

from pathlib import Path

from workflow.lib.files.books import report_texts
from workflow.lib.review.checklist import anchors_of
from workflow.scripts import (
    check_retractions,
    count_bias,
    fill_checklist,
    judge_bias,
    rate_certainty,
)

RAW_OF = {"own": "checklist", "planned": "protocol", "deviations": "deviations"}


def judged(run):
    """The judgements of risk of bias that stand, as an input of other rules; none where none are kept."""
    return _there(bias=run.path("tables/risk_of_bias.csv")) if _rules(run) is not None else {}


def judge(run):
    """Settle the judgements of risk of bias, where they are kept."""
    if _rules(run) is not None:
        given = {"bias": run.table("risk_of_bias"), "studies": run.table("studies")}
        made = {"bias": run.path("tables/risk_of_bias.csv")}
        run.run(judge_bias, given, made, {"rules": _rules(run)})


def count(run):
    """Paths of the numbers of risk of bias, where it is kept."""
    if _rules(run) is None:
        return []
    given = {"raw": run.table("risk_of_bias"), "models": run.results()["models"]}
    made = _made(run, "risk_of_bias")
    run.run(count_bias, given | judged(run), made, {"rules": _rules(run)})
    return [made["numbers"]]


def _rules(run):
    """The review's own overall rules; None where risk of bias is not kept."""
    if not Path(run.table("risk_of_bias")).is_file():
        return None
    return run.config.get("risk_of_bias", {}).get("overall", {})


def closing_books(run):
    """Paths of the numbers of these books, after a Pipeline has pooled and counted the flow."""
    return [rate(run), *retract(run), fill(run)]


def rate(run):
    """Path of the numbers of the certainty."""
    given = {key: run.results()[key] for key in ("effects", "models")}
    given |= _there(judged=run.table("certainty"), bias=run.path("tables/risk_of_bias.csv"))
    made = _made(run, "certainty", certainty="certainty", findings="findings")
    params = {name: run.config[name] for name in ("analyses", "headline", "thresholds")}
    run.run(rate_certainty, given, made, params | {"certainty": run.config.get("certainty", {})})
    return made["numbers"]


def retract(run):
    """Path of the numbers of the retraction check; none where config.yaml names no snapshot."""
    if "retractions" not in run.config:
        return []
    given = {"snapshot": run.table("retraction_watch"), "studies": run.table("studies")}
    made = _made(run, "retractions", retractions="retractions")
    run.run(check_retractions, given, made, {"retractions": run.config["retractions"]})
    return [made["numbers"]]


def fill(run):
    """Path of the numbers of checklist and protocol."""
    given = _there(**{key: run.table(name) for key, name in RAW_OF.items()})
    given |= {key: run.results()[key] for key in ("studies", "flow", "models")}
    given["checked"] = run.path("prepared/checked.json")
    given["findings"] = run.path("tables/findings.csv")
    if "retractions" in run.config:
        given["retractions"] = run.path("tables/retractions.csv")
    made = _made(run, "checklist", checklist="checklist", protocol="protocol")
    params = {"config": run.config, "books": [], "anchors": anchors_of(report_texts(), run.config)}
    run.run(fill_checklist, given, made, params)
    return made["numbers"]


def _there(**paths):
    """Those of the files that are there."""
    return {name: path for name, path in paths.items() if Path(path).is_file()}


def _made(run, book, **tables):
    """What the rule of a book makes."""
    files = {"numbers": f"books/{book}.json", "section": f"books/{book}.md"}
    files |= {name: f"tables/{table}.csv" for name, table in tables.items()}
    return {name: run.path(place) for name, place in files.items()}
