"""A Lambda function made of source only: no build step, nothing downloaded at synth."""

from collections.abc import Sequence

from aws_cdk import Aws, Duration, IgnoreMode, Size
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from lambdas.common.function_variables import FunctionVariables
from stacks.platform import Platform
from stacks.shared.acknowledge import acknowledge, acknowledge_star
from stacks.shared.function_variables import within_limit
from stacks.shared.log_group import EncryptedLogGroup
from stacks.shared.source_tree import ROOT, all_but

RUNTIME = lambda_.Runtime.PYTHON_3_12
POWERTOOLS_LAYER = (
    f"arn:{Aws.PARTITION}:lambda:{Aws.REGION}:017000801446:layer:AWSLambdaPowertoolsPythonV3-python312-x86_64:27"
)
"""AWS publishes it in each commercial Region; it brings pydantic.

https://docs.aws.amazon.com/powertools/python/latest/getting-started/install/
"""
_SHARED = ("lambdas/__init__.py", "lambdas/common", "inference/__init__.py", "inference/contracts")


class PythonFunction(lambda_.Function):
    """Runs `lambdas.<package>.handler.lambda_handler`; `variables` is the function's own model of its variables.

    `files`: what it reads beside its own folder, as paths below the root.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        package: str,
        description: str,
        variables: FunctionVariables,
        platform: Platform,
        timeout: Duration,
        memory_mb: int = 256,
        scratch_mb: int | None = None,
        layers: Sequence[lambda_.ILayerVersion] = (),
        files: Sequence[str] = (),
    ) -> None:
        role = iam.Role(scope, f"{construct_id}Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log = EncryptedLogGroup(
            scope,
            f"{construct_id}Log",
            key=platform.key,
            days=platform.environment.log_days,
            name=f"/aws/lambda/{name}",
        )
        log.grant_write(role)
        powertools = lambda_.LayerVersion.from_layer_version_arn(scope, f"{construct_id}Powertools", POWERTOOLS_LAYER)
        super().__init__(
            scope,
            construct_id,
            function_name=name,
            description=description,
            runtime=RUNTIME,
            handler=f"lambdas.{package}.handler.lambda_handler",
            code=lambda_.Code.from_asset(
                str(ROOT), exclude=all_but(f"lambdas/{package}", *_SHARED, *files), ignore_mode=IgnoreMode.DOCKER
            ),
            role=role,
            log_group=log,
            layers=[powertools, *layers],
            environment=within_limit(
                scope,
                f"{construct_id}Spec",
                variables=variables,
                beside={"POWERTOOLS_SERVICE_NAME": name, "POWERTOOLS_METRICS_NAMESPACE": "Vigil"},
                role=role,
            ),
            environment_encryption=platform.key,
            timeout=timeout,
            memory_size=memory_mb,
            ephemeral_storage_size=None if scratch_mb is None else Size.mebibytes(scratch_mb),
            tracing=lambda_.Tracing.ACTIVE,
        )
        platform.key.grant_decrypt(role)
        acknowledge_star(role, "xray")
        acknowledge(self, {"AwsSolutions-L1": "the pinned layers are built for this Python, which AWS patches to 2028"})
