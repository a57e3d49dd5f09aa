"""Round numbers along an axis."""

import numpy as np


def ticks(low: float, high: float, *, most: int = 7) -> np.ndarray:
    """Three to `most` round numbers from `low` to `high`, both of which may be among them."""
    step = 10.0 ** np.floor(np.log10((high - low) / 3))
    step *= next(factor for factor in (1, 2, 5, 10) if (high - low) / (step * factor) <= most)
    first, last = np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9)
    return step * np.arange(first, last + 1)
