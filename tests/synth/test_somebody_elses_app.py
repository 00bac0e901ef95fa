"""`CatRecognition` in an app that knows nothing of Vigil's stacks."""

import json

import aws_cdk as cdk
import pytest
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3

from stacks.domains.cats import CatRecognition
from stacks.pipeline.pinned_model import PinnedModel
from stacks.shared.rules.template import text
from stacks.shared.source_tree import ROOT
from tests.unit.documents import blocks


class TheirStack(cdk.Stack):
    """Two cats, photographs and labels that are already there."""

    def __init__(self, scope, construct_id):
        super().__init__(scope, construct_id)
        photographs = s3.Bucket.from_bucket_name(self, "Photographs", "our-photographs")
        labels = dynamodb.Table.from_table_name(self, "Labels", "our-labels")
        CatRecognition(self, "Cats", classes=("Mimi", "NoCat"), bucket=photographs, table=labels)


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    app = cdk.App(outdir=str(tmp_path_factory.mktemp("theirs")))
    stack = TheirStack(app, "Theirs")
    return app.synth().get_stack_by_name(stack.stack_name).template


@pytest.fixture(scope="module")
def data_prep(template, of_type):
    (found,) = (
        one["Properties"]["Environment"]["Variables"]
        for one in of_type(template, "AWS::Lambda::Function").values()
        if one["Properties"].get("FunctionName") == "vigil-cats-data-prep"
    )
    return found


def test_their_data_and_classes_are_used(data_prep):
    assert data_prep["RAW_BUCKET"] == "our-photographs"
    assert data_prep["LABELS_TABLE"] == "our-labels"
    assert json.loads(text(data_prep["DATA"]))["classes"] == ["Mimi", "NoCat"]


def test_the_limit_of_a_class_holds_where_the_class_exists(data_prep):
    assert json.loads(text(data_prep["DATA"]))["at_most"] == {"NoCat": 200}


def test_no_bucket_or_table_for_raw_data_is_made(template, of_type):
    assert not [name for name in of_type(template, "AWS::S3::Bucket") if "RawData" in name]
    assert not [name for name in of_type(template, "AWS::DynamoDB::Table") if "RawData" in name]


def test_the_platform_comes_with_the_domain(template, of_type):
    assert len(of_type(template, "AWS::ApiGatewayV2::Api")) == 1
    assert len(of_type(template, "AWS::KMS::Key")) == 1
    assert len(of_type(template, "AWS::SNS::Topic")) == 1
    assert len(of_type(template, "AWS::StepFunctions::StateMachine")) == 2


@pytest.mark.parametrize("kind", ["AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::KMS::Key"])
def test_their_data_outlives_their_stack(template, of_type, kind):
    """Whoever has said nothing of it has not asked for deletion."""
    found = of_type(template, kind)
    assert found
    assert {one["DeletionPolicy"] for one in found.values()} == {"Retain"}


def test_a_person_approves_their_models(template, of_type):
    (gate,) = (
        one["Properties"]["Environment"]["Variables"]
        for one in of_type(template, "AWS::Lambda::Function").values()
        if one["Properties"].get("FunctionName") == "vigil-cats-model-gate"
    )
    assert gate["APPROVAL"] == "manual"


def test_one_class_is_refused():
    with pytest.raises(ValueError, match="classes"):
        CatRecognition(cdk.Stack(), "Cats", classes=("Mimi",))


def test_a_model_that_is_no_archive_is_refused():
    with pytest.raises(ValueError, match=r"s3://<bucket>/<key>\.tar\.gz"):
        PinnedModel(data_url="https://example.com/model.zip")


@pytest.mark.parametrize("digest", ["", "5E" * 32, "5e" * 31, "sha256:" + "5e" * 32])
def test_a_hash_that_is_none_is_refused(digest):
    with pytest.raises(ValueError, match="64 hexadecimal digits"):
        PinnedModel(data_url="s3://models/cats/model.tar.gz", manifest_sha256=digest)


def test_the_readmes_example_works(tmp_path):
    (example,) = blocks((ROOT / "README.md").read_text(encoding="utf-8"), "python")
    stack = cdk.Stack(cdk.App(outdir=str(tmp_path)), "Theirs")
    bucket = s3.Bucket.from_bucket_name(stack, "Photographs", "our-photographs")
    table = dynamodb.Table.from_table_name(stack, "Labels", "our-labels")

    exec(example, {"self": stack, "my_bucket": bucket, "my_table": table})

    assert {"Cats", "Battery"} <= {child.node.id for child in stack.node.children}
