"""From judgements of risk of bias to what stands, how often, and with which weight in each pool.

Needs: data/raw/{risk_of_bias,studies}.csv, data/raw/instruments/*.yaml where the review brings its own;
       config.yaml, risk_of_bias (optional); results/effects/, results/models/
Makes: results/tables/risk_of_bias.csv, results/books/risk_of_bias.{json,md},
       results/figures/risk_of_bias{,_summary}.{svg,png,csv}; where risk_of_bias.csv is kept
"""


rule judge_bias:
    """Settle each domain: what the algorithm suggests, what was judged, and why where the two differ."""
    input:
        bias="data/raw/risk_of_bias.csv",
        studies="data/raw/studies.csv",
        instruments=OWN_INSTRUMENTS,
    output:
        bias=report(
            "results/tables/risk_of_bias.csv",
            caption="../report/risk_of_bias.rst",
            category="Risk of bias",
            labels={"table": "judgements"},
        ),
    log:
        "results/logs/judge_bias/judge_bias.log",
    benchmark:
        "results/benchmarks/judge_bias/judge_bias.tsv"
    conda:
        "../../environment.yml"
    params:
        rules=lookup(dpath="risk_of_bias/overall", within=config, default={}),
        library=LIBRARY,
    script:
        "../scripts/judge_bias.py"


rule count_bias:
    """Count judgements, weigh them by each pool, measure the agreement of two assessors; tell it all."""
    input:
        raw="data/raw/risk_of_bias.csv",
        bias="results/tables/risk_of_bias.csv",
        instruments=OWN_INSTRUMENTS,
        models=expand("results/models/{analysis}.json", analysis=ANALYSES),
    output:
        numbers="results/books/risk_of_bias.json",
        section="results/books/risk_of_bias.md",
    log:
        "results/logs/count_bias/count_bias.log",
    benchmark:
        "results/benchmarks/count_bias/count_bias.tsv"
    conda:
        "../../environment.yml"
    params:
        rules=lookup(dpath="risk_of_bias/overall", within=config, default={}),
        primary=lookup(dpath="headline/primary", within=config),
        library=LIBRARY,
    script:
        "../scripts/count_bias.py"


rule draw_bias:
    """Draw the traffic lights and their summary, unweighted and by the weights of the primary pool."""
    input:
        raw="data/raw/risk_of_bias.csv",
        bias="results/tables/risk_of_bias.csv",
        instruments=OWN_INSTRUMENTS,
        model=expand(
            "results/models/{analysis}.json", analysis=config["headline"]["primary"]
        ),
    output:
        svg=report(
            "results/figures/risk_of_bias.svg",
            caption="../report/risk_of_bias.rst",
            category="Risk of bias",
            labels={"figure": "traffic lights"},
        ),
        png="results/figures/risk_of_bias.png",
        rows="results/figures/risk_of_bias.csv",
        summary_svg=report(
            "results/figures/risk_of_bias_summary.svg",
            caption="../report/risk_of_bias_summary.rst",
            category="Risk of bias",
            labels={"figure": "summary by weight"},
        ),
        summary_png="results/figures/risk_of_bias_summary.png",
        summary_rows="results/figures/risk_of_bias_summary.csv",
    log:
        "results/logs/draw_bias/draw_bias.log",
    benchmark:
        "results/benchmarks/draw_bias/draw_bias.tsv"
    conda:
        "../../environment.yml"
    params:
        library=LIBRARY,
    script:
        "../scripts/draw_bias.py"
