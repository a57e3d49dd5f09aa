"""Where each correlation before and after comes from, and at which value the conclusion flips.

Needs: data/raw/{extraction,studies}.csv, values and effects; config.yaml, r_tipping
Makes: results/tables/correlation.csv, results/robustness/tipping.json,
       results/figures/tipping.{svg,png,csv}, results/books/correlation.{json,md}
"""


rule trace_correlation:
    """Tell where each study's correlation comes from, and pool with every value for what is assumed."""
    input:
        extraction="data/raw/extraction.csv",
        studies="data/raw/studies.csv",
        values="results/prepared/values.csv",
        effects=expand(
            "results/effects/{analysis}.csv",
            analysis=lookup(dpath="r_tipping/analysis", within=config, default=""),
        ),
    output:
        ladder=report(
            "results/tables/correlation.csv",
            caption="../report/correlation.rst",
            category="Robustness",
            labels={"table": "correlations and their origin"},
        ),
        record="results/robustness/tipping.json",
        rows="results/figures/tipping.csv",
        numbers="results/books/correlation.json",
        section="results/books/correlation.md",
    log:
        "results/logs/trace_correlation/trace_correlation.log",
    benchmark:
        "results/benchmarks/trace_correlation/trace_correlation.tsv"
    conda:
        "../../environment.yml"
    params:
        config=config,
        library=LIBRARY,
    script:
        "../scripts/trace_correlation.py"


rule draw_tipping:
    """Draw estimate and intervals against the correlation that is assumed."""
    input:
        record="results/robustness/tipping.json",
        rows="results/figures/tipping.csv",
    output:
        svg=report(
            "results/figures/tipping.svg",
            caption="../report/tipping.rst",
            category="Robustness",
            labels={"figure": "pool against the correlation"},
        ),
        png="results/figures/tipping.png",
    log:
        "results/logs/draw_tipping/draw_tipping.log",
    benchmark:
        "results/benchmarks/draw_tipping/draw_tipping.tsv"
    conda:
        "../../environment.yml"
    params:
        library=LIBRARY,
    script:
        "../scripts/draw_tipping.py"
