"""What a report owes its readers: retractions, deviations from the protocol, the PRISMA checklists.

Needs: data/raw/studies.csv, models, flow, findings, the headings of report/;
       data/raw/{checklist,protocol,deviations,retraction_watch}.csv where they are
Makes: results/tables/{checklist,protocol,retractions}.csv, results/books/{checklist,retractions}.{json,md}
"""

from workflow.lib.files.books import report_texts
from workflow.lib.review.checklist import anchors_of

ANCHORS = anchors_of(
    report_texts(), config
)  # of the headings: other prose changes no item


rule check_retractions:
    """Look for the papers of all studies in a dated snapshot of the Retraction Watch database."""
    input:
        snapshot="data/raw/retraction_watch.csv",
        studies="data/raw/studies.csv",
    output:
        retractions=report(
            "results/tables/retractions.csv",
            caption="../report/retractions.rst",
            category="Certainty and checklist",
            labels={"table": "retractions"},
        ),
        numbers="results/books/retractions.json",
        section="results/books/retractions.md",
    log:
        "results/logs/check_retractions/check_retractions.log",
    benchmark:
        "results/benchmarks/check_retractions/check_retractions.tsv"
    conda:
        "../../environment.yml"
    params:
        retractions=lookup(dpath="retractions", within=config, default={}),
        library=LIBRARY,
    script:
        "../scripts/check_retractions.py"


rule fill_checklist:
    """Fill the PRISMA checklists from what the report has, and compare the protocol with config.yaml."""
    input:
        checked="results/prepared/checked.json",
        studies="data/raw/studies.csv",
        flow="results/tables/flow.csv",
        findings="results/tables/findings.csv",
        models=expand("results/models/{analysis}.json", analysis=ANALYSES),
        own=branch(
            exists("data/raw/checklist.csv"),
            then="data/raw/checklist.csv",
            otherwise=[],
        ),
        planned=branch(
            exists("data/raw/protocol.csv"),
            then="data/raw/protocol.csv",
            otherwise=[],
        ),
        deviations=branch(
            exists("data/raw/deviations.csv"),
            then="data/raw/deviations.csv",
            otherwise=[],
        ),
        retractions=RETRACTIONS,
    output:
        checklist=report(
            "results/tables/checklist.csv",
            caption="../report/checklist.rst",
            category="Certainty and checklist",
            labels={"table": "PRISMA checklists"},
        ),
        protocol=report(
            "results/tables/protocol.csv",
            caption="../report/protocol.rst",
            category="Certainty and checklist",
            labels={"table": "protocol and deviations"},
        ),
        numbers="results/books/checklist.json",
        section="results/books/checklist.md",
    log:
        "results/logs/fill_checklist/fill_checklist.log",
    benchmark:
        "results/benchmarks/fill_checklist/fill_checklist.tsv"
    conda:
        "../../environment.yml"
    params:
        config=config,
        books=BOOKS,
        anchors=ANCHORS,
        library=LIBRARY,
    script:
        "../scripts/fill_checklist.py"
