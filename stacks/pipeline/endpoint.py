"""What serves: the role of every endpoint, and the endpoint of a domain that is pinned to one model."""

import re

from aws_cdk import Annotations, Aws
from aws_cdk import aws_ecr_assets as assets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from inference.contracts.package import MANIFEST_SHA256_VARIABLE
from lambdas.common.artifacts import runs_folder
from lambdas.endpoint_release.models import EndpointSpec
from stacks.platform import Platform
from stacks.shared import permissions
from stacks.shared.acknowledge import acknowledge_star
from stacks.shared.names import Names


class EndpointRole(iam.Role):
    """Reads model packages, pulls the serving image, writes its logs."""

    def __init__(
        self, scope: Construct, construct_id: str, *, names: Names, platform: Platform, image: assets.DockerImageAsset
    ) -> None:
        super().__init__(scope, construct_id, assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"))
        permissions.allow_objects(self, permissions.READ_OBJECT, platform.artifacts, runs_folder(names.domain))
        image.repository.grant_pull(self)
        groups = f"log-group:/aws/sagemaker/Endpoints/{names.prefix}-*"
        logs = f"arn:{Aws.PARTITION}:logs:{Aws.REGION}:{Aws.ACCOUNT_ID}:{groups}"
        permissions.allow(self, permissions.WRITE_LOGS, [logs])
        permissions.allow_metrics(self, "/aws/sagemaker/*")
        acknowledge_star(self, "ecr:GetAuthorizationToken", "cloudwatch:PutMetricData")


class PinnedEndpoint(Construct):
    """One endpoint of one model, owned by CloudFormation and never touched by a release.

    Model and configuration are replaced on any change, so they have no names of ours.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: Names,
        role: iam.IRole,
        image: assets.DockerImageAsset,
        endpoint: EndpointSpec,
        model_data_url: str,
        manifest_sha256: str | None,
    ) -> None:
        """`manifest_sha256`: of the package's manifest.json; the endpoint refuses another one. None: any is served."""
        super().__init__(scope, construct_id)
        model_arn = f"arn:{Aws.PARTITION}:s3:::{_bucket_and_key(model_data_url)}"
        permissions.allow(role, permissions.READ_OBJECT, [model_arn])
        model = sagemaker.CfnModel(
            self,
            "Model",
            execution_role_arn=role.role_arn,
            primary_container=sagemaker.CfnModel.ContainerDefinitionProperty(
                image=image.image_uri,
                model_data_url=model_data_url,
                environment=None if manifest_sha256 is None else {MANIFEST_SHA256_VARIABLE: _sha256(manifest_sha256)},
            ),
        )
        model.node.add_dependency(role)
        if manifest_sha256 is None:
            Annotations.of(self).add_warning_v2(
                "vigil:unvouched",
                f"nothing vouches for the manifest in {model_data_url}: "
                f"give its sha256 as {names.domain}:modelManifestSha256",
            )
        config = sagemaker.CfnEndpointConfig(
            self,
            "Config",
            production_variants=[
                sagemaker.CfnEndpointConfig.ProductionVariantProperty(
                    variant_name="pinned",
                    model_name=model.attr_model_name,
                    initial_variant_weight=1,
                    serverless_config=sagemaker.CfnEndpointConfig.ServerlessConfigProperty(
                        memory_size_in_mb=endpoint.memory_mb, max_concurrency=endpoint.max_concurrency
                    ),
                )
            ],
        )
        self.name = names.of("pinned")
        sagemaker.CfnEndpoint(
            self, "Endpoint", endpoint_name=self.name, endpoint_config_name=config.attr_endpoint_config_name
        )


def _sha256(text: str) -> str:
    if not re.fullmatch("[0-9a-f]{64}", text):
        raise ValueError(
            f"modelManifestSha256 {text!r}: 64 hexadecimal digits in lower case are expected; "
            "`tar -xOzf model.tar.gz ./manifest.json | sha256sum` tells them"
        )
    return text


def _bucket_and_key(model_data_url: str) -> str:
    _, scheme, rest = model_data_url.partition("s3://")
    bucket, _, key = rest.partition("/")
    if not (scheme and bucket and key.endswith(".tar.gz")):
        raise ValueError(f"modelDataUrl {model_data_url!r}: s3://<bucket>/<key>.tar.gz is expected")
    return rest
