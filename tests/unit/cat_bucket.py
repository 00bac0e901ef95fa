"""A user's bucket and table of cats, and data prep's function on them."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import boto3
import numpy as np
import pytest
from PIL import Image

from inference.contracts import DatasetSummary, Item
from lambdas.data_prep import handler
from lambdas.data_prep.labelled_images.spec import LabelledImages
from lambdas.data_prep.models import DataPrepVariables

PREFIX = "catcam-training/"
SPEC = LabelledImages(prefix=PREFIX, classes=("Cat", "NoCat"), at_most={"NoCat": 5}, max_megapixels=1)


def jpeg(seed: int, kind: str = "JPEG", size: tuple[int, int] = (24, 24)) -> bytes:
    """Pictures of different seeds do not look alike."""
    out = BytesIO()
    noise = np.random.default_rng(seed).integers(0, 256, (24, 24, 3), dtype=np.uint8)
    Image.fromarray(noise).resize(size).save(out, kind)
    return out.getvalue()


class Raw:
    """The user's bucket and table, and the artifacts bucket."""

    def __init__(self) -> None:
        self.s3 = boto3.client("s3")
        for bucket in ("raw", "artifacts"):
            self.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        self.table = boto3.resource("dynamodb").create_table(
            TableName="catadata",
            KeySchema=[{"AttributeName": "imageName", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "imageName", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )

    def picture(self, name: str, body: bytes) -> None:
        self.s3.put_object(Bucket="raw", Key=PREFIX + name, Body=body)

    def label(self, name: str, label: Any, **more: str) -> None:
        self.table.put_item(Item={"imageName": name, "label": label, **more})

    def fill(self, each: int = 8) -> None:
        for number in range(each):
            for offset, name in ((0, "Cat"), (100, "NoCat")):
                self.picture(f"{name}{number}.jpg", jpeg(number + offset))
                self.label(f"{name}{number}.jpg", name)

    def artifact(self, key: str) -> bytes:
        return self.s3.get_object(Bucket="artifacts", Key=key)["Body"].read()

    def keys(self, prefix: str) -> list[str]:
        listing = self.s3.list_objects_v2(Bucket="artifacts", Prefix=prefix)
        return [entry["Key"] for entry in listing.get("Contents", [])]

    def summary(self, version: str) -> DatasetSummary:
        return DatasetSummary.model_validate_json(self.artifact(f"datasets/cats/{version}/dataset.json"))

    def items(self, version: str) -> list[Item]:
        lines = self.artifact(f"datasets/cats/{version}/manifest.jsonl").splitlines()
        return [Item.model_validate_json(line) for line in lines]


@pytest.fixture
def raw(aws: None, monkeypatch: pytest.MonkeyPatch) -> Raw:
    env = DataPrepVariables(
        domain="cats", raw_bucket="raw", artifacts_bucket="artifacts", labels_table="catadata", data=SPEC
    )
    for name, value in env.variables().items():
        monkeypatch.setenv(name, value)
    handler.variables.cache_clear()
    return Raw()


@pytest.fixture
def prepare(raw: Raw, context: Any) -> Callable[..., dict[str, Any]]:
    return lambda **event: handler.lambda_handler({"run": "vigil-cats-0123456789ab", **event}, context)
