"""From pools to a summary of findings, with what the numbers suggest and what a person has judged.

Needs: effects, models; data/raw/certainty.csv and results/tables/risk_of_bias.csv where they are
Makes: results/tables/{certainty,findings}.csv, results/books/certainty.{json,md}
"""


rule rate_certainty:
    """Suggest by domain of GRADE, take over what a person has judged, and never rate without a name."""
    input:
        effects=expand("results/effects/{analysis}.csv", analysis=ANALYSES),
        models=expand("results/models/{analysis}.json", analysis=ANALYSES),
        judged=branch(
            exists("data/raw/certainty.csv"),
            then="data/raw/certainty.csv",
            otherwise=[],
        ),
        bias=branch(
            exists("data/raw/risk_of_bias.csv"),
            then="results/tables/risk_of_bias.csv",
            otherwise=[],
        ),
    output:
        certainty=report(
            "results/tables/certainty.csv",
            caption="../report/certainty.rst",
            category="Certainty and checklist",
            labels={"table": "domains of certainty"},
        ),
        findings=report(
            "results/tables/findings.csv",
            caption="../report/findings.rst",
            category="Certainty and checklist",
            labels={"table": "summary of findings"},
        ),
        numbers="results/books/certainty.json",
        section="results/books/certainty.md",
    log:
        "results/logs/rate_certainty/rate_certainty.log",
    benchmark:
        "results/benchmarks/rate_certainty/rate_certainty.tsv"
    conda:
        "../../environment.yml"
    params:
        analyses=lookup(dpath="analyses", within=config),
        headline=lookup(dpath="headline", within=config),
        thresholds=lookup(dpath="thresholds", within=config),
        certainty=lookup(dpath="certainty", within=config, default={}),
        library=LIBRARY,
    script:
        "../scripts/rate_certainty.py"
