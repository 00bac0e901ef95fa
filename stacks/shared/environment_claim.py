"""One environment for each account and Region, since functions and alarms have fixed names."""

from aws_cdk import aws_ssm as ssm
from constructs import Construct

from stacks.settings import APP, Environment


class EnvironmentClaim(ssm.StringParameter):
    """The parameter `/vigil/environment`: a second environment fails on its name before anything else is made."""

    def __init__(self, scope: Construct, construct_id: str, *, environment: Environment) -> None:
        super().__init__(
            scope,
            construct_id,
            parameter_name=f"/{APP}/environment",
            string_value=environment.name,
            description="The one environment in this account and Region",
        )
