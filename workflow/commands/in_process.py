"""The rules that make the numbers, in their order, in this process: raw tables in, a folder of results out."""

import csv
import hashlib
import io
import json
from pathlib import Path
from types import SimpleNamespace

from workflow.commands.in_process_books import closing_books, count, judge, judged
from workflow.lib.config import analyses_with, check_config
from workflow.lib.files.check import OPTIONAL, TABLES
from workflow.lib.files.fingerprint import SUMS, seal_text
from workflow.lib.files.tables import read_json
from workflow.scripts import (
    audit_claims,
    check_inputs,
    collect_numbers,
    count_flow,
    estimate_effects,
    examine_model,
    fit_model,
    narrate_studies,
    prepare_data,
    run_multiverse,
    search_methods,
    summarise_screening,
    trace_correlation,
)

LIBRARY = "0123456789abcdef"  # stands for the fingerprint; no number depends on it


class Named(dict):
    """Named files or parameters, by key or by attribute, as Snakemake gives them."""

    def __getattr__(self, name):
        """The member of that name."""
        return self[name]


def write_cells(name, rows, folder, columns=None):
    """Write dicts of text as a raw table; `columns` where there is no row."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns or list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    (Path(folder) / f"{name}.csv").write_text(text.getvalue(), encoding="utf-8")


def write_seal(folder):
    """Write the sums of the raw tables that are there."""
    (Path(folder) / SUMS).write_text(seal_text(folder), encoding="utf-8")


class Pipeline:
    """One pass over the rules, from `raw` to `folder`.

    `memory` (an empty dict to begin with) spares what a change leaves as it is: a pass with
    `learn` keeps what each rule made of which files and parameters, the others take it from there.
    """

    def __init__(self, raw, folder, config, *, memory=None, learn=False):
        """Refuse a configuration that cannot be used."""
        self.raw, self.folder, self.config = Path(raw), Path(folder), config
        self.analyses = sorted(config["analyses"])
        self.memory, self.learn = memory, learn
        key = _digest("check_config", config, ())
        if memory is None or key not in memory:
            check_config(config)
            self._keep(key, {})

    def path(self, place):
        """A file of the results."""
        return str(self.folder / place)

    def each(self, pattern, analyses=None):
        """One file of the results per analysis."""
        names = self.analyses if analyses is None else analyses
        return [self.path(pattern.format(name)) for name in names]

    def table(self, name):
        """A raw table."""
        return str(self.raw / f"{name}.csv")

    def run(self, rule, given, made, params=(), wildcards=()):
        """Call one script as its rule would, unless it is known what it makes of the same."""
        key = None
        if self.memory is not None:
            key = _digest(rule.__name__, [dict(params), dict(wildcards), self._short(made)], given)
            if key in self.memory:
                self._write(self.memory[key])
                return
        rule.main(
            SimpleNamespace(
                input=Named(given),
                output=Named(made),
                params=Named({**dict(params), "library": LIBRARY}),
                wildcards=Named(wildcards),
            )
        )
        self._keep(key, made)

    def _keep(self, key, made):
        """Remember what was made."""
        if self.learn:
            self.memory[key] = {
                path: (self.folder / path).read_bytes() for path in self._short(made)
            }

    def _short(self, made):
        """Paths below the folder of results."""
        return [Path(path).relative_to(self.folder).as_posix() for path in _paths(made)]

    def _write(self, contents):
        """Put back what was made."""
        for path, content in contents.items():
            place = self.folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)

    def numbers(self):
        """id -> record, after all rules up to collect_numbers."""
        self.prepare()
        self.pool()
        self.audit()
        return read_json(self.path("numbers.json"))

    def prepare(self):
        """From raw tables to values on a common scale, and the flow."""
        there = [name for name in OPTIONAL if Path(self.table(name)).is_file()]
        tables = {name: self.table(name) for name in (*TABLES, *there)}
        screening = {name: tables[name] for name in there if name == "screening"}
        given = tables | {"sums": str(self.raw / SUMS)}
        checked = self.path("prepared/checked.json")
        self.run(check_inputs, given, {"checked": checked}, {"config": self.config})
        given = {"flow": self.table("flow")} | screening
        given |= {"studies": self.table("studies")} if screening else {}
        self.run(count_flow, given, {"flow": self.path("tables/flow.csv")})
        parts = ("outcomes", "conversions", "assumptions")
        made = {name: self.path(f"prepared/{name}.csv") for name in ("values", "cleaning_log")}
        params = {name: self.config[name] for name in parts}
        self.run(prepare_data, {"extraction": self.table("extraction")}, made, params)

    def pool(self):
        """From values to effect sizes to pools."""
        given = {"values": self.path("prepared/values.csv"), "studies": self.table("studies")}
        params = {name: self.config[name] for name in ("analyses", "outcomes", "conversions")}
        self.run(estimate_effects, given, {"effects": self.each("effects/{}.csv")}, params)
        for name in self.analyses:
            params = {
                "analysis": self.config["analyses"][name],
                "thresholds": self.config["thresholds"],
                "outcomes": self.config["outcomes"],
            }
            made = {
                "model": self.path(f"models/{name}.json"),
                "leave_one_out": self.path(f"robustness/leave_one_out_{name}.csv"),
            }
            given = {"effects": self.path(f"effects/{name}.csv")}
            self.run(fit_model, given, made, params, {"analysis": name})
        judge(self)
        self.examine()

    def examine(self):
        """What config.yaml wants to know of each pool besides."""
        for name in analyses_with(self.config, examine=True):
            given = {
                "effects": self.path(f"effects/{name}.csv"),
                "model": self.path(f"models/{name}.json"),
                "studies": self.table("studies"),
            } | judged(self)
            made = {
                "record": self.path(f"robustness/examined_{name}.json"),
                "by_study": self.path(f"robustness/examined_{name}.csv"),
            }
            params = {"analysis": self.config["analyses"][name]}
            self.run(examine_model, given, made, params, {"analysis": name})

    def search(self):
        """The record of the method search, where config.yaml declares one."""
        if "method_search" not in self.config:
            return {}
        made = {
            "record": self.path("audit/method_search.json"),
            "universes": self.path("audit/method_search.csv"),
        }
        parts = ("method_search", "analyses", "outcomes", "conversions", "assumptions")
        given = {name: self.table(name) for name in ("extraction", "studies", "claims")}
        self.run(search_methods, given, made, {name: self.config[name] for name in parts})
        return {"searched": made["record"]}

    def multiverse(self):
        """The numbers of the multiverse, where config.yaml declares one."""
        if "multiverse" not in self.config:
            return []
        made = {
            name: self.path(f"robustness/multiverse.{ending}")
            for name, ending in {"record": "json", "universes": "csv", "parquet": "parquet"}.items()
        }
        made |= {"curve": self.path("figures/multiverse.csv")}
        made |= {"numbers": self.path("books/multiverse.json")}
        made |= {"section": self.path("books/multiverse.md")}
        given = {name: self.table(name) for name in ("extraction", "studies", "claims")}
        given |= judged(self)
        self.run(run_multiverse, given, made, {"config": self.config})
        return [made["numbers"]]

    def correlation(self):
        """The numbers of the correlation before and after, where config.yaml wants them."""
        if "r_tipping" not in self.config:
            return []
        made = {"ladder": "tables/correlation.csv", "record": "robustness/tipping.json"}
        made |= {"rows": "figures/tipping.csv", "numbers": "books/correlation.json"}
        made |= {"section": "books/correlation.md"}
        made = {name: self.path(place) for name, place in made.items()}
        given = {name: self.table(name) for name in ("extraction", "studies")}
        given |= {"values": self.path("prepared/values.csv")}
        given |= {"effects": [self.path(f"effects/{self.config['r_tipping']['analysis']}.csv")]}
        self.run(trace_correlation, given, made, {"config": self.config})
        return [made["numbers"]]

    def screening(self):
        """The numbers of the screening ledger, where there is one."""
        given = {"screening": self.table("screening")}
        if not Path(given["screening"]).is_file():
            return []
        names = ("agreement", "conflicts", "reasons")
        made = {name: self.path(f"tables/screening_{name}.csv") for name in names}
        made |= {"numbers": self.path("books/screening.json")}
        made |= {"section": self.path("books/screening.md")}
        self.run(summarise_screening, given, made)
        return [made["numbers"]]

    def results(self):
        """What most later rules read."""
        return {
            "studies": self.table("studies"),
            "flow": self.path("tables/flow.csv"),
            "narrated": self.path("tables/narrated.csv"),
            "claims": self.path("audit/claims.csv"),
            "effects": self.each("effects/{}.csv"),
            "models": self.each("models/{}.json"),
            "leave_one_out": self.each("robustness/leave_one_out_{}.csv"),
            "examined": self.each(
                "robustness/examined_{}.json", analyses_with(self.config, examine=True)
            ),
            "extraction": self.table("extraction"),
            "values": self.path("prepared/values.csv"),
        }

    def audit(self):
        """From pools to verdicts and to the registry."""
        given = {
            "values": self.path("prepared/values.csv"),
            "studies": self.table("studies"),
            "effects": self.each("effects/{}.csv", analyses_with(self.config, contrast=False)),
        }
        self.run(narrate_studies, given, {"narrated": self.path("tables/narrated.csv")})
        given = {
            "claims": self.table("claims"),
            "studies": self.table("studies"),
            "flow": self.path("tables/flow.csv"),
            "effects": self.each("effects/{}.csv"),
            "models": self.each("models/{}.json"),
            "examined": self.each(
                "robustness/examined_{}.json", analyses_with(self.config, examine=True)
            ),
        }
        self.run(audit_claims, given, {"claims": self.path("audit/claims.csv")})
        given = self.results() | {
            "raw_flow": self.table("flow"),
            "raw_claims": self.table("claims"),
            **self.search(),
            "books": [
                *self.screening(),
                *self.multiverse(),
                *self.correlation(),
                *count(self),
                *closing_books(self),
            ],
        }
        made = {name: self.path(f"{name}.json") for name in ("numbers", "inputs")}
        self.run(collect_numbers, given, made, {"config": self.config})


def _paths(files):
    """The paths of named files, lists of them included."""
    for one in files.values() if isinstance(files, dict) else files:
        yield from [one] if isinstance(one, str) else one


def _digest(name, words, given):
    """One sum over a name, its words and the names and contents of its files."""
    total = hashlib.sha256(json.dumps([name, words], sort_keys=True).encode())
    for path in _paths(given):
        total.update(Path(path).name.encode() + b"\0")
        total.update(hashlib.sha256(Path(path).read_bytes()).digest())
    return total.digest()
