"""One stack a domain."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import Stack
from constructs import Construct

from stacks.pipeline.ml_domain import MlDomain
from stacks.platform import Platform


class DomainStack(Stack):
    """Instantiates the domain's construct and nothing else."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        domain: type[MlDomain],
        platform: Platform,
        options: Mapping[str, Any],
    ) -> None:
        super().__init__(scope, construct_id, termination_protection=platform.environment.retain)
        domain(self, domain.__name__, platform=platform, **options)
