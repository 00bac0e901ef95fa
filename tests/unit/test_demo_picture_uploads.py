"""Pictures and rows of labels reach their bucket and their table, all of them and as DynamoDB takes them."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from sandbox.demo.picture_uploads import upload_pictures

PICTURES = {f"camera/{number}.jpg": b"picture %d" % number for number in range(30)}


@pytest.fixture
def deployment(aws: None) -> Any:
    s3, dynamodb = boto3.client("s3"), boto3.client("dynamodb")
    s3.create_bucket(Bucket="deer-raw", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    dynamodb.create_table(
        TableName="deer-labels",
        KeySchema=[{"AttributeName": "imageName", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "imageName", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    outputs = {("deer", "RawBucket"): "deer-raw", ("deer", "LabelsTable"): "deer-labels"}
    return SimpleNamespace(s3=s3, dynamodb=dynamodb, output=lambda *name: outputs[name])


def test_more_pictures_than_one_call_writes_rows_of_are_all_there(deployment: Any, tmp_path: Path) -> None:
    for name, body in {**PICTURES, "notes.txt": b"no picture"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(body)
    rows = [{"imageName": name, "label": "deer", "camera": ""} for name in PICTURES]
    upload_pictures(deployment, "deer", "trail/", tmp_path, rows)

    listed = deployment.s3.list_objects_v2(Bucket="deer-raw")["Contents"]
    bodies = {one["Key"]: deployment.s3.get_object(Bucket="deer-raw", Key=one["Key"])["Body"].read() for one in listed}
    assert bodies == {f"trail/{name}": body for name, body in PICTURES.items()}
    written = deployment.dynamodb.scan(TableName="deer-labels")["Items"]
    assert {one["imageName"]["S"] for one in written} == set(PICTURES)
    assert all(set(one) == {"imageName", "label"} for one in written)
