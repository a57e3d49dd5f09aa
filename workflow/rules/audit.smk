"""From pools to verdicts on published claims and to the registry of every printed number.

Needs: the tables and models above, data/raw/{claims,studies,extraction}.csv
Makes: results/tables/narrated.csv, results/audit/claims.csv, results/numbers.json,
       results/manifest.json
"""


rule narrate_studies:
    """Tell the studies that no pool can take, each with its reason."""
    input:
        values="results/prepared/values.csv",
        studies="data/raw/studies.csv",
        effects=expand("results/effects/{analysis}.csv", analysis=BEFORE_AFTER),
    output:
        narrated="results/tables/narrated.csv",
    log:
        "results/logs/narrate_studies/narrate_studies.log",
    benchmark:
        "results/benchmarks/narrate_studies/narrate_studies.tsv"
    conda:
        "../../environment.yml"
    params:
        library=LIBRARY,
    script:
        "../scripts/narrate_studies.py"


rule audit_claims:
    """Give each published claim its verdict, with the arithmetic behind it."""
    input:
        claims="data/raw/claims.csv",
        studies="data/raw/studies.csv",
        flow="results/tables/flow.csv",
        models=expand("results/models/{analysis}.json", analysis=ANALYSES),
    output:
        claims="results/audit/claims.csv",
    log:
        "results/logs/audit_claims/audit_claims.log",
    benchmark:
        "results/benchmarks/audit_claims/audit_claims.tsv"
    conda:
        "../../environment.yml"
    params:
        library=LIBRARY,
    script:
        "../scripts/audit_claims.py"


rule collect_numbers:
    """Collect every number that may be printed: value, text, unit, method, rule, file, rows."""
    input:
        extraction="data/raw/extraction.csv",
        studies="data/raw/studies.csv",
        raw_flow="data/raw/flow.csv",
        raw_claims="data/raw/claims.csv",
        claims="results/audit/claims.csv",
        values="results/prepared/values.csv",
        flow="results/tables/flow.csv",
        narrated="results/tables/narrated.csv",
        effects=expand("results/effects/{analysis}.csv", analysis=ANALYSES),
        models=expand("results/models/{analysis}.json", analysis=ANALYSES),
        leave_one_out=expand(
            "results/robustness/leave_one_out_{analysis}.csv", analysis=ANALYSES
        ),
        examined=expand("results/robustness/examined_{analysis}.json", analysis=EXAMINED),
    output:
        numbers="results/numbers.json",
        manifest="results/manifest.json",
    log:
        "results/logs/collect_numbers/collect_numbers.log",
    benchmark:
        "results/benchmarks/collect_numbers/collect_numbers.tsv"
    conda:
        "../../environment.yml"
    params:
        config=config,
        library=LIBRARY,
    script:
        "../scripts/collect_numbers.py"
