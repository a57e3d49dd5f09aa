"""From the screening ledger to the agreement of those who screened.

Needs: data/raw/screening.csv
Makes: results/tables/screening_{agreement,conflicts,reasons}.csv, results/books/screening.{json,md}
"""


rule summarise_screening:
    """Tell how far screeners agreed, how conflicts were settled and why reports were excluded."""
    input:
        screening="data/raw/screening.csv",
    output:
        agreement="results/tables/screening_agreement.csv",
        conflicts="results/tables/screening_conflicts.csv",
        reasons="results/tables/screening_reasons.csv",
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
