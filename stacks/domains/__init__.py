"""What differs from domain to domain."""

from stacks.domains.battery import BatterySafety
from stacks.domains.cats import CatRecognition
from stacks.pipeline.ml_domain import MlDomain

ALL_DOMAINS: dict[str, type[MlDomain]] = {"battery": BatterySafety, "cats": CatRecognition}
