"""What toys are made of."""

from typing import Any, NamedTuple


class ToyData(NamedTuple):
    objects: dict[str, bytes]
    """Key in the raw bucket -> content."""
    labels: tuple[dict[str, Any], ...] = ()
    """Rows of the label table, where the kind has one."""
