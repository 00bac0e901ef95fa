"""A state machine with logs and traces of every execution."""

from collections.abc import Sequence

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from stacks.platform import Platform
from stacks.shared.acknowledge import acknowledge_star, acknowledge_wildcards
from stacks.shared.log_group import EncryptedLogGroup
from stacks.shared.rules.template import as_list


class LoggedStateMachine(sfn.StateMachine):
    """JSONata throughout; logs every transition, traces, and ends by itself."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        definition: sfn.IChainable,
        calls: Sequence[lambda_.IFunction],
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
        acknowledge_star(self.role, "logs", "xray")
        versions = [f"{function.function_arn}:*" for function in calls]
        acknowledge_wildcards(self.role, versions, "any version of a function of the domain's own")
        self._acknowledge_maps()

    def _acknowledge_maps(self) -> None:
        """What CDK adds for a Distributed Map: its items are executions of this state machine."""
        policy = self.node.try_find_child("DistributedMapPolicy")
        if isinstance(policy, iam.Policy):
            document = Stack.of(self).resolve(policy.document)
            resources = [one for statement in document["Statement"] for one in as_list(statement["Resource"])]
            acknowledge_wildcards(policy, resources, "any execution of this state machine")
