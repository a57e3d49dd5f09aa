"""From tables to figures: SVG and PNG, with the rows that each was drawn from.

Needs: effects, models, claims, flow, numbers, history.csv
Makes: results/figures/{forest_<analysis>,flow,history,<plot>_<analysis>}.{svg,png,csv}
"""


rule draw_forest:
    """Draw the forest plot of one analysis, narrated studies hollow."""
    input:
        effects="results/effects/{analysis}.csv",
        model="results/models/{analysis}.json",
        claims="data/raw/claims.csv",
        studies="data/raw/studies.csv",
        numbers="results/numbers.json",
        bias=BIAS,
        retractions=RETRACTIONS,
    output:
        svg=report(
            "results/figures/forest_{analysis}.svg",
            caption="../report/forest.rst",
            category="Results",
            labels={"figure": "forest plot", "analysis": "{analysis}"},
        ),
        png="results/figures/forest_{analysis}.png",
        rows="results/figures/forest_{analysis}.csv",
    log:
        "results/logs/draw_forest/{analysis}.log",
    benchmark:
        "results/benchmarks/draw_forest/{analysis}.tsv"
    conda:
        "../../environment.yml"
    params:
        analysis=lookup(dpath="analyses/{analysis}", within=config),
        outcomes=lookup(dpath="outcomes", within=config),
        library=LIBRARY,
    script:
        "../scripts/draw_forest.py"


rule draw_flow:
    """Draw the PRISMA 2020 flow with separate boxes for pooled and narrated studies."""
    input:
        flow="results/tables/flow.csv",
    output:
        svg=report(
            "results/figures/flow.svg",
            caption="../report/flow.rst",
            category="Records and screening",
            labels={"figure": "PRISMA flow"},
        ),
        png="results/figures/flow.png",
        rows="results/figures/flow.csv",
    log:
        "results/logs/draw_flow/draw_flow.log",
    benchmark:
        "results/benchmarks/draw_flow/draw_flow.tsv"
    conda:
        "../../environment.yml"
    params:
        library=LIBRARY,
    script:
        "../scripts/draw_flow.py"


rule draw_diagnostics:
    """Draw the plots that config.yaml names for each pool: funnel, radial, Baujat, GOSH, and so on."""
    input:
        effects=expand("results/effects/{analysis}.csv", analysis=DRAWN),
        model=expand("results/models/{analysis}.json", analysis=DRAWN),
        leave_one_out=expand(
            "results/robustness/leave_one_out_{analysis}.csv", analysis=DRAWN
        ),
        studies="data/raw/studies.csv",
        bias=BIAS,
    output:
        svg=reported(
            "results/figures/{}.svg",
            DIAGNOSTICS,
            report,
            kind="figure",
            caption="../report/diagnostics.rst",
            category="Robustness",
        ),
        png=expand("results/figures/{figure}.png", figure=DIAGNOSTICS),
        rows=expand("results/figures/{figure}.csv", figure=DIAGNOSTICS),
    log:
        "results/logs/draw_diagnostics/draw_diagnostics.log",
    benchmark:
        "results/benchmarks/draw_diagnostics/draw_diagnostics.tsv"
    conda:
        "../../environment.yml"
    params:
        names=DRAWN,
        config=config,
        library=LIBRARY,
    script:
        "../scripts/draw_diagnostics.py"


rule draw_history:
    """Draw the estimate at each update of a living review (history.csv of make update)."""
    input:
        history=HISTORY,
    output:
        svg="results/figures/history.svg",
        png="results/figures/history.png",
        rows="results/figures/history.csv",
    log:
        "results/logs/draw_history/draw_history.log",
    benchmark:
        "results/benchmarks/draw_history/draw_history.tsv"
    conda:
        "../../environment.yml"
    params:
        library=LIBRARY,
    script:
        "../scripts/draw_history.py"
