"""Lines of a stage's log: `name=value` pairs."""

import re

from training_containers.contract.metric_definitions import NUMBER

_PAIR = re.compile(rf"(?:^|\s)(\w+)=({NUMBER})")


def numbers_of(line: str) -> dict[str, float]:
    return {name: float(value) for name, value in _PAIR.findall(line)}
