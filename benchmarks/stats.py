"""make bench: time the statistics on made-up data, beside statsmodels and R metafor if there.

Every time is the median of several runs of a whole function, its checks and result included.
The others are given the same effects and do what they offer: statsmodels has no REML, its
`combine_effects` finds tau2 by Paule-Mandel; metafor runs in one R session, its start not
counted. Where a task has very many meta-analyses they do a sample, and the time is scaled.
"""

import csv
import importlib
import os
import platform
import shutil
import subprocess
import sys
import time
import tracemalloc
import warnings
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from workflow.lib.files.columns import write_columns, write_parquet  # noqa: E402
from workflow.lib.review.multiverse_options import POOLED  # noqa: E402
from workflow.lib.review.multiverse_record import multiverse_columns  # noqa: E402
from workflow.lib.stats.batch.leave_one_out import refit_without_each  # noqa: E402
from workflow.lib.stats.batch.pool import pool_groups  # noqa: E402
from workflow.lib.stats.batch.subsets import pool_subsets  # noqa: E402
from workflow.lib.stats.multiverse.pools import Effects as UniverseEffects  # noqa: E402
from workflow.lib.stats.multiverse.pools import pool_universes, ways_of  # noqa: E402
from workflow.lib.stats.pooling import random_effects  # noqa: E402

RUNS = 5
SAMPLE = 100  # meta-analyses that the others do of very many
R_SCRIPT = """
suppressMessages(library(metafor))
folder <- commandArgs(TRUE)[1]
tasks <- read.csv(file.path(folder, "tasks.csv"))
for (i in seq_len(nrow(tasks))) {
  d <- read.csv(file.path(folder, paste0(i, ".csv")))
  times <- numeric(3)
  for (run in 1:3) {
    start <- proc.time()[["elapsed"]]
    for (again in seq_len(tasks$inner[i])) eval(parse(text = tasks$call[i]))
    times[run] <- (proc.time()[["elapsed"]] - start) / tasks$inner[i]
  }
  cat(tasks$place[i], median(times), "\\n")
}
"""
R_FIT = "rma(yi, vi, data = d, test = 'knha')"
R_EACH = (
    "for (g in split(d, d$group)) try({ r <- rma(g$yi, g$vi, test = 'knha', control = "
    "list(maxiter = 10000, stepadj = 0.5)); predict(r); confint(r) }, silent = TRUE)"
)


@dataclass(frozen=True)
class Effects:
    """Made-up effects; `group` are the meta-analyses or the clusters they belong to."""

    yi: np.ndarray
    vi: np.ndarray
    group: np.ndarray


@dataclass(frozen=True)
class Task:
    """What is timed, and how the others do the same."""

    name: str
    ours: Callable[[], object]
    statsmodels: tuple[Callable, float] | None = None  # (call(combine_effects), factor of its time)
    metafor: tuple[Effects, str, int, float] | None = None  # (d, call, repeats, factor of its time)
    runs: int = RUNS


def effects(sizes, seed=1) -> Effects:
    """Meta-analyses of the given sizes; in two of five tau2 is 0."""
    rng, sizes = np.random.default_rng(seed), np.asarray(sizes)
    vi = np.exp(rng.standard_normal(sizes.sum()) - 2.0)
    tau2 = np.exp(1.5 * rng.standard_normal(len(sizes)) - 2.0)
    tau2[rng.random(len(sizes)) < 0.4] = 0.0
    total = vi + np.repeat(tau2, sizes)
    yi = np.repeat(rng.standard_normal(len(sizes)), sizes)
    yi += rng.standard_normal(len(vi)) * np.sqrt(total)
    return Effects(yi, vi, np.repeat(np.arange(len(sizes)), sizes))


def one_set(k: int) -> Effects:
    """One meta-analysis of k studies, tau2 0.1."""
    rng = np.random.default_rng(k)
    vi = np.exp(rng.standard_normal(k) - 2.0)
    return Effects(rng.standard_normal(k) * np.sqrt(vi + 0.1), vi, np.zeros(k, dtype=int))


def many(groups: int) -> Effects:
    """Meta-analyses of 2 to 50 studies, median 5."""
    rng = np.random.default_rng(groups)
    sizes = np.exp(np.log(5.3) + 0.75 * rng.standard_normal(groups)).round().astype(int)
    return effects(np.clip(sizes, 2, 50), seed=groups)


def head(d: Effects, groups: int) -> Effects:
    """The first meta-analyses."""
    here = d.group < groups
    return Effects(d.yi[here], d.vi[here], d.group[here])


def single_fits():
    """One meta-analysis."""
    for k in (10, 1000, 4000, 100_000):
        d = one_set(k)
        yield Task(
            f"one fit, k = {k:,}",
            lambda d=d: random_effects(d.yi, d.vi, test="knha"),
            (lambda combine, d=d: combine(d.yi, d.vi, use_t=True).summary_frame(), 1.0),
            (d, R_FIT, 20 if k < 100 else 1, 1.0) if k <= 1000 else None,
            runs=200 if k < 100 else RUNS,
        )


