"""From the screening ledger to the agreement of those who screened.

Needs: data/raw/screening.csv
Makes: results/tables/screening_{agreement,conflicts,reasons}.csv, results/books/screening.{json,md}
"""


rule summarise_screening:
    """Tell how far screeners agreed, how conflicts were settled and why reports were excluded."""
    input:
        screening="data/raw/screening.csv",
    output:
        agreement=report(
            "results/tables/screening_agreement.csv",
            caption="../report/screening_agreement.rst",
            category="Records and screening",
            labels={"table": "agreement of screeners"},
        ),
        conflicts=report(
            "results/tables/screening_conflicts.csv",
            caption="../report/screening_conflicts.rst",
            category="Records and screening",
            labels={"table": "conflicts of screeners"},
        ),
        reasons=report(
            "results/tables/screening_reasons.csv",
            caption="../report/screening_reasons.rst",
            category="Records and screening",
            labels={"table": "reasons for exclusion"},
        ),
        numbers="results/books/screening.json",
        section="results/books/screening.md",
    log:
        "results/logs/summarise_screening/summarise_screening.log",
    benchmark:
        "results/benchmarks/summarise_screening/summarise_screening.tsv"
    conda:
        "../../environment.yml"
    params:
        library=LIBRARY,
    script:
        "../scripts/summarise_screening.py"
