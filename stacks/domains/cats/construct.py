"""`CatRecognition(self, "Cats")` in any stack."""

from collections.abc import Sequence

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.domains.cats.definition import SEVEN_CLASSES, cats
from stacks.pipeline.ml_domain import MlDomain
from stacks.pipeline.tracking import Tracking
from stacks.platform import Platform


class CatRecognition(MlDomain):
    """Pictures below `catcam-training/` in `bucket`, labels in `table` (key `imageName`); made if not given.

    `pretrained_uri`: an S3 folder with `model.pt`, a state dict of the architecture, to start from other weights than
    the training image's own.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        classes: Sequence[str] = SEVEN_CLASSES,
        bucket: s3.IBucket | None = None,
        table: dynamodb.ITable | None = None,
        table_key: kms.IKey | None = None,
        platform: Platform | None = None,
        model_data_url: str | None = None,
        model_manifest_sha256: str | None = None,
        model_data_key_arn: str | None = None,
        pretrained_uri: str | None = None,
        pretrained_key_arn: str | None = None,
        tracking_uri: str | None = None,
        tracking_artifacts: str | None = None,
        tracking_key_arn: str | None = None,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            definition=cats(classes, pretrained_uri, pretrained_key_arn),
            platform=platform,
            labels_key="imageName",
            bucket=bucket,
            table=table,
            table_key=table_key,
            model_data_url=model_data_url,
            model_manifest_sha256=model_manifest_sha256,
            model_data_key_arn=model_data_key_arn,
            tracking=Tracking.of(tracking_uri, tracking_artifacts, tracking_key_arn),
        )
