"""From pools to verdicts on published claims and to the registry of every printed number.

Needs: the tables and models above, data/raw/{claims,studies,extraction}.csv
Makes: results/tables/narrated.csv, results/audit/{claims,forensics}.csv, results/numbers.json,
       results/inputs.json; results/explain/<number>.md when it is asked for
"""


rule narrate_studies:
    """Tell the studies that no pool can take, each with its reason."""
    input:
        values="results/prepared/values.csv",
        studies="data/raw/studies.csv",
        effects=expand("results/effects/{analysis}.csv", analysis=BEFORE_AFTER),
    output:
        narrated=report(
            "results/tables/narrated.csv",
            caption="../report/narrated.rst",
            category="Studies",
            labels={"table": "told, not pooled"},
        ),
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
        effects=expand("results/effects/{analysis}.csv", analysis=ANALYSES),
        models=expand("results/models/{analysis}.json", analysis=ANALYSES),
        examined=EXAMINATIONS,
    output:
        claims=report(
            "results/audit/claims.csv",
            caption="../report/claims.rst",
            category="Audit",
            labels={"table": "verdicts on claims"},
        ),
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


rule check_forensics:
    """List printed values that do not fit together: GRIM, intervals, SD or SE, counts, duplicates."""
    input:
        extraction="data/raw/extraction.csv",
        studies="data/raw/studies.csv",
    output:
        forensics=report(
            "results/audit/forensics.csv",
            caption="../report/forensics.rst",
            category="Audit",
            labels={"table": "values that do not fit"},
        ),
    log:
        "results/logs/check_forensics/check_forensics.log",
    benchmark:
        "results/benchmarks/check_forensics/check_forensics.tsv"
    conda:
        "../../environment.yml"
    params:
        outcomes=lookup(dpath="outcomes", within=config),
        arms=lookup(dpath="arms", within=config),
        forensics=lookup(dpath="forensics", within=config, default={}),
        library=LIBRARY,
    script:
        "../scripts/check_forensics.py"


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
        examined=EXAMINATIONS,
        searched=SEARCHED,
        books=BOOK_NUMBERS,
        book_files=BOOK_FILES,
    output:
        numbers="results/numbers.json",
        inputs="results/inputs.json",
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


rule explain_number:
    """Print the chain behind one number: method, studies, cells with their quotes, assumptions."""
    input:
        numbers="results/numbers.json",
        inputs="results/inputs.json",
        extraction="data/raw/extraction.csv",
        studies="data/raw/studies.csv",
        raw_claims="data/raw/claims.csv",
        raw_flow="data/raw/flow.csv",
        book_tables=BOOK_TABLES,
        cleaning_log="results/prepared/cleaning_log.csv",
    output:
        chain="results/explain/{number}.md",
    log:
        "results/logs/explain_number/{number}.log",
    benchmark:
        "results/benchmarks/explain_number/{number}.tsv"
    wildcard_constraints:
        number=r"[^/]+",
    conda:
        "../../environment.yml"
    params:
        library=LIBRARY,
    script:
        "../scripts/explain_number.py"
