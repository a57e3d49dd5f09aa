"""Studies with a common mean: their checked data as the model that all analyses begin with."""

import numpy as np

from workflow.lib.errors import InputError
from workflow.lib.stats.few_studies import FEW, FewStudies
from workflow.lib.stats.intercept import InterceptModel
from workflow.lib.stats.numbers import as_columns

LARGEST = 1e30  # of yi, vi and 1 / vi: beyond it products of sums leave the range of a double


def intercept_model(yi, vi) -> InterceptModel:
    """Model of k studies with a common mean; refuses values no analysis can use.

    The effects are centred on the most precise study: the sums then keep their digits however
    far from 0 the effects lie, and equal effects become exact zeros.

    Raises
    ------
    InputError
        As `effects_and_variances`.
    """
    yi, vi = effects_and_variances(yi, vi)
    k = len(yi)
    k, lead = len(yi), int(vi.argmin()) if len(vi) else 0
    centre = float(yi[lead]) if k else 0.0
    centred, others = yi - centre, vi.copy()
    others[lead : lead + 1] = np.inf
    if not 2 <= k <= FEW:
        return InterceptModel(centred, vi, centre, lead, others)
    rows = list(zip(centred.tolist(), vi.tolist(), strict=True))
    del rows[lead]
    return FewStudies(centred, vi, centre, lead, others, rows=tuple(rows))


def effects_and_variances(yi, vi) -> tuple[np.ndarray, np.ndarray]:
    """Return yi and vi as arrays (k,) of one length.

    Raises
    ------
    InputError
        Lists every yi that is not finite and every vi that is not finite and above 0, and
        what no unit of measurement explains (beyond 1e30).
    """
    yi, vi = as_columns(yi=yi, vi=vi)
    if yi.ndim == 0 and vi.ndim == 0:
        yi, vi = yi[None], vi[None]
    if yi.ndim != 1 or yi.shape != vi.shape:
        raise InputError([f"yi and vi must be two lists of one length: {yi.shape}, {vi.shape}"])
    if len(yi) and not (
        yi.min() >= -LARGEST
        and yi.max() <= LARGEST
        and vi.min() >= 1.0 / LARGEST
        and vi.max() <= LARGEST
    ):
        raise InputError(_bad_rows(yi, vi))
    return yi, vi


def _bad_rows(yi: np.ndarray, vi: np.ndarray) -> list[str]:
    """What is wrong, row by row; NaN fails every comparison."""
    bad = [
        f"row {i}: yi is {yi[i]}, not finite (or above {LARGEST:g})"
        for i in np.flatnonzero(~(np.abs(yi) <= LARGEST))
    ]
    return bad + [
        f"row {i}: vi is {vi[i]}, not finite and above 0 (or not between {1 / LARGEST:g} and "
        f"{LARGEST:g})"
        for i in np.flatnonzero(~((vi >= 1.0 / LARGEST) & (vi <= LARGEST)))
    ]
