"""Stored data survives: logical ids, deletion, encryption, restoration."""

import pytest

from stacks.domains import ALL_DOMAINS
from tests.synth.domain_stacks import DOMAIN

BUCKETS = {"StorageAccessLogs96FB524C", "StorageArtifacts08431D1F", "StorageCaptures6C276072"}
TABLES = {
    "StorageReleases6BB98AF1",
    "StorageDevices124B4481",
    "StorageAudit9012A908",
    "StorageDetectionsFDD1E6C3",
}


@pytest.mark.parametrize(
    ("stack", "kind", "logical_ids"),
    [
        ("VigilDevelopmentData", "AWS::KMS::Key", {"StorageKeyBAA9457B"}),
        ("VigilDevelopmentData", "AWS::S3::Bucket", BUCKETS),
        ("VigilDevelopmentData", "AWS::DynamoDB::Table", TABLES),
        (DOMAIN, "AWS::S3::Bucket", {"CatRecognitionRawDataRaw450CA41E"}),
        (DOMAIN, "AWS::DynamoDB::Table", {"CatRecognitionRawDataLabels8CF38DE2"}),
        ("VigilDevelopmentBattery", "AWS::S3::Bucket", {"BatterySafetyRawDataRaw6CF83F1D"}),
        ("VigilDevelopmentBattery", "AWS::DynamoDB::Table", set()),
    ],
)
def test_stateful_resources_keep_their_logical_ids(development, of_type, stack, kind, logical_ids):
    """A logical id that changes makes CloudFormation throw the data away and start anew."""
    assert set(of_type(development[stack], kind)) == logical_ids


@pytest.mark.parametrize("kind", ["AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::KMS::Key"])
def test_production_keeps_data_and_development_throws_it_away(development, production, of_type, kind):
    for word in ("Data", "Cats"):
        kept = of_type(production[f"VigilProduction{word}"], kind).values()
        thrown_away = of_type(development[f"VigilDevelopment{word}"], kind).values()
        assert {one["DeletionPolicy"] for one in kept} <= {"Retain"}
        assert {one["DeletionPolicy"] for one in thrown_away} <= {"Delete"}


def test_buckets_are_private_and_encrypted_with_the_one_key(development, of_type):
    buckets = {name: one for stack in development.values() for name, one in of_type(stack, "AWS::S3::Bucket").items()}
    assert len(buckets) == len(BUCKETS) + len(ALL_DOMAINS)
    for name, bucket in buckets.items():
        properties = bucket["Properties"]
        assert all(properties["PublicAccessBlockConfiguration"].values()), name
        (rule,) = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        expected = "AES256" if "AccessLogs" in name else "aws:kms"
        assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == expected, name


def test_buckets_refuse_requests_without_tls(development, of_type):
    policies = [one for stack in development.values() for one in of_type(stack, "AWS::S3::BucketPolicy").values()]
    assert len(policies) == len(BUCKETS) + len(ALL_DOMAINS)
    for policy in policies:
        statements = policy["Properties"]["PolicyDocument"]["Statement"]
        assert any(
            one["Effect"] == "Deny" and one.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
            for one in statements
        )


def test_the_key_rotates_and_tables_can_be_restored(development, of_type):
    (key,) = of_type(development["VigilDevelopmentData"], "AWS::KMS::Key").values()
    tables = of_type(development["VigilDevelopmentData"], "AWS::DynamoDB::Table")

    assert key["Properties"]["EnableKeyRotation"] is True
    for table in tables.values():
        assert table["Properties"]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    keys = [[one["AttributeName"] for one in table["Properties"]["KeySchema"]] for table in tables.values()]
    assert sorted(keys) == [["domain"], ["domain", "detection_id"], ["domain", "device_id"], ["domain", "entry"]]
