"""A state machine whose executions can be followed afterwards."""

from aws_cdk import Duration
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from stacks.platform import Platform
from stacks.shared.acknowledge import acknowledge
from stacks.shared.log_group import EncryptedLogGroup


class LoggedStateMachine(sfn.StateMachine):
    """JSONata throughout; logs every transition, traces, and ends by itself."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        definition: sfn.IChainable,
        platform: Platform,
        timeout: Duration,
    ) -> None:
        log = EncryptedLogGroup(
            scope,
            f"{construct_id}Log",
            key=platform.key,
            days=platform.environment.log_days,
            name=f"/aws/vendedlogs/states/{name}",
        )
        super().__init__(
            scope,
            construct_id,
            state_machine_name=name,
            definition_body=sfn.DefinitionBody.from_chainable(definition),
            query_language=sfn.QueryLanguage.JSONATA,
            timeout=timeout,
            tracing_enabled=True,
            logs=sfn.LogOptions(destination=log, level=sfn.LogLevel.ALL, include_execution_data=True),
        )
        acknowledge(
            self.role, {"AwsSolutions-IAM5[Resource::*]": "log delivery and X-Ray know no resources for these actions"}
        )
