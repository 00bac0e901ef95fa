"""What makes a domain itself. Data, not logic: each part is the model that the stage's function reads.

Authors of domains import from here.
"""

from stacks.pipeline.definition.domain import LONGEST_NAME, DomainDefinition, LabelledAccuracy
from stacks.pipeline.definition.durations import hours, minutes
from stacks.pipeline.definition.requirements import at_least, at_most, surely_at_least, surely_at_most
from stacks.pipeline.definition.training import Training

__all__ = [
    "LONGEST_NAME",
    "DomainDefinition",
    "LabelledAccuracy",
    "Training",
    "at_least",
    "at_most",
    "hours",
    "minutes",
    "surely_at_least",
    "surely_at_most",
]
