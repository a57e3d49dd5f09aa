"""From the exports of the searches to unique records.

Needs: data/raw/sources.csv, data/raw/records/, data/raw/duplicates.csv where persons have decided
Makes: results/tables/{records,duplicates,duplicates_uncertain}.csv, results/books/records.{json,md},
       where there is a sources.csv
"""

DECISIONS = "data/raw/duplicates.csv"  # optional


rule remove_duplicates:
    """Read all exports, tell duplicates by stated rules, and list what a person has to decide."""
    input:
        sources="data/raw/sources.csv",
        exports=folder_files("data/raw", ["records"]),
        decisions=branch(exists(DECISIONS), then=DECISIONS, otherwise=[]),
    output:
        records=report(
            "results/tables/records.csv",
            caption="../report/records.rst",
            category="Records and screening",
            labels={"table": "records"},
        ),
        pairs=report(
            "results/tables/duplicates.csv",
            caption="../report/duplicates.rst",
            category="Records and screening",
            labels={"table": "duplicates"},
        ),
        uncertain=report(
            "results/tables/duplicates_uncertain.csv",
            caption="../report/duplicates_uncertain.rst",
            category="Records and screening",
            labels={"table": "pairs that a person has to decide"},
        ),
        numbers="results/books/records.json",
        section="results/books/records.md",
    log:
        "results/logs/remove_duplicates/remove_duplicates.log",
    benchmark:
        "results/benchmarks/remove_duplicates/remove_duplicates.tsv"
    conda:
        "../../environment.yml"
    params:
        library=LIBRARY,
    script:
        "../scripts/remove_duplicates.py"
