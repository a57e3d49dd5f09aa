# The commands of this project; each sets up what it needs in .venv.
# Needs: Python 3.11 or newer with venv, make, git.

PYTHON ?= python3
VENV := .venv
REVIEW ?= ./
# What a user gives is read as $$NAME, from the environment: a quote in it stays text. Make itself
# would run a $$(shell ...) in it: each is taken as it was written.
GIVEN := REVIEW NAME OUTCOME DESIGN MEASURE FILE FILES ONLY REPLACE DATE ID TOOL STAGE REVIEWER \
	CATEGORY LOG REASON_COLUMN TABLE BASE HEAD FOLDER RECORD WHY
$(foreach name,$(GIVEN),$(if $(filter-out undefined,$(origin $(name))),$(eval override $(name) := $$(value $(name)))))
export $(GIVEN)
READY := $(VENV)/.installed
RUN := PATH="$$PWD/$(VENV)/bin:$$PATH"
# Snakemake and matplotlib keep small files of their own below the home folder; where that cannot be
# written (a service account, a container), they keep them in $(VENV).
export XDG_CACHE_HOME := $(shell own="$${XDG_CACHE_HOME:-$$HOME/.cache}"; \
	if mkdir -p "$$own" 2>/dev/null && test -w "$$own"; then echo "$$own"; else echo "$$PWD/$(VENV)/cache"; fi)

.DEFAULT_GOAL := help
.PHONY: help update report test check seal template import import-screening reconcile protocol readme explain verify verify-lineage accept diff bundle check-manifest collection cluster-test gallery gallery-table bench reference-table format lock clean new migrate

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-15s %s\n", $$1, $$2}'

report: $(READY) ## run the whole review: data/raw to results/report/index.html, .docx and .pdf; another: REVIEW=reviews/name
	@$(RUN) snakemake --quiet host reason rules --directory "$$REVIEW"
	@$(RUN) python -m workflow.commands.headline --directory "$$REVIEW"

test: $(READY) ## run all tests
	@$(RUN) python -m pytest -n 2 --dist loadfile -q

check: $(READY) ## check style: ruff, snakefmt, snakemake --lint
	@$(RUN) ruff check .
	@$(RUN) ruff format --check .
	@$(RUN) snakefmt --check Snakefile workflow/collection.smk workflow/rules
	@$(RUN) snakemake --lint

format: $(READY) ## format Python and Snakemake files
	@$(RUN) ruff format .
	@$(RUN) snakefmt Snakefile workflow/collection.smk workflow/rules

seal: $(READY) ## show the changed cells of data/raw and rewrite SHA256SUMS
	@$(RUN) python -m workflow.commands.seal "$$REVIEW/data/raw"

new: $(READY) ## begin another review: NAME=my-review, and if wanted OUTCOME=, DESIGN=, MEASURE= (asked for on a terminal)
	@$(RUN) python -m workflow.commands.new_review $${OUTCOME:+--outcome="$$OUTCOME"} \
		$${DESIGN:+--design="$$DESIGN"} $${MEASURE:+--measure="$$MEASURE"} -- "$$NAME"

update: $(READY) ## living review: rerun what depends on new rows, tell what moved, enter it in history.csv: REVIEW=... WHY="..."
	@$(RUN) python -m workflow.commands.update --directory "$$REVIEW"

migrate: $(READY) ## bring an older config.yaml up to date, a copy kept: REVIEW=reviews/name
	@$(RUN) python -m workflow.commands.migrate --directory "$$REVIEW"

template: $(READY) ## write an empty workbook with drop-downs for an extraction: FILE=extraction_template.xlsx
	@$(RUN) python -m workflow.commands.template --directory "$$REVIEW" --file "$${FILE:-extraction_template.xlsx}"

import: $(READY) ## a review from .rm5, a Cochrane data package, .xlsx or .ods: FILE=... REVIEW=reviews/name; ONLY="--outcome 1.2", REPLACE=1
	@$(RUN) python -m workflow.commands.import_review $${REPLACE:+--replace} $$ONLY -- "$$FILE" "$$REVIEW"

reconcile: $(READY) ## compare two extractions: a proposal for extraction.csv, and the list of open conflicts
	@$(RUN) python -m workflow.commands.reconcile --directory "$$REVIEW"

