"""Who meets a challenger: a stable hash of whatever asks, the same for callers of the API and for devices."""

from hashlib import sha256


def percentile(entity_id: str) -> int:
    """0 to 99, always the same for an entity: one that gets the challenger at 10 % gets it at 50 % too."""
    return int(sha256(entity_id.encode()).hexdigest()[:8], 16) % 100
