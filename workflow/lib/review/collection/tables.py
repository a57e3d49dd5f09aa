"""The tables of a collection as columns: one row per meta-analysis, and one per meta-analysis and model."""

import numpy as np

from workflow.lib.review.collection.rows import ranges

SHOWN = 50  # broken cells that a refusal prints; the file has them all
PRINTED = ("beta", "se", "pval", "ci_lb", "ci_ub", "pi_lb", "pi_ub", "tau2", "I2", "QE", "QEp")
POOLED = (
    *("beta", "se", "stat", "df", "pval", "ci_lb", "ci_ub", "pi_lb", "pi_ub"),
    *("tau2", "se_tau2", "tau2_lb", "tau2_ub", "I2", "H2", "QE", "QEp", "reason"),
)


def meta_columns(named, measure, rows, starts, fit, found):
    """Columns of meta_analyses: what it is, its rows in the long table, the primary model, the diagnoses.

    `named` are id, review, comparison, outcome and subgroup; `rows` (n,) the numbers of the rows of
    the groups that begin at `starts`; `fit` and `found` are PooledGroups and Diagnoses.
    """
    ends = np.append(starts, len(rows))[1:]
    places = [ranges(rows[a:b]) for a, b in zip(starts, ends, strict=True)]
    test = found.asymmetry
    return {
        **named,
        **{"measure": measure, "k": fit.k, "rows": places},
        **{name: getattr(fit, name) for name in PRINTED},
        "reason": fit.reason,
        "largest_weight": found.largest_weight,
        "pi_includes_null": _flags(found.pi_includes_null),
        "significant": found.significant,
        "significant_in": found.significant_in,
        "models": found.answering,
        "disagree": found.disagree,
        "opposite": found.opposite,
        **{"egger_slope": test.slope, "egger_se": test.se, "egger_stat": test.stat},
        **{"egger_pval": test.pval, "egger_reason": test.reason},
    }


def pool_columns(ids, pools):
    """Columns of pools: every model of every meta-analysis, the models of one below one another."""
    count, width = len(ids), len(pools)
    columns = {"id": np.repeat(np.asarray(ids, dtype=object), width)}
    columns["model"] = np.tile(np.array(list(pools), dtype=object), count)
    for name in ("method", "test"):
        values = np.array([getattr(pool, name) for pool in pools.values()], dtype=object)
        columns[name] = np.tile(values, count)
    for name in ("k", *POOLED):
        columns[name] = np.array([getattr(pool, name) for pool in pools.values()]).T.ravel()
    return columns


def _flags(values):
    """True, false, or None where there is no answer."""
    return np.where(np.isnan(values), None, values == 1.0)


def broken_rows(part, wrong, file):
    """Rows of broken_rows.csv: one per cell of a part that cannot be used."""
    ids = part.texts("id", [one.place for one in wrong])
    found = []
    for one, name in zip(wrong, ids, strict=True):
        value = one.value
        if value is None:
            (value,) = part.texts(one.column, [one.place])
        place = {"file": str(file), "row": int(part.row[one.place]), "column": one.column}
        found.append(place | {"value": value or "", "problem": one.problem, "id": name})
    return found


def skipped_rows(part, wrong, bad, named):
    """Rows of skipped.csv: one per meta-analysis among the groups `bad` of a part.

    `named(part, places)` gives id, review, comparison, outcome and subgroup of some rows.
    """
    starts = np.searchsorted(part.group, bad)
    ends = np.searchsorted(part.group, bad, side="right")
    texts = {name: cells.to_pylist() for name, cells in named(part, starts).items()}
    broken: dict[int, list] = {}
    for one in wrong:
        broken.setdefault(int(part.group[one.place]), []).append(one)
    found = []
    for place, (group, start, end) in enumerate(zip(bad, starts, ends, strict=True)):
        own = broken[int(group)]
        value = f" '{own[0].value}'" if own[0].value else ""
        found.append(
            {name: values[place] for name, values in texts.items()}
            | {"k": int(end - start), "rows": ranges(part.row[start:end])}
            | {"broken": len({one.place for one in own})}
            | {"reason": f"row {part.row[own[0].place]}, {own[0].column}:{value} {own[0].problem}"}
        )
    return found


def refusal(broken, meta_analyses, file, *, whole=True):
    """Sentences for a collection that is refused: the first broken cells, how many, and where all are.

    Without `whole` the table was not read to its end.
    """
    found = [
        "{file}, row {row}, {column}: '{value}' {problem}".format(**row) for row in broken[:SHOWN]
    ]
    rows = len({row["row"] for row in broken})
    words = f"broken rows: {rows}, meta-analyses that have them: {meta_analyses}"
    words += "" if whole else ", in the part of the table that was read"
    cure = "correct them, or set `broken: skip` to leave these meta-analyses out"
    return [*found, f"{words}; all are in {file}; {cure}"]
