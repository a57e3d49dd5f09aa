"""A collection: very many meta-analyses of one long table, in a number of jobs that its size sets.

Needs: the long table that collection.yaml names
Makes: results/collection/{source.json,broken_rows.csv,skipped.csv},
       results/collection/{parts,meta_analyses,pools}/<part>.parquet,
       results/collection/{summary,by_model,disagreement,by_review,distributions,meta_analyses}.csv,
       results/collection/{distributions.svg,distributions.png,index.html},
       results/collection/pages/<id>.html on demand
"""


rule split_collection:
    """Check every row of the long table, compute its effect, and part it: each meta-analysis stays whole."""
    input:
        table=config["table"],
    output:
        parts=expand("results/collection/parts/{part}.parquet", part=PARTS),
        broken="results/collection/broken_rows.csv",
        skipped="results/collection/skipped.csv",
        source="results/collection/source.json",
    log:
        "results/logs/split_collection/split_collection.log",
    benchmark:
        "results/benchmarks/split_collection/split_collection.tsv"
    conda:
        "../../environment.yml"
    params:
        config=config,
        parts=PARTS,
        library=LIBRARY,
    script:
        "../scripts/split_collection.py"


rule pool_collection:
    """Pool the meta-analyses of one part by every model, and diagnose them."""
    input:
        part="results/collection/parts/{part}.parquet",
    output:
        meta_analyses="results/collection/meta_analyses/{part}.parquet",
        pools="results/collection/pools/{part}.parquet",
    log:
        "results/logs/pool_collection/{part}.log",
    benchmark:
        "results/benchmarks/pool_collection/{part}.tsv"
    conda:
        "../../environment.yml"
    params:
        config=config,
        library=LIBRARY,
    script:
        "../scripts/pool_collection.py"


rule summarise_collection:
    """Count what the pools of all parts say together, draw it, and write the searchable page."""
    input:
        source="results/collection/source.json",
        broken="results/collection/broken_rows.csv",
        skipped="results/collection/skipped.csv",
        meta_analyses=expand(
            "results/collection/meta_analyses/{part}.parquet", part=PARTS
        ),
        pools=expand("results/collection/pools/{part}.parquet", part=PARTS),
    output:
        summary="results/collection/summary.csv",
        by_model="results/collection/by_model.csv",
        disagreement="results/collection/disagreement.csv",
        by_review="results/collection/by_review.csv",
        distributions="results/collection/distributions.csv",
        svg="results/collection/distributions.svg",
        png="results/collection/distributions.png",
        table="results/collection/meta_analyses.csv",
        index="results/collection/index.html",
    log:
        "results/logs/summarise_collection/summarise_collection.log",
    benchmark:
        "results/benchmarks/summarise_collection/summarise_collection.tsv"
    conda:
        "../../environment.yml"
    params:
        config=config,
        library=LIBRARY,
    script:
        "../scripts/summarise_collection.py"


rule page_collection:
    """Write the page of one meta-analysis: its forest plot, its numbers by every model, and their rows."""
    input:
        index="results/collection/index.html",
        source="results/collection/source.json",
        part=PART_OF,
        meta_analyses=META_OF,
        pools=POOLS_OF,
    output:
        page="results/collection/pages/{id}.html",
    log:
        "results/logs/page_collection/{id}.log",
    benchmark:
        "results/benchmarks/page_collection/{id}.tsv"
    wildcard_constraints:
        id="[0-9a-f]{16}",
    conda:
        "../../environment.yml"
    params:
        config=config,
        library=LIBRARY,
    script:
        "../scripts/page_collection.py"
