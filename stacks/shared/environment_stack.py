"""A stack of one environment."""

import aws_cdk as cdk
from constructs import Construct

from stacks.settings import Environment


class EnvironmentStack(cdk.Stack):
    """Protected where the environment keeps its data; bound to the environment's account if it names one."""

    def __init__(self, scope: Construct, construct_id: str, *, environment: Environment) -> None:
        super().__init__(
            scope,
            construct_id,
            env=cdk.Environment(account=environment.account),
            termination_protection=environment.retain,
        )
