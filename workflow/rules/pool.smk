"""From values to effect sizes to pools.

Needs: results/prepared/values.csv, data/raw/studies.csv
Makes: results/effects/<analysis>.csv, results/models/<analysis>.json,
       results/robustness/leave_one_out_<analysis>.csv, results/robustness/examined_<analysis>.{json,csv}
"""


rule estimate_effects:
    """Compute the effect sizes of all analyses; a study that has none gets its reason."""
    input:
        values="results/prepared/values.csv",
        studies="data/raw/studies.csv",
    output:
        effects=reported(
            "results/effects/{}.csv",
            ANALYSES,
            report,
            kind="effect sizes",
            caption="../report/effects.rst",
            category="Results",
        ),
    log:
        "results/logs/estimate_effects/estimate_effects.log",
    benchmark:
        "results/benchmarks/estimate_effects/estimate_effects.tsv"
    conda:
        "../../environment.yml"
    params:
        analyses=lookup(dpath="analyses", within=config),
        outcomes=lookup(dpath="outcomes", within=config),
        conversions=lookup(dpath="conversions", within=config),
        library=LIBRARY,
    script:
        "../scripts/estimate_effects.py"


rule fit_model:
    """Pool the effect sizes of one analysis, under each test, and without each study in turn."""
    input:
        effects="results/effects/{analysis}.csv",
    output:
        model="results/models/{analysis}.json",
        leave_one_out=report(
            "results/robustness/leave_one_out_{analysis}.csv",
            caption="../report/leave_one_out.rst",
            category="Results",
            labels={"table": "leave-one-out", "analysis": "{analysis}"},
        ),
    log:
        "results/logs/fit_model/{analysis}.log",
    benchmark:
        "results/benchmarks/fit_model/{analysis}.tsv"
    conda:
        "../../environment.yml"
    params:
        analysis=lookup(dpath="analyses/{analysis}", within=config),
        thresholds=lookup(dpath="thresholds", within=config),
        outcomes=lookup(dpath="outcomes", within=config),
        library=LIBRARY,
    script:
        "../scripts/fit_model.py"


rule examine_model:
    """Run the examinations that config.yaml names for one analysis: other estimators, influence, bias."""
    input:
        effects="results/effects/{analysis}.csv",
        model="results/models/{analysis}.json",
        studies="data/raw/studies.csv",
        bias=BIAS,
    output:
        record="results/robustness/examined_{analysis}.json",
        by_study=report(
            "results/robustness/examined_{analysis}.csv",
            caption="../report/examined.rst",
            category="Robustness",
            labels={"table": "examinations by study", "analysis": "{analysis}"},
        ),
    log:
        "results/logs/examine_model/{analysis}.log",
    benchmark:
        "results/benchmarks/examine_model/{analysis}.tsv"
    conda:
        "../../environment.yml"
    params:
        analysis=lookup(dpath="analyses/{analysis}", within=config),
        library=LIBRARY,
    script:
        "../scripts/examine_model.py"