protocol: $(READY) ## write the decisions of config.yaml as a protocol: make protocol DATE=2026-01-31 [ID=registration]
	@$(RUN) python -m workflow.commands.protocol --directory "$$REVIEW" --registration "$$ID" -- "$$DATE"

import-screening: $(READY) ## add exports to the screening ledger: TOOL=covidence|rayyan|asreview FILES="..." STAGE=title_abstract|full_text
	@$(RUN) python -m workflow.commands.import_screening "$$TOOL" $$FILES --directory "$$REVIEW" $${STAGE:+--stage "$$STAGE"} \
		$${REVIEWER:+--reviewer "$$REVIEWER"} $${CATEGORY:+--category "$$CATEGORY"} $${LOG:+--log "$$LOG"} \
		$${REASON_COLUMN:+--reason-column "$$REASON_COLUMN"}

readme: $(READY) ## write the answer of the last run into README.md
	@$(RUN) python -m workflow.commands.readme

explain: $(READY) ## print the chain behind one number: make explain ID=pooled.primary.beta
	@$(RUN) python -m workflow.commands.explain "$$ID" "$$REVIEW"

verify: $(READY) ## rebuild in a clean copy and compare every number with numbers.lock.csv
	@$(RUN) python -m workflow.commands.verify --directory "$$REVIEW"

verify-lineage: $(READY) ## change every cell and decision: what moves must be named; TABLE=<file> keeps what each change did
	@$(RUN) python -m workflow.commands.verify_lineage --directory "$$REVIEW" $${TABLE:+--table "$$TABLE"}

accept: $(READY) ## accept the numbers of a clean build into numbers.lock.csv; WHY="..." joins the changelog
	@$(RUN) python -m workflow.commands.accept --directory "$$REVIEW"

diff: $(READY) ## tell which numbers moved since BASE=<revision>, and why; HEAD=<revision> instead of the files as they are
	@$(RUN) python -m workflow.commands.diff --directory "$$REVIEW" -- "$$BASE" $${HEAD:+"$$HEAD"}

bundle: $(READY) ## pack the run for reviewers: results/crate and results/bundle.zip
	@$(RUN) snakemake all results/bundle.zip --quiet host reason rules

check-manifest: $(READY) ## compare every file of the run with results/manifest.json
	@$(RUN) python -m workflow.commands.check_manifest

gallery: $(READY) ## build all reviews under reviews/ and the page results/gallery/index.html; ONLY="bcg1994 ..." for some
	@$(RUN) python -m workflow.commands.gallery $$ONLY

gallery-table: $(READY) ## compute the numbers of all reviews and write docs/gallery.md
	@$(RUN) python -m workflow.commands.gallery_table

collection: $(READY) ## pool a long table of many meta-analyses: FOLDER=... with its collection.yaml; ID=... for the page of one
	@test -n "$$FOLDER" || { echo "Name the folder that has collection.yaml: make collection FOLDER=..."; exit 1; }
	@$(RUN) snakemake -s workflow/collection.smk --directory "$$FOLDER" --quiet host reason rules \
		$${ID:+"results/collection/pages/$$ID.html"}

cluster-test: $(READY) ## run the review and a collection on a Slurm that is started here: needs root, slurm-wlm and munge
	@$(RUN) tests/cluster/run.sh $${RECORD:+--record}

bench: $(READY) ## time the workflow, the statistics beside statsmodels and metafor, the search records, collections
	@$(RUN) python benchmarks/run.py
	@$(RUN) python benchmarks/stats.py
	@$(RUN) python benchmarks/records.py
	@$(RUN) python benchmarks/collection.py
	@$(RUN) python benchmarks/scale_page.py

reference-table: $(READY) ## compare with metafor into docs/agreement.md; count duplicates told into docs/deduplication.md
	@$(RUN) python -m workflow.commands.catalogue
	@$(RUN) python -m tests.reference_table
	@$(RUN) python -m tests.deduplication_table

lock: ## make requirements.lock from requirements.in (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --no-annotate requirements.in -o requirements.lock

clean: ## delete results/; everything in it can be made again
	rm -rf results

# One environment for all commands. It is made anew only when the lock changes.
$(READY): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12 report"; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
		|| { echo "Python's venv module is needed; on Debian: apt-get install python3-venv"; exit 1; }
	@echo "Installing the packages of requirements.lock into $(VENV) ..."
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@
