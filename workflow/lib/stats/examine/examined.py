"""Run named examinations of one pool, and say for each what came out or why nothing did."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from workflow.lib.errors import ConvergenceError, InputError, NotEstimable
from workflow.lib.stats.examine.flatten import flatten

PRECISION = "precision"  # what cumulative takes beside columns
COLUMNS = ("by", "cluster", "inner", "time", "rho")  # options that may name a column
NAMES = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
FUNCTIONS = {
    *("I", "log", "log2", "log10", "exp", "sqrt", "abs", "center", "factor", "C", "poly"),
}
NO_TAG = "not estimable"


@dataclass(frozen=True, slots=True)
class Pool:
    """The effect sizes of one analysis, and what is known of its k studies."""

    yi: np.ndarray  # (k,)
    vi: np.ndarray  # (k,)
    ni: tuple[int | None, ...]
    studies: tuple[str, ...]
    columns: dict[str, tuple]  # column of studies.csv -> one value per study
    inputs: dict[str, tuple]  # input of the effect size -> one value per study
    method: str
    test: str
    level: float  # percent
    counts: object = None  # counts.pooling.CountPooling, where the analysis pools the counts
    of_counts: str = ""  # by this method

    @property
    def k(self) -> int:
        """Number of studies."""
        return len(self.yi)

    @property
    def model(self) -> dict:
        """Estimator, test and level of the analysis."""
        return {"method": self.method, "test": self.test, "level": self.level}

    def column(self, name: str) -> tuple:
        """One column of the studies; refused where a study has no value in it."""
        missing = [
            study
            for study, value in zip(self.studies, self.columns[name], strict=True)
            if value in (None, "")
        ]
        if missing:
            raise NotEstimable(f"{name} is not known for {', '.join(missing)}")
        return self.columns[name]

    def numbers(self, name: str, rows=None) -> np.ndarray:
        """One column of the studies as numbers, of `rows` or of all; refused where one is none."""
        rows = range(self.k) if rows is None else rows
        values = self.columns[name]
        wrong = [i for i in rows if not isinstance(values[i], (int, float))]
        if wrong:
            told = ", ".join(f"{self.studies[i]} ({values[i] or 'empty'})" for i in wrong)
            raise NotEstimable(f"{name} is not a number for {told}")
        return np.array([float(values[i]) for i in rows])

    def sizes(self) -> np.ndarray:
        """Sample sizes, (k,); refused where one is not known."""
        missing = [s for s, n in zip(self.studies, self.ni, strict=True) if n is None]
        if missing:
            raise NotEstimable(f"the sample size is not known for {', '.join(missing)}")
        return np.array(self.ni, dtype=float)


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure that a review can switch on by its name."""

    name: str
    label: str  # in words
    function: Callable  # (pool, **options) -> a result dataclass
    source: str  # author year


@dataclass(frozen=True, slots=True)
class Examined:
    """What one examination of a pool found."""

    name: str  # as the review calls it
    procedure: str
    label: str
    tag: str
    source: str
    values: dict = field(default_factory=dict)
    by_study: dict = field(default_factory=dict)
    reasons: dict = field(default_factory=dict)
    reason: str = ""  # why there is nothing at all, or why it must not be interpreted


def examine(pool: Pool, wanted: dict[str, dict], procedures: dict[str, Procedure]):
    """Return one Examined for each entry of `wanted` (name -> options, `procedure` among them).

    What cannot be computed from these studies has its reason and no values.

    Raises
    ------
    InputError
        For every entry whose procedure does not exist, or that names a column which does not.
    """
    problems, found = [], []
    for name, options in wanted.items():
        options = dict(options or {})
        procedure = procedures.get(options.pop("procedure", name))
        if procedure is None:
            problems.append(f"examine.{name}: procedures are {', '.join(sorted(procedures))}")
            continue
        unknown = _unknown_columns(pool, options)
        problems += [f"examine.{name}: {problem}" for problem in unknown]
        if not unknown:
            found.append(_one(name, procedure, pool, options))
    if problems:
        raise InputError(problems)
    return tuple(found)


def _unknown_columns(pool: Pool, options: dict) -> list[str]:
    """Columns that options name and no study has; without studies there are no columns to ask."""
    places = (options, options.get("errors") or {})
    named = [one[key] for one in places for key in COLUMNS if isinstance(one.get(key), str)]
    named = [name for name in named if name != PRECISION]
    for key in ("formula", "scale"):
        named += [name for name in NAMES.findall(options.get(key) or "") if name not in FUNCTIONS]
    known = ", ".join(sorted(pool.columns))
    missing = [name for name in dict.fromkeys(named) if name not in pool.columns and pool.k]
    return [f"there is no column {name!r}; columns are {known}" for name in missing]


def _one(name, procedure, pool, options) -> Examined:
    """One examination, with its numbers by name or with the reason why there are none."""
    words = (name, procedure.name, procedure.label)
    if pool.k == 0:
        return Examined(*words, NO_TAG, procedure.source, reason="no study is pooled")
    try:
        result = procedure.function(pool, **options)
    except (InputError, NotEstimable, ConvergenceError) as error:
        return Examined(*words, NO_TAG, procedure.source, reason=str(error))
    flat = flatten(result, pool.k)
    return Examined(
        *words,
        getattr(result, "tag", procedure.label),
        procedure.source,
        flat.values,
        flat.by_study,
        flat.reasons,
        getattr(result, "reason", "") or "",
    )
