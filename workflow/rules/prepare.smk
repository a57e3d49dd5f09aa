"""From raw tables to values on a common scale.

Needs: data/raw/{extraction,studies,flow,claims}.csv, data/raw/SHA256SUMS, config.yaml;
       data/raw/screening.csv where records are open
Makes: results/prepared/{checked.json,values.csv,cleaning_log.csv}, results/tables/flow.csv
"""


rule check_inputs:
    """Refuse raw tables that cannot be used; every problem at once, with file, row, column, value."""
    input:
        extraction="data/raw/extraction.csv",
        studies="data/raw/studies.csv",
        flow="data/raw/flow.csv",
        claims="data/raw/claims.csv",
        screening=branch(exists(SCREENING), then=SCREENING, otherwise=[]),
        books=BOOK_FILES,
        sums="data/raw/SHA256SUMS",
    output:
        checked="results/prepared/checked.json",
    log:
        "results/logs/check_inputs/check_inputs.log",
    benchmark:
        "results/benchmarks/check_inputs/check_inputs.tsv"
    conda:
        "../../environment.yml"
    params:
        config=config,
        library=LIBRARY,
    script:
        "../scripts/check_inputs.py"


rule count_flow:
    """Count the boxes of the PRISMA flow; refuse counts that do not add up."""
    input:
        flow="data/raw/flow.csv",
        screening=branch(exists(SCREENING), then=SCREENING, otherwise=[]),
        studies=branch(exists(SCREENING), then="data/raw/studies.csv", otherwise=[]),
        records=branch(exists(SOURCES), then=RECORDS, otherwise=[]),
    output:
        flow=report(
            "results/tables/flow.csv",
            caption="../report/flow.rst",
            category="Records and screening",
            labels={"table": "boxes of the flow"},
        ),
    log:
        "results/logs/count_flow/count_flow.log",
    benchmark:
        "results/benchmarks/count_flow/count_flow.tsv"
    conda:
        "../../environment.yml"
    params:
        library=LIBRARY,
    script:
        "../scripts/count_flow.py"


rule prepare_data:
    """Bring printed values to means and SDs on the common scale; log every conversion."""
    input:
        extraction="data/raw/extraction.csv",
    output:
        values="results/prepared/values.csv",
        cleaning_log="results/prepared/cleaning_log.csv",
    log:
        "results/logs/prepare_data/prepare_data.log",
    benchmark:
        "results/benchmarks/prepare_data/prepare_data.tsv"
    conda:
        "../../environment.yml"
    params:
        outcomes=lookup(dpath="outcomes", within=config),
        conversions=lookup(dpath="conversions", within=config),
        assumptions=lookup(dpath="assumptions", within=config),
        library=LIBRARY,
    script:
        "../scripts/prepare_data.py"
