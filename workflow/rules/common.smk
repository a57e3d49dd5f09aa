"""What all rules share: the checked configuration and raw tables, the analyses, the fingerprint.

Needs: config.yaml, data/raw, workflow/lib, workflow/schemas
Makes: nothing
"""

from contextlib import chdir
from functools import partial

from workflow.commands.next_steps import tell_next
from workflow.lib.config import analyses_with, check_config
from workflow.lib.files.books import (
    book_figures,
    book_files,
    book_tables,
    exists_below,
    folder_files,
    kept_books,
    numbers_of,
    sections_of,
)
from workflow.lib.files.check import require_tables
from workflow.lib.files.cluster import require_cluster
from workflow.lib.files.fingerprint import library_sha256, prose_files
from workflow.lib.files.reported import reported
from workflow.lib.files.running import hold, require_writable
from workflow.lib.review.check import cross_checks
from workflow.scripts.check_inputs import check_module, check_review

check_config(config)

# The folder of the review, from here: other than this one where another workflow uses these as a
# module with a prefix. Snakemake puts it before every path of a rule; what is looked at here needs it, too.
PLACE = workflow.modifier.path_modifier.prefix or "./"
exists = partial(exists_below, PLACE)

LIBRARY = library_sha256()  # a param of every rule: edit the library, rerun the rule
ANALYSES = sorted(config["analyses"])
FORESTS = analyses_with(config, forest=True)
EXAMINED = analyses_with(config, examine=True)
EXAMINATIONS = expand("results/robustness/examined_{analysis}.json", analysis=EXAMINED)
DRAWN = analyses_with(config, figures=True)
DIAGNOSTICS = [
    f"{kind}_{name}" for name in DRAWN for kind in config["analyses"][name]["figures"]
]
BEFORE_AFTER = analyses_with(config, contrast=False)
SCREENING = "data/raw/screening.csv"  # optional; the flow is counted from it
ADJUDICATION = (
    "data/raw/adjudication.csv"  # optional; what was decided about two extractions
)
SOURCES, RECORDS = "data/raw/sources.csv", "results/tables/records.csv"  # optional
with chdir(PLACE):
    require_tables("data/raw", cross_checks(config))
    check_module(workflow.modifier, "data/raw", config)
    BOOKS = kept_books("data/raw", config)  # the optional parts of this review
    BOOK_TABLES = book_tables("data/raw", BOOKS)
    BOOK_FILES = book_files(
        "data/raw", BOOKS
    )  # the tables, and files that no table holds
    OWN_INSTRUMENTS = folder_files(
        "data/raw", ["risk_of_bias"]
    )  # brought by the review
    PROSE = (
        prose_files()
    )  # the review's own report/ if it has one, else the generic one
BOOK_NUMBERS, SECTIONS = numbers_of(BOOKS), sections_of(BOOKS)
BIAS = branch(
    "risk_of_bias" in BOOKS, then="results/tables/risk_of_bias.csv", otherwise=[]
)
RETRACTIONS = branch(
    lookup(dpath="retractions", within=config, default=False),
    then="results/tables/retractions.csv",
    otherwise=[],
)
HISTORY = "history.csv"  # optional; of a living review, beside its config.yaml
UPDATES = branch(exists(HISTORY), then="results/figures/history.svg", otherwise=[])


onstart:
    require_cluster(workflow.executor_plugin.name)
    require_writable(f"{PLACE}results")
    hold(f"{PLACE}.snakemake")  # one run at a time; see profiles/default
    check_review(f"{PLACE}data/raw", config)


onsuccess:
    tell_next()  # of a review that `make new` began
