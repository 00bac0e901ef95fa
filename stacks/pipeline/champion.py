"""Where apps that prefer the SageMaker API find the champion's endpoint."""

from aws_cdk import aws_ssm as ssm
from constructs import Construct

from stacks.shared.names import Names


class ChampionParameter(ssm.StringParameter):
    """Says `none` to CloudFormation for ever; releases write it, and a pinned model leaves it as it is."""

    def __init__(self, scope: Construct, construct_id: str, *, names: Names) -> None:
        super().__init__(
            scope,
            construct_id,
            parameter_name=names.champion_parameter,
            string_value="none",
            description=f"Endpoint of the champion of {names.domain}; releases keep it true",
        )
