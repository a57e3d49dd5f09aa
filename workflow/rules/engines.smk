"""A second opinion on the arithmetic: the same fits by R metafor and by statsmodels.

Needs: results/effects/<analysis>.csv, results/models/<analysis>.json; R with metafor, where it is
       there: apt-get install r-cran-metafor, or --software-deployment-method conda
Makes: results/audit/engines.csv, on demand only: snakemake results/audit/engines.csv
"""


rule compare_engines:
    """Compare every fit with R metafor and statsmodels; without R the column says why it is empty."""
    input:
        effects=expand("results/effects/{analysis}.csv", analysis=ANALYSES),
        models=expand("results/models/{analysis}.json", analysis=ANALYSES),
    output:
        engines=report(
            "results/audit/engines.csv",
            caption="../report/engines.rst",
            category="Audit",
            labels={"table": "other programs"},
        ),
    log:
        "results/logs/compare_engines/compare_engines.log",
    benchmark:
        "results/benchmarks/compare_engines/compare_engines.tsv"
    conda:
        "../envs/metafor.yaml"
    params:
        library=LIBRARY,
    script:
        "../scripts/compare_engines.py"
