"""Who takes the suite: every domain of the repository, and two of an outsider. A line here is all that one needs."""

from collections.abc import Mapping
from typing import NamedTuple

from stacks.domains import ALL_DOMAINS
from stacks.pipeline.ml_domain import MlDomain
from tests.contract.domains.outsiders.birds import BirdWatch
from tests.contract.domains.outsiders.pumps import PumpWatch
from tests.contract.domains.toys import ToyData
from tests.toys import pumps


class Candidate(NamedTuple):
    construct: type[MlDomain]
    toy: ToyData | None = None
    """None: raw data as the toys of its kind of data make them from its definition."""
    hyperparameters: Mapping[str, str] | None = None
    """None: those that make its container end within seconds."""


CANDIDATES = {name: Candidate(construct) for name, construct in ALL_DOMAINS.items()} | {
    "birds": Candidate(BirdWatch),
    "pumps": Candidate(PumpWatch, toy=ToyData({f"pumps/{name}": body for name, body in pumps.tables().items()})),
}
"""By the name that the definition has."""
