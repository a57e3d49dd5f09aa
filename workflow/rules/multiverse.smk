"""How the answer of one analysis moves with the choices behind it.

Needs: data/raw/{extraction,studies,claims}.csv; config.yaml, multiverse
Makes: results/robustness/multiverse.{csv,parquet,json}, results/figures/multiverse.{svg,png,csv},
       results/books/multiverse.{json,md}, where config.yaml declares a multiverse
"""


rule run_multiverse:
    """Pool every declared combination of choices, and tell how far the answer moves with them."""
    input:
        extraction="data/raw/extraction.csv",
        studies="data/raw/studies.csv",
        claims="data/raw/claims.csv",
        bias=BIAS,
    output:
        record="results/robustness/multiverse.json",
        universes=report(
            "results/robustness/multiverse.csv",
            caption="../report/multiverse.rst",
            category="Robustness",
            labels={"table": "every universe"},
        ),
        parquet="results/robustness/multiverse.parquet",
        curve="results/figures/multiverse.csv",
        numbers="results/books/multiverse.json",
        section="results/books/multiverse.md",
    log:
        "results/logs/run_multiverse/run_multiverse.log",
    benchmark:
        "results/benchmarks/run_multiverse/run_multiverse.tsv"
    conda:
        "../../environment.yml"
    params:
        config=config,
        library=LIBRARY,
    script:
        "../scripts/run_multiverse.py"


rule draw_multiverse:
    """Draw the specification curve: every estimate above the choices that it rests on."""
    input:
        record="results/robustness/multiverse.json",
        curve="results/figures/multiverse.csv",
    output:
        svg=report(
            "results/figures/multiverse.svg",
            caption="../report/multiverse.rst",
            category="Robustness",
            labels={"figure": "specification curve"},
        ),
        png="results/figures/multiverse.png",
    log:
        "results/logs/draw_multiverse/draw_multiverse.log",
    benchmark:
        "results/benchmarks/draw_multiverse/draw_multiverse.tsv"
    conda:
        "../../environment.yml"
    params:
        config=config,
        library=LIBRARY,
    script:
        "../scripts/draw_multiverse.py"
