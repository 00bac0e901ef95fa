"""Data that is handed in may be encrypted with another key: a role that reads it needs that key, and no other role.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html, "Permissions": reading needs kms:Decrypt,
writing kms:GenerateDataKey and kms:Decrypt.
"""

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from stacks.domains.cats import CatRecognition
from stacks.pipeline.pinned_model import PinnedModel
from stacks.pipeline.pretrained import PretrainedWeights
from stacks.pipeline.tracking import Tracking
from stacks.shared.rules.template import as_list, statements, text

MODEL = "s3://models/cats/model.tar.gz"
TRACKER = "arn:aws:sagemaker:us-west-2:123456789012:mlflow-tracking-server/ours"


def key_arn(name: str) -> str:
    return f"arn:aws:kms:us-west-2:123456789012:key/{name}"


def uses(template, key: str) -> dict[str, set[str]]:
    """Policy -> what it allows with that key."""
    found: dict[str, set[str]] = {}
    for logical_id, statement in statements(template):
        if key_arn(key) in [text(resource) for resource in as_list(statement["Resource"])]:
            found.setdefault(logical_id, set()).update(as_list(statement["Action"]))
    return found


@pytest.fixture(scope="module")
def trained():
    stack = cdk.Stack(cdk.App(), "Theirs")
    bucket_key = kms.Key.from_key_arn(stack, "BucketKey", key_arn("bucket"))
    CatRecognition(
        stack,
        "Cats",
        bucket=s3.Bucket.from_bucket_attributes(stack, "Raw", bucket_name="photographs", encryption_key=bucket_key),
        table=dynamodb.Table.from_table_name(stack, "Labels", "labels"),
        table_key=kms.Key.from_key_arn(stack, "TableKey", key_arn("table")),
        pretrained=PretrainedWeights(uri="s3://weights/mobilenet/", key_arn=key_arn("weights")),
        tracking=Tracking(uri=TRACKER, artifacts="s3://mlflow/runs/", key_arn=key_arn("mlflow")),
    )
    return assertions.Template.from_stack(stack).to_json()


@pytest.mark.parametrize(
    ("key", "readers", "actions"),
    [
        ("bucket", {"DataPrepFunction", "TrainingRole", "RouterFunction"}, {"kms:Decrypt"}),
        ("table", {"DataPrepFunction"}, {"kms:Decrypt", "kms:DescribeKey"}),
        ("weights", {"TrainingRole"}, {"kms:Decrypt"}),
        ("mlflow", {"TrainingRole"}, {"kms:Decrypt", "kms:GenerateDataKey"}),
    ],
)
def test_who_reads_what_is_encrypted_may_use_its_key(trained, key, readers, actions):
    found = uses(trained, key)

    assert {reader for reader in readers for policy in found if reader in policy} == readers
    assert len(found) == len(readers)
    assert all(allowed == actions for allowed in found.values())


def test_a_job_writes_to_the_artifact_store_of_its_tracking_server(trained):
    """https://docs.aws.amazon.com/sagemaker/latest/dg/mlflow-create-tracking-server-iam.html: the MLflow client sends
    metrics to the server and files to S3."""
    allowed = {
        (action, text(resource))
        for logical_id, statement in statements(trained)
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
        if "TrainingRole" in logical_id
    }

    assert ("s3:PutObject", "arn:<...>:s3:::mlflow/runs/*") in allowed
    assert ("s3:ListBucket", "arn:<...>:s3:::mlflow") in allowed
    calls = ("CreateExperiment", "GetExperimentByName", "CreateRun", "GetRun", "UpdateRun", "LogBatch", "SetTag")
    assert {(f"sagemaker-mlflow:{call}", TRACKER) for call in calls} <= allowed


def test_the_endpoint_role_reads_a_pinned_model():
    stack = cdk.Stack(cdk.App(), "Pinned")
    CatRecognition(stack, "Cats", pinned_model=PinnedModel(data_url=MODEL, key_arn=key_arn("model")))

    ((policy, allowed),) = uses(assertions.Template.from_stack(stack).to_json(), "model").items()
    assert "EndpointRole" in policy
    assert allowed == {"kms:Decrypt"}


@pytest.mark.parametrize("alias", ["alias/ours", "arn:aws:kms:us-west-2:123456789012:alias/ours", "0f0e"])
def test_a_key_that_iam_does_not_know_is_refused(alias):
    with pytest.raises(ValueError, match="arn:aws:kms:<region>:<account>:key/<id> is expected"):
        CatRecognition(cdk.Stack(), "Cats", pinned_model=PinnedModel(data_url=MODEL, key_arn=alias))


def test_a_managed_tracking_server_without_its_store_is_refused():
    with pytest.raises(ValueError, match="mlflowArtifacts"):
        Tracking(uri=TRACKER)
