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

    def export(self, *values: str) -> None:
        """Export these whether a stack uses them now or not.

        CloudFormation keeps an export that a stack still imports from going. The CDK exports what is used, deploys the
        exporting stack first, and there the deployment ends when a domain stops using something.
        """
        for value in values:
            self.export_value(value)
