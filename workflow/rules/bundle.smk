"""From a finished run to its manifest, its RO-Crate and one zip file for reviewers.

Needs: everything that the rules above make, data/raw, config.yaml
Makes: results/manifest.json; results/crate/ and results/bundle.zip, on demand (make bundle)
"""

from workflow.lib.audit.jobs import given_to, jobs_of, made_by
from workflow.lib.files.bundle import citation_file
from workflow.lib.files.manifest import code_sums, raw_notes

JOBS = [  # every rule above, in the order of a run; a test finds one that is forgotten
    *jobs_of(rules.check_inputs),
    *jobs_of(rules.remove_duplicates, when="records" in BOOKS),
    *jobs_of(rules.count_flow),
    *jobs_of(rules.summarise_screening, when="screening" in BOOKS),
    *jobs_of(rules.prepare_data),
    *jobs_of(rules.estimate_effects),
    *jobs_of(rules.fit_model, analysis=ANALYSES),
    *jobs_of(rules.judge_bias, when="risk_of_bias" in BOOKS),
    *jobs_of(rules.examine_model, analysis=EXAMINED),
    *jobs_of(rules.reconcile_extractions, when="double_extraction" in BOOKS),
    *jobs_of(rules.search_methods, when="method_search" in config),
    *jobs_of(rules.run_multiverse, when="multiverse" in BOOKS),
    *jobs_of(rules.draw_multiverse, when="multiverse" in BOOKS),
    *jobs_of(rules.trace_correlation, when="correlation" in BOOKS),
    *jobs_of(rules.draw_tipping, when="correlation" in BOOKS),
    *jobs_of(rules.narrate_studies),
    *jobs_of(rules.audit_claims),
    *jobs_of(rules.check_forensics),
    *jobs_of(rules.count_bias, when="risk_of_bias" in BOOKS),
    *jobs_of(rules.rate_certainty),
    *jobs_of(rules.check_retractions, when="retractions" in BOOKS),
    *jobs_of(rules.fill_checklist),
    *jobs_of(rules.collect_numbers),
    *jobs_of(rules.draw_forest, analysis=FORESTS),
    *jobs_of(rules.draw_flow),
    *jobs_of(rules.draw_diagnostics, when=bool(DIAGNOSTICS)),
    *jobs_of(rules.draw_bias, when="risk_of_bias" in BOOKS),
    *jobs_of(rules.write_sentences),
    *jobs_of(rules.render_report),
    *jobs_of(rules.render_documents),
]


rule write_manifest:
    """List every input and output of the run with its sum, and what made it."""
    input:
        given=given_to(JOBS),
        notes=raw_notes(),
        config="config.yaml",
        made=list(made_by(JOBS)),
    output:
        manifest="results/manifest.json",
    log:
        "results/logs/write_manifest/write_manifest.log",
    benchmark:
        "results/benchmarks/write_manifest/write_manifest.tsv"
    conda:
        "../../environment.yml"
    params:
        jobs=JOBS,
        code=code_sums(),
        config=config,
        library=LIBRARY,
    script:
        "../scripts/write_manifest.py"


rule pack_crate:
    """Pack the run as an RO-Crate that can be run again, with the lineage of every number."""
    input:
        manifest="results/manifest.json",
        numbers="results/numbers.json",
        extraction="data/raw/extraction.csv",
        citation=citation_file(),
        made=list(made_by(JOBS)),
    output:
        crate=directory("results/crate"),
    log:
        "results/logs/pack_crate/pack_crate.log",
    benchmark:
        "results/benchmarks/pack_crate/pack_crate.tsv"
    conda:
        "../../environment.yml"
    params:
        library=LIBRARY,
    script:
        "../scripts/pack_crate.py"


rule pack_bundle:
    """Pack one zip file for reviewers: report, a page for each rule, tables and the crate."""
    input:
        manifest="results/manifest.json",
        crate="results/crate",
    output:
        bundle="results/bundle.zip",
    log:
        "results/logs/pack_bundle/pack_bundle.log",
    benchmark:
        "results/benchmarks/pack_bundle/pack_bundle.tsv"
    conda:
        "../../environment.yml"
    params:
        library=LIBRARY,
    script:
        "../scripts/pack_bundle.py"
