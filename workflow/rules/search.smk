"""Which declared ways to a pool print the digits of a published result.

Needs: data/raw/{extraction,studies,claims}.csv; config.yaml, method_search
Makes: results/audit/method_search.{json,csv}, where config.yaml declares a search
"""

SEARCHED = branch(
    lookup(dpath="method_search", within=config, default=False),
    then="results/audit/method_search.json",
    otherwise=[],
)


rule search_methods:
    """Try every declared universe on a printed result; a match is not evidence of what was done."""
    input:
        extraction="data/raw/extraction.csv",
        studies="data/raw/studies.csv",
        claims="data/raw/claims.csv",
    output:
        record="results/audit/method_search.json",
        universes=report(
            "results/audit/method_search.csv",
            caption="../report/method_search.rst",
            category="Audit",
            labels={"table": "combinations tried"},
        ),
    log:
        "results/logs/search_methods/search_methods.log",
    benchmark:
        "results/benchmarks/search_methods/search_methods.tsv"
    conda:
        "../../environment.yml"
    params:
        method_search=lookup(dpath="method_search", within=config, default={}),
        analyses=lookup(dpath="analyses", within=config),
        outcomes=lookup(dpath="outcomes", within=config),
        conversions=lookup(dpath="conversions", within=config),
        assumptions=lookup(dpath="assumptions", within=config),
        library=LIBRARY,
    script:
        "../scripts/search_methods.py"
