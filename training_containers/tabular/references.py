"""What a detector has to beat: one that has learned nothing, and the limits a battery management system checks."""

import numpy as np
from numpy.typing import NDArray

from inference.tabular_features import FEATURE_NAMES, Preparation
from training_containers.tabular.metrics import judge
from training_containers.tabular.windows import Windows

HOT_C = 60.0  # usual upper limit of operation for lithium-ion cells, e.g. IEC 62619's operating region
NORMAL_C = 25.0
VOLTAGE_SHARE = 0.15  # of the typical voltage, either way: about 3.2 to 4.4 V for a cell at 3.8 V


def dummy_metrics(windows: Windows) -> dict[str, float]:
    """The same probability for every window, below any threshold: no alarm ever."""
    return judge(windows, np.zeros(len(windows.lead)), threshold=0.5).metrics()


def threshold_rule_metrics(windows: Windows, preparation: Preparation) -> dict[str, float]:
    """Alarm when the hottest surface is above 60 C, or the voltage is 15 % off its typical value."""
    return judge(windows, rule_scores(windows.features, preparation), threshold=1.0).metrics()


def rule_scores(features: NDArray, preparation: Preparation) -> NDArray[np.float64]:
    """1 at the limit, more beyond it."""
    hottest = FEATURE_NAMES.index("temperature_max_c:now")
    voltage = FEATURE_NAMES.index("voltage_v:now")
    typical = preparation.typical[voltage]
    heat = (features[:, hottest] - NORMAL_C) / (HOT_C - NORMAL_C)
    deviation = np.abs(features[:, voltage] / typical - 1) / VOLTAGE_SHARE if typical else np.zeros(len(features))
    return np.maximum(heat, deviation).astype(np.float64)
