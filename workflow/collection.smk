# A collection of meta-analyses: one long table -> pools, diagnoses and a searchable page.
# snakemake -s workflow/collection.smk --configfile my/collection.yaml; docs/scale.md says how.

import sys
from functools import partial
from pathlib import Path

sys.path.append(str(Path(workflow.basedir).parent))  # the library; a script inherits it

from workflow.lib.config_collection import check_collection
from workflow.lib.files.check import require_config
from workflow.lib.files.cluster import require_cluster
from workflow.lib.files.collection.long_table import parts_of
from workflow.lib.files.collection.parts import part_file
from workflow.lib.files.fingerprint import library_sha256
from workflow.lib.files.running import hold

require_config(
    config,
    "collection.yaml",
    "write one (docs/scale.md), or name its folder with --directory",
    given=workflow.overwrite_configfiles,
)


configfile: "collection.yaml"


check_collection(config)

LIBRARY = library_sha256()  # a param of every rule: edit the library, rerun the rule
PARTS = parts_of(config["table"], config["chunk_rows"])
PART_OF, META_OF, POOLS_OF = (
    partial(part_file, parts=PARTS, folder=f"results/collection/{name}")
    for name in ("parts", "meta_analyses", "pools")
)


onstart:
    require_cluster(workflow.executor_plugin.name)
    hold(".snakemake")  # one run at a time; see profiles/default


rule all:
    """The tables that sum a collection up, and its page."""
    input:
        "results/collection/summary.csv",
        "results/collection/index.html",


include: "rules/collection.smk"
