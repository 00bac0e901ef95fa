"""A domain pinned to one model: its endpoint is CloudFormation's, and no release touches it."""

import re
from dataclasses import dataclass

from aws_cdk import Annotations, Aws
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from inference.contracts.package import MANIFEST_SHA256_VARIABLE
from lambdas.endpoint_release.targets.serverless.spec import ServerlessSpec
from stacks.pipeline.domain_context import DomainContext
from stacks.pipeline.serving import Serving
from stacks.shared import key_permissions, permissions
from stacks.shared.context_option import ContextOption


@dataclass(frozen=True, kw_only=True)
class PinnedModel:
    """A model package, `s3://<bucket>/<key>.tar.gz`."""

    data_url: str
    manifest_sha256: str | None = None
    """Of the package's manifest.json; the endpoint refuses another one. None: any is served."""
    key_arn: str | None = None
    """The KMS key of the package, where it is not the environment's."""

    def __post_init__(self) -> None:
        if re.fullmatch(r"s3://[^/]+/.*\.tar\.gz", self.data_url) is None:
            raise ValueError(f"modelDataUrl {self.data_url!r}: s3://<bucket>/<key>.tar.gz is expected")
        if self.manifest_sha256 is not None and re.fullmatch("[0-9a-f]{64}", self.manifest_sha256) is None:
            raise ValueError(
                f"modelManifestSha256 {self.manifest_sha256!r}: 64 hexadecimal digits in lower case are expected; "
                "`tar -xOzf model.tar.gz ./manifest.json | sha256sum` tells them"
            )

    @property
    def arn(self) -> str:
        return f"arn:{Aws.PARTITION}:s3:::{self.data_url.removeprefix('s3://')}"


PINNED_MODEL = ContextOption(
    argument="pinned_model",
    words={"modelDataUrl": "data_url", "modelManifestSha256": "manifest_sha256", "modelDataKey": "key_arn"},
    make=PinnedModel,
)


class PinnedEndpoint(Construct):
    """Model and configuration are replaced on any change, so they have no names of ours."""

    def __init__(
        self, scope: Construct, construct_id: str, *, domain: DomainContext, serving: Serving, model: PinnedModel
    ) -> None:
        super().__init__(scope, construct_id)
        permissions.allow(serving.role, permissions.READ_OBJECT, [model.arn])
        if model.key_arn is not None:
            key_permissions.allow_foreign_key(serving.role, model.key_arn, "kms:Decrypt")
        self.name = domain.names.of("pinned")
        sagemaker.CfnEndpoint(
            self,
            "Endpoint",
            endpoint_name=self.name,
            endpoint_config_name=self._config(domain, self._model(serving, model)).attr_endpoint_config_name,
        )
        if model.manifest_sha256 is None:
            Annotations.of(self).add_warning_v2(
                "vigil:unverifiedManifest",
                f"the manifest in {model.data_url} cannot be verified: "
                f"give its sha256 as {domain.definition.name}:modelManifestSha256",
            )

    def _model(self, serving: Serving, model: PinnedModel) -> sagemaker.CfnModel:
        sha256 = model.manifest_sha256
        made = sagemaker.CfnModel(
            self,
            "Model",
            execution_role_arn=serving.role.role_arn,
            primary_container=sagemaker.CfnModel.ContainerDefinitionProperty(
                image=serving.image.image_uri,
                model_data_url=model.data_url,
                environment=None if sha256 is None else {MANIFEST_SHA256_VARIABLE: sha256},
            ),
        )
        made.node.add_dependency(serving.role)
        return made

    def _config(self, domain: DomainContext, model: sagemaker.CfnModel) -> sagemaker.CfnEndpointConfig:
        target = domain.definition.target.parts[0]
        if not isinstance(target, ServerlessSpec):
            raise ValueError(
                f"{domain.definition.name} is pinned to a model and its target is {target.kind!r}: only a serverless "
                "endpoint can be pinned"
            )
        return sagemaker.CfnEndpointConfig(
            self,
            "Config",
            production_variants=[
                sagemaker.CfnEndpointConfig.ProductionVariantProperty(
                    variant_name="pinned",
                    model_name=model.attr_model_name,
                    initial_variant_weight=1,
                    serverless_config=sagemaker.CfnEndpointConfig.ServerlessConfigProperty(
                        memory_size_in_mb=target.memory_mb, max_concurrency=target.max_concurrency
                    ),
                )
            ],
        )