def left_out():
    """Every study left out in turn, tau2 estimated anew."""
    for k in (100, 1000):
        d = one_set(k)

        def theirs(combine, d=d, k=k):
            for i in range(k):
                combine(np.delete(d.yi, i), np.delete(d.vi, i), use_t=True)

        yield Task(
            f"leave-one-out, k = {k:,}",
            lambda d=d: refit_without_each(d.yi, d.vi, test="knha"),
            (theirs, 1.0),
            (d, f"leave1out({R_FIT})", 1, 1.0) if k == 100 else None,
        )


def each_with(combine, d: Effects):
    """Summary of every meta-analysis by statsmodels."""
    starts = np.flatnonzero(np.diff(d.group)) + 1
    for yi, vi in zip(np.split(d.yi, starts), np.split(d.vi, starts), strict=True):
        combine(yi, vi, use_t=True)


def batches():
    """Very many meta-analyses."""
    for groups in (57_397, 1_000_000):
        d = many(groups)
        sample, factor = head(d, SAMPLE), groups / SAMPLE
        yield Task(
            f"{groups:,} meta-analyses ({len(d.yi):,} rows), PI and Q-profile",
            lambda d=d: pool_groups(d.yi, d.vi, d.group, test="knha"),
            (lambda combine, sample=sample: each_with(combine, sample), factor),
            (sample, R_EACH, 1, factor),
            runs=RUNS if groups < 100_000 else 3,
        )
    universes, K = 100_000, 20
    d, include = one_set(K), np.random.default_rng(3).random((universes, K)) < 0.5
    include[~include.any(axis=1)] = True
    rows = [np.flatnonzero(x) for x in include[:SAMPLE] if x.sum() > 1]
    where = np.concatenate(rows)
    group = np.repeat(np.arange(len(rows)), [len(x) for x in rows])
    sample, factor = Effects(d.yi[where], d.vi[where], group), universes / len(rows)
    yield Task(
        f"{universes:,} universes, K = {K}",
        lambda: pool_subsets(d.yi, d.vi, include, test="knha"),
        (lambda combine: each_with(combine, sample), factor),
        (sample, R_EACH, 1, factor),
    )


def influences():
    """The influence set, if this library has it."""
    influence = importlib.import_module("workflow.lib.stats.diagnostics.influence").influence
    linear_model = importlib.import_module("workflow.lib.stats.regression.model").linear_model
    for k in (50, 1000):
        d = one_set(k)
        yield Task(
            f"influence, k = {k:,}",
            lambda d=d: influence(linear_model(d.yi, d.vi)),
            None,
            (d, f"influence({R_FIT})", 1, 1.0) if k == 50 else None,
        )


