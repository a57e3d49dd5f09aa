"""Writes data/raw of the made-up review: python -m tests.projects.full.make [folder]

The same bytes each time. Four exports of 3,000 records, every raw table that a review can keep, and
the seal. Nothing in it is real.
"""

import random
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.projects.bias_made_up import COLUMNS as BIAS_COLUMNS
from tests.projects.full import tables
from tests.projects.full.trials import Trial, made_up_trials
from tests.projects.records_made_up import MadeUp, made_up_review
from tests.projects.screening_made_up import COLUMNS as LEDGER_COLUMNS
from tests.projects.screening_made_up import made_up_ledger
from workflow.commands.in_process import write_cells, write_seal
from workflow.lib.files.exports.sources import read_sources
from workflow.lib.review.dedupe.rows import record_tables

HERE = Path(__file__).parent
RECORDS, SEED = 3000, 2024
REMOVED = {"automation": 25, "other": 4}  # records removed before screening, duplicates aside
PRINTED = {  # digits of the made-up published review: some as ours, some not, some impossible
    **{"records_identified": "3000", "studies_included": "18", "studies_pooled": "15"},
    **{"pain_estimate": "0.67", "pain_ci_lb": "0.47", "pain_ci_ub": "0.87", "pain_pval": "<0.001"},
    **{
        "points_estimate": "1.30",
        "points_ci_lb": "0.90",
        "points_ci_ub": "1.70",
        "points_pval": "0.20",
    },
    "adverse_estimate": "1.50",
}
FLOW = ("box", "value", "reason", "source", "page", "quote", "note")


@dataclass(frozen=True, slots=True)
class Full:
    """What is known of the made-up review, apart from what the workflow makes of it."""

    trials: list[Trial]
    exports: MadeUp
    unique: list[str]  # the records that are kept, one for each work
    removed: dict[str, str]  # record -> how it was removed before screening
    ledger: list[dict]


def write(folder) -> Full:
    """Write data/raw below `folder`, anew; config.yaml is that beside this file."""
    raw = Path(folder) / "data/raw"
    shutil.rmtree(raw, ignore_errors=True)
    (raw / "records").mkdir(parents=True)
    trials = made_up_trials()
    planted = [one for trial in trials for one in (trial.work, trial.second) if one]
    exports = made_up_review(RECORDS, seed=SEED, planted=planted)
    for name, content in exports.exports.items():
        (raw / "records" / name).write_bytes(content)
    decisions, unique = deduplicated(raw, exports)
    removed = _removed([name for name in unique if name not in _about(trials, exports, unique)])
    full = Full(trials, exports, unique, removed, _ledger(trials, exports, unique, removed))
    write_cells("sources", exports.sources, raw)
    write_cells("duplicates", decisions, raw)
    write_cells("screening", full.ledger, raw, columns=list(LEDGER_COLUMNS))
    _write_tables(raw, trials)
    write_seal(raw)
    return full


def _write_tables(raw, trials):
    """The tables of the studies, and of what people said about them."""
    config = yaml.safe_load((HERE / "config.yaml").read_text(encoding="utf-8"))
    extraction = tables.extraction_rows(trials)
    rows = {
        **{"studies": tables.study_rows(trials), "extraction": extraction},
        **tables.extractors(trials, extraction),
        **{"claims": tables.claim_rows(PRINTED), "certainty": tables.certainty_rows()},
        **{"checklist": tables.checklist_rows()},
        **tables.protocol_tables(config),
    }
    for name, table in rows.items():
        write_cells(name, table, raw)
    write_cells("flow", [], raw, columns=list(FLOW))  # counted from the ledger
    write_cells("risk_of_bias", tables.bias_rows(trials), raw, columns=BIAS_COLUMNS)
    (raw / "retraction_watch.csv").write_bytes(tables.retraction_snapshot(trials))


def _removed(records):
    """Record -> how it was removed before screening, of some of `records`."""
    hows = [how for how, number in REMOVED.items() for _ in range(number)]
    return dict(zip(random.Random(SEED).sample(records, len(hows)), hows, strict=True))


def _ledger(trials, exports, unique, removed):
    studies, about = [one.study for one in trials], _about(trials, exports, unique)
    return made_up_ledger(unique, studies, removed=removed, about=about)


def _about(trials, exports, unique):
    """Kept record -> study of each report of a trial."""
    reports = {
        one.key: trial.study for trial in trials for one in (trial.work, trial.second) if one
    }
    works = {name: exports.works[name] for name in unique}
    return {name: reports[work] for name, work in works.items() if work in reports}


def deduplicated(raw, exports):
    """(rows of duplicates.csv, records that are kept) after which each work is kept exactly once."""
    sources = [row | {"expected": int(row["expected"])} for row in exports.sources]
    read, _ = read_sources(raw, sources)
    decisions = {}
    for _ in range(9):
        found = record_tables(sources, read, list(decisions.values()))
        wrong = [*_open(found, exports.works), *_missed(found, exports.works)]
        if not wrong:
            kept = zip(found.records["record"], found.records["duplicate_of"], strict=True)
            return list(decisions.values()), [name for name, of in kept if not of]
        decisions |= {(row["record_a"], row["record_b"]): row for row in wrong}
    raise RuntimeError("the made-up decisions do not settle the made-up duplicates")


def _open(found, works):
    """A decision on each pair that the rules leave open."""
    return [_decision(one["record_a"], one["record_b"], works) for one in found.uncertain]


def _missed(found, works):
    """A decision on works that are kept twice, and on groups of several works."""
    first, kept = {}, {}
    for name, group in zip(found.records["record"], found.records["group"], strict=True):
        other = first.setdefault(group, name)
        if works[other] != works[name]:
            yield _decision(other, name, works)
        elif name == group:
            twin = kept.setdefault(works[name], name)
            if twin != name:
                yield _decision(twin, name, works)


def _decision(one, other, works):
    same = works[one] == works[other]
    return {
        **{"record_a": one, "record_b": other, "decision": "same" if same else "different"},
        **{"who": "N. O. Body (made up)", "when": "2024-04-02"},
        "why": "made up: read both; one work" if same else "made up: read both; two works",
    }


if __name__ == "__main__":
    write(sys.argv[1] if len(sys.argv) > 1 else HERE)
