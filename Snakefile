# The review you can rerun: raw extracted data -> effect sizes -> pool -> audit -> report.
# Read the includes in order: they are the methods section. `snakemake --list-rules` explains each rule.

from snakemake.utils import min_version

from workflow.lib.files.check import require_config

min_version("9.0")
require_config(
    config,
    given=workflow.overwrite_configfiles,
    own=not workflow.modifier.skip_configfile,
)


configfile: "config.yaml"


report: "workflow/report/workflow.rst"


rule all:
    """The report as page, Word file and PDF, the registry of its numbers, the plain summary and the manifest."""
    input:
        "results/report/index.html",
        "results/report/report.docx",
        "results/report/report.pdf",
        "results/numbers.json",
        "results/summary.md",
        "results/manifest.json",
        "results/audit/forensics.csv",


include: "workflow/rules/common.smk"
include: "workflow/rules/records.smk"
include: "workflow/rules/prepare.smk"
include: "workflow/rules/screening.smk"
include: "workflow/rules/pool.smk"
include: "workflow/rules/double_extraction.smk"
include: "workflow/rules/bias.smk"
include: "workflow/rules/search.smk"
include: "workflow/rules/multiverse.smk"
include: "workflow/rules/correlation.smk"
include: "workflow/rules/audit.smk"
include: "workflow/rules/engines.smk"
include: "workflow/rules/certainty.smk"
include: "workflow/rules/checklist.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/bundle.smk"