def three_levels():
    """Effects in clusters, if this library has it."""
    dependence = "workflow.lib.stats.dependence."
    multilevel = importlib.import_module(dependence + "three_level").multilevel
    model = importlib.import_module(dependence + "model").dependent_model
    nested = importlib.import_module(dependence + "terms").nested
    for k in (1000, 10_000):
        d = effects(np.full(k // 4, 4))
        row = np.arange(k)
        yield Task(
            f"three-level, k = {k:,}",
            lambda d=d, row=row: multilevel(
                model(d.yi, d.vi), nested(("group", "row"), (d.group, row))
            ),
            None,
            (d, "rma.mv(yi, vi, random = ~ 1 | group / row, data = cbind(d, row = seq_along(d$yi)),"
                " sparse = TRUE)", 1, 1.0) if k == 1000 else None,
        )  # fmt: skip


def multiverses():
    """A hundred thousand universes of twenty made-up studies, from effects to files on the disk."""
    from tests.made_up import rows_of
    from tests.made_up_multiverse import decision, made

    rows = []
    for number in range(20):
        study, score = f"made_up_{number}", 4.0 + 0.1 * number
        rows += rows_of(study, "single", "baseline", n="20", mean="7.0", sd="1.5")
        rows += rows_of(study, "single", "3 months", n="20", mean=f"{score:.1f}", sd="2.0")
    found = made(
        rows,
        measure=decision("measure", "SMCC", "SMCRP"),
        r=decision("r", *(number / 20 for number in range(19))),
        correct=decision("correct", False),
        inclusion=decision("inclusion", *({"without": [f"made_up_{n}"]} for n in range(19))),
        method=decision("method", "DL", "EE", "ML", "PM", "HE", "SJ"),
        test=decision("test", "z", "knha"),
        level=decision("level", 90),
    )
    values = {name: [one.value for one in members] for name, members in found.options.items()}
    ways = ways_of(*(values[name] for name in POOLED))
    data, way = (found.grid.place(part) for part in (slice(0, 6), slice(6, None)))
    effects = UniverseEffects(found.effects.yi, found.effects.vi)
    universes = f"{len(found.grid):,} universes of a multiverse"
    yield Task(f"{universes}, pooled", lambda: pool_universes(effects, ways, data, way))
    yield Task(f"{universes}, written", lambda: written(found), runs=3)


def written(multiverse):
    """The table of a multiverse as CSV and as Parquet."""
    columns = multiverse_columns(multiverse)
    with TemporaryDirectory() as folder:
        write_columns(columns, Path(folder) / "multiverse.csv", "multiverse_universes")
        write_parquet(columns, Path(folder) / "multiverse.parquet", "multiverse_universes")


def tasks():
    """All tasks that this library can do."""
    found = []
    for group in (single_fits, left_out, batches, influences, three_levels, multiverses):
        try:
            found.extend(group())
        except ImportError as error:
            print(f"{group.__name__}: not in this library ({error})")
    return found


def timed(call, runs: int) -> float:
    """Median seconds of a call; the first one warms up and is not counted."""
    call()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return median(times)


def with_statsmodels(found) -> dict[int, float]:
    """Seconds of statsmodels, by place of the task; empty if it is not installed."""
    try:
        combine = importlib.import_module("statsmodels.stats.meta_analysis").combine_effects
    except ImportError:
        print("statsmodels not installed")
        return {}
    seconds = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says that intervals of single studies are normal
        for place, task in enumerate(found):
            if task.statsmodels:
                call, factor = task.statsmodels
                seconds[place] = factor * timed(lambda call=call: call(combine), 3)
    return seconds


def with_metafor(found) -> dict[int, float]:
    """Seconds of metafor, by place of the task; empty if R or metafor is not installed."""
    if shutil.which("Rscript") is None:
        print("R not installed")
        return {}
    wanted = [(place, task.metafor) for place, task in enumerate(found) if task.metafor]
    with TemporaryDirectory() as folder:
        path = Path(folder)
        rows = [(place, call, inner) for place, (_, call, inner, _) in wanted]
        write(path / "tasks.csv", ("place", "call", "inner"), rows)
        for number, (_, (d, *_)) in enumerate(wanted, start=1):
            columns = zip(d.yi.tolist(), d.vi.tolist(), d.group.tolist(), strict=True)
            write(path / f"{number}.csv", ("yi", "vi", "group"), columns)
        command = ["Rscript", "-e", R_SCRIPT, folder]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        print(f"metafor could not be run: {run.stderr.strip()[-300:]}")
        return {}
    seconds = dict(line.split() for line in run.stdout.splitlines())
    return {place: factor * float(seconds[str(place)]) for place, (*_, factor) in wanted}


def write(path: Path, header, rows) -> None:
    """A CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def shown(seconds: float | None) -> str:
    """A time with its unit."""
    if seconds is None:
        return ""
    return f"{seconds * 1e3:.3g} ms" if seconds < 1.0 else f"{seconds:,.3g} s"


def counts() -> str:
    """What does not depend on the load: evaluations per meta-analysis, and memory."""
    d = many(57_397)
    found = pool_groups(d.yi, d.vi, d.group)
    n = len(found.k)
    tracemalloc.start()
    found = pool_groups(d.yi, d.vi, d.group)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    arrays = [getattr(found, field.name) for field in fields(found)]
    own = sum(array.nbytes for array in arrays if isinstance(array, np.ndarray))
    return (
        f"evaluations per meta-analysis: {found.evaluations_tau2 / n:.2f} for REML (at most 2.2), "
        f"{found.evaluations_profile / n:.2f} for Q-profile (at most 3.7); memory beyond input "
        f"and output {(peak - own) / 2**20:.0f} MB"
    )


def main():
    """Print the table."""
    found = tasks()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
          f"numpy {np.__version__}; made-up data")  # fmt: skip
    ours = [timed(task.ours, task.runs) for task in found]
    others = {"statsmodels": with_statsmodels(found), "metafor": with_metafor(found)}
    heads = [text for name in others for text in (name, "ratio")]
    print("".join(f"{text:>14}" for text in ("ours", *heads)) + "  task")
    for place, task in enumerate(found):
        cells = [shown(ours[place])]
        for times in others.values():
            seconds = times.get(place)
            ratio = "" if seconds is None else f"{seconds / ours[place]:,.0f} x"
            cells += [shown(seconds), ratio]
        print("".join(f"{text:>14}" for text in cells) + f"  {task.name}")
    print("statsmodels: Paule-Mandel, as it has no REML, and no Q-profile; metafor: REML; both did "
          f"{SAMPLE} of very many, scaled")  # fmt: skip
    print(counts())


if __name__ == "__main__":
    main()
