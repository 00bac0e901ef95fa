"""Lead-time bands: what a probability has meant for the time that was left."""

import numpy as np

from inference.contracts.tasks.tabular import LeadTimeBand
from inference.tabular.predictor import BandFrom
from training_containers.tabular.threshold import Scored

BANDS = 4
LEAST = 20  # windows a band is made of


def lead_time_bands(held_out: list[Scored], threshold: float) -> tuple[BandFrom, ...]:
    """Bands of rising probability with about equally many held-out windows, of entities whose event did come."""
    scores = np.concatenate([one.scores for one in held_out])
    lead = np.concatenate([one.windows.lead for one in held_out])
    alarmed = (scores >= threshold) & np.isfinite(lead)
    scores, lead = scores[alarmed], lead[alarmed]
    bands = max(1, min(BANDS, len(scores) // LEAST))
    if len(scores) == 0:
        return ()
    edges = np.unique(np.quantile(scores, np.arange(bands) / bands))
    edges[0] = threshold
    number = np.searchsorted(edges, scores, side="right") - 1
    return tuple(
        BandFrom(probability=float(edge), band=_band(lead[number == index]))
        for index, edge in enumerate(edges)
        if (number == index).any()
    )


def _band(lead: np.ndarray) -> LeadTimeBand:
    low, high = np.quantile(lead, [0.1, 0.9])
    return LeadTimeBand(from_s=float(low), to_s=float(high))
