"""Durations as people say them."""


def minutes(count: float) -> int:
    """In seconds."""
    return round(count * 60)


def hours(count: float) -> int:
    """In seconds."""
    return round(count * 3600)
