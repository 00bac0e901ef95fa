"""How the learning rate changes over a stage."""

import math

WARM_UP_FRACTION = 0.05
"""Of all steps."""


def learning_rate_factor(step: int, total: int) -> float:
    """Linear warm-up, then half a cosine to zero at the last of `total` steps."""
    warm_up = max(1, round(WARM_UP_FRACTION * total))
    if step < warm_up:
        return (step + 1) / warm_up
    return 0.5 * (1 + math.cos(math.pi * min(1.0, (step - warm_up) / max(1, total - warm_up))))
