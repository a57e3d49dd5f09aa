"""From two extractors' tables to their agreement, and to the pools that either alone would give.

Needs: data/raw/{extraction,extraction_a,extraction_b,studies}.csv, data/raw/adjudication.csv if it is there
Makes: results/tables/{reconciliation,extraction_agreement,extractor_pools}.csv,
       results/books/double_extraction.{json,md}
"""


rule reconcile_extractions:
    """Compare two extractions cell by cell, and pool what each of them would have given."""
    input:
        extraction="data/raw/extraction.csv",
        extraction_a="data/raw/extraction_a.csv",
        extraction_b="data/raw/extraction_b.csv",
        adjudication=branch(exists(ADJUDICATION), then=ADJUDICATION, otherwise=[]),
        studies="data/raw/studies.csv",
    output:
        cells=report(
            "results/tables/reconciliation.csv",
            caption="../report/reconciliation.rst",
            category="Studies",
            labels={"table": "two extractions, cell by cell"},
        ),
        agreement=report(
            "results/tables/extraction_agreement.csv",
            caption="../report/extraction_agreement.rst",
            category="Studies",
            labels={"table": "agreement of extractors"},
        ),
        pools=report(
            "results/tables/extractor_pools.csv",
            caption="../report/extractor_pools.rst",
            category="Studies",
            labels={"table": "the pool by either extractor"},
        ),
        numbers="results/books/double_extraction.json",
        section="results/books/double_extraction.md",
    log:
        "results/logs/reconcile_extractions/reconcile_extractions.log",
    benchmark:
        "results/benchmarks/reconcile_extractions/reconcile_extractions.tsv"
    conda:
        "../../environment.yml"
    params:
        config=config,
        library=LIBRARY,
    script:
        "../scripts/reconcile_extractions.py"
