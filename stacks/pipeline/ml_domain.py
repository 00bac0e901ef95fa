"""One detector and everything around it. Read this first: the stages, in order."""

from typing import Any

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.pipeline.champion import ChampionParameter
from stacks.pipeline.data_prep import DataPrep
from stacks.pipeline.definition import DomainDefinition
from stacks.pipeline.endpoint import EndpointRole, PinnedEndpoint
from stacks.pipeline.model_gate import ModelGate
from stacks.pipeline.monitoring import Monitoring
from stacks.pipeline.raw_data import RawData
from stacks.pipeline.release import Release
from stacks.pipeline.router import Router
from stacks.pipeline.tracking import Tracking
from stacks.pipeline.training import Training
from stacks.platform import Platform
from stacks.settings import APP
from stacks.shared import key_permissions
from stacks.shared.container_image import serving_image
from stacks.shared.names import Names


class MlDomain(Construct):
    """Raw data -> data prep -> training -> gate -> release -> router, watched.

    `platform`: what domains share; None makes one for this domain alone. `bucket`, `table`: raw data and labels that
    exist already; `labels_key`: the key of a table to make, None where labels come with the data. `model_data_url`
    pins one model: then there is an endpoint and a router, and nothing trains or releases; the endpoint serves it only
    if its manifest.json has `model_manifest_sha256`, where that is given.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        definition: DomainDefinition,
        platform: Platform | None = None,
        labels_key: str | None = None,
        bucket: s3.IBucket | None = None,
        table: dynamodb.ITable | None = None,
        table_key: kms.IKey | None = None,
        model_data_url: str | None = None,
        model_manifest_sha256: str | None = None,
        model_data_key_arn: str | None = None,
        tracking: Tracking | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self.definition = definition
        platform = platform if platform is not None else Platform.create(self)
        names = Names(APP, definition.name)
        common: dict[str, Any] = {"names": names, "platform": platform}
        stage: dict[str, Any] = {"definition": definition, **common}

        self.raw_data = RawData(
            self,
            "RawData",
            platform=platform,
            prefix=definition.data.prefix,
            labels_key=labels_key,
            bucket=bucket,
            table=table,
            table_key=table_key,
        )
        image = serving_image(self, "ServingImage")
        role = EndpointRole(self, "EndpointRole", image=image, **common)
        self.monitoring = Monitoring(self, "Monitoring", max_p95_ms=definition.rollout.max_p95_ms, **common)
        for name, value in {"modelManifestSha256": model_manifest_sha256, "modelDataKey": model_data_key_arn}.items():
            if value is not None and model_data_url is None:
                raise ValueError(f"{name} is about the package at modelDataUrl, which is not given: give both")
        champion = ChampionParameter(self, "Champion", names=names)
        self.training: Training | None = None
        pinned = None
        if model_data_url is not None:
            if model_data_key_arn is not None:
                key_permissions.allow_foreign_key(role, model_data_key_arn, "kms:Decrypt")
            endpoint = definition.endpoint
            pinned = PinnedEndpoint(
                self,
                "Endpoint",
                names=names,
                role=role,
                image=image,
                endpoint=endpoint,
                model_data_url=model_data_url,
                manifest_sha256=model_manifest_sha256,
            ).name
        else:
            data_prep = DataPrep(self, "DataPrep", raw_data=self.raw_data, **stage)
            model_gate = ModelGate(self, "ModelGate", serving_image=image, **stage)
            self.training = Training(
                self,
                "Training",
                raw_data=self.raw_data,
                data_prep=data_prep,
                model_gate=model_gate,
                tracking=tracking,
                **stage,
            )
            release = Release(self, "Release", endpoint_role=role, champion=champion, **stage)
            self.monitoring.watch_training(self.training)
            self.monitoring.watch_releases(release)
        self.router = Router(self, "Router", raw_data=self.raw_data, pinned_endpoint=pinned, **stage)
