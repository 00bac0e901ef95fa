"""`BatterySafety(self, "Battery")` in any stack."""

from typing import Unpack

from constructs import Construct

from stacks.domains.battery.definition import BATTERY
from stacks.pipeline.ml_domain import DomainOptions, MlDomain


class BatterySafety(MlDomain):
    """Tables of telemetry below `telemetry/` in `bucket`, which is made if not given; labels come with the data."""

    def __init__(self, scope: Construct, construct_id: str, **options: Unpack[DomainOptions]) -> None:
        super().__init__(scope, construct_id, definition=BATTERY, **options)
