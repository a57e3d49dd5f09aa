"""The specification curve: universes in the order of their estimates, in columns that can be drawn."""

import numpy as np

MOST = 200  # columns; more universes share one
STATES = ("excludes", "includes", "single")  # the interval and zero; or one study, no pool


def curve(values, choice, sizes, state, *, most=MOST):
    """(columns, tiles, where) of the universes that have an estimate, smallest first.

    `values` are those of `pools.Pools`, (n,) each; `choice` (n, decisions) the option that each
    universe takes, `sizes` how many there are; `state` (n,) the place in STATES. Each column is a
    dict: `column` from 1, `universes`, the mean `beta`, the widest (`ci_lb`, `ci_ub`) and the
    narrowest (`inner_lb`, `inner_ub`) interval of its universes, and the `state` of most of them.
    Each tile is a dict: `column`, `decision` and `option` (places), and the `share` of the
    universes of the column that take it, above 0. `where` (n,) is the column of each universe, 0
    without an estimate.
    """
    known = np.flatnonzero(np.isfinite(values["beta"]))
    beta, low, high = (values[name][known] for name in ("beta", "ci_lb", "ci_ub"))
    order = np.lexsort((known, high - low, beta))
    parts = [part for part in np.array_split(order, min(most, len(order)) or 1) if len(part)]
    columns, tiles, where = [], [], np.zeros(len(choice), dtype=int)
    for number, part in enumerate(parts, 1):
        width = high[part] - low[part]
        wide, narrow = (part[pick(width)] for pick in (np.nanargmax, np.nanargmin))
        columns.append(
            {
                "column": number,
                "universes": len(part),
                "beta": float(beta[part].mean()),
                "ci_lb": float(low[wide]),
                "ci_ub": float(high[wide]),
                "inner_lb": float(low[narrow]),
                "inner_ub": float(high[narrow]),
                "state": STATES[int(np.bincount(state[known][part]).argmax())],
            }
        )
        tiles += _tiles(number, choice[known][part], sizes)
        where[known[part]] = number
    return columns, tiles, where


def _tiles(number, choice, sizes):
    """The options that the universes of one column take."""
    return [
        {
            "column": number,
            "decision": decision,
            "option": option,
            "share": float((choice[:, decision] == option).mean()),
        }
        for decision, size in enumerate(sizes)
        for option in range(size)
        if size > 1 and (choice[:, decision] == option).any()
    ]
