"""Features as captures and baselines have them."""

import numpy as np
from numpy.typing import NDArray

SIGNIFICANT = 6


def captured(features: NDArray[np.float32]) -> NDArray[np.float64]:
    """Six significant digits, so that they are short and agree; NaN stays NaN."""
    values = features.astype(np.float64)
    scale = 10.0 ** (SIGNIFICANT - 1 - np.floor(np.log10(np.maximum(np.abs(values), 1e-12))))
    return np.round(values * scale) / scale
