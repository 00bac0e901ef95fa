"""What is registered of a judged package: its words, its hashes, its approval; and the group it is in."""

import json
import re
from hashlib import sha256
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from lambdas.common.release_state import Release, ReleaseState
from lambdas.common.releases_table import ReleasesTable
from lambdas.model_gate import handler
from lambdas.model_gate.clients import Registry
from lambdas.model_gate.models import GateSpec, Requirement
from tests.unit.gate_account import EVALUATION, EVENT, FILES, RUN, Account
from tests.unit.model_packages import MANIFEST, archive, package_files


def test_the_first_package_makes_its_group_and_the_next_finds_it(aws: None) -> None:
    """A deployment owns no group: AWS deletes none that holds packages, and makes none whose name is taken."""
    registry, sagemaker = Registry(), boto3.client("sagemaker")
    arns = [registry.create({"ModelPackageGroupName": "vigil-cats"}) for _ in range(2)]
    (group,) = sagemaker.list_model_package_groups()["ModelPackageGroupSummaryList"]
    assert group["ModelPackageGroupName"] == "vigil-cats"
    assert [arn.rpartition("/")[2] for arn in arns] == ["1", "2"]


class Group:
    """A SageMaker that answers a call with an error for each code that is left of it."""

    def __init__(self, describe: list[str], create: list[str]) -> None:
        self.errors = {"DescribeModelPackageGroup": describe, "CreateModelPackageGroup": create}

    def _call(self, operation: str) -> None:
        if self.errors[operation]:
            raise ClientError({"Error": {"Code": self.errors[operation].pop(0), "Message": "-"}}, operation)

    def describe_model_package_group(self, **_: str) -> None:
        self._call("DescribeModelPackageGroup")

    def create_model_package_group(self, **_: str) -> None:
        self._call("CreateModelPackageGroup")

    def create_model_package(self, **_: str) -> dict[str, str]:
        return {"ModelPackageArn": "arn:1"}


def test_another_gate_that_made_the_group_meanwhile_is_welcome() -> None:
    group = Group(describe=["ValidationException"], create=["ValidationException"])
    assert Registry(group).create({"ModelPackageGroupName": "vigil-cats"}) == "arn:1"


@pytest.mark.parametrize(
    ("describe", "create"),
    [
        (["AccessDeniedException"], []),
        (["ValidationException"] * 2, ["ResourceLimitExceeded"]),
    ],
)
def test_a_group_that_cannot_be_made_is_an_error(describe: list[str], create: list[str]) -> None:
    with pytest.raises(ClientError):
        Registry(Group(describe, create)).create({"ModelPackageGroupName": "vigil-cats"})


SAGEMAKER_TEXT = re.compile(r"[\w .:/=+\-@]*")
"""Of a CustomerMetadataProperties key or value: botocore's SageMaker model, CustomerMetadataKey."""


def test_what_was_judged_stands_in_the_package_in_words_that_sagemaker_takes(
    account: Account, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = GateSpec(
        requirements=(Requirement(metric="macro_f1", at_least=0.8, judged_on="interval"),),
        not_worse_than_champion_on="macro_f1",
        champion_tolerance=0.05,
    )
    monkeypatch.setenv("GATE", spec.model_dump_json())
    handler.variables.cache_clear()
    champion = {
        "release": "r1-a",
        "address": "e",
        "model_package_arn": "arn",
        "model_data_url": "s3://artifacts/old.tar.gz",
        "since": "2026-11-20T17:00:14Z",
        "quality": {"metric": "macro_f1", "total": -0.01, "best": 0.02},
    }
    ReleasesTable("releases").write(ReleaseState(domain="cats", champion=Release.model_validate(champion)))
    measured = {
        "model_data_url": champion["model_data_url"],
        "metrics": {"macro_f1": 0.85},
        "differences": {"macro_f1": {"low": 0.02, "high": 0.08}},
    }
    intervals = {"macro_f1": {"low": 0.82, "high": 0.96}}
    account.put_model(
        archive(
            package_files(evaluation=json.dumps(EVALUATION | {"intervals": intervals, "champion": measured}).encode())
        )
    )
    result = handler.lambda_handler(EVENT, context)
    assert result["status"] == "approved", result["reasons"]
    properties = account.properties(RUN)
    assert properties["macro_f1.interval"] == "0.82 to 0.96"
    assert properties["macro_f1_difference.interval"] == "0.02 to 0.08"
    assert properties["quality_metric"] == "macro_f1"
    assert float(properties["quality_total"]) == pytest.approx(0.04)
    assert all(SAGEMAKER_TEXT.fullmatch(text) for pair in properties.items() for text in pair)
    assert account.record("gate.json")["result"]["requirements"][0]["interval"] == {"low": 0.82, "high": 0.96}


def test_what_was_verified_is_registered_and_reaches_every_endpoint_of_the_package(
    account: Account, context: Any
) -> None:
    whole = archive(FILES)
    account.put_model(whole)
    handler.lambda_handler(EVENT, context)
    manifest = sha256(FILES[MANIFEST]).hexdigest()
    properties = account.properties(RUN)
    assert (properties["manifest_sha256"], properties["archive_sha256"]) == (manifest, sha256(whole).hexdigest())
    [package] = account.packages()
    [container] = package["InferenceSpecification"]["Containers"]
    assert container["Environment"] == {"VIGIL_MANIFEST_SHA256": manifest}


def test_a_refused_package_is_registered_without_hashes(account: Account, context: Any) -> None:
    account.put_model(archive({**FILES, "golden.jsonl": b"{}"}))
    handler.lambda_handler(EVENT, context)
    assert not {"manifest_sha256", "archive_sha256"} & set(account.properties(RUN))
    assert "Environment" not in account.packages()[0]["InferenceSpecification"]["Containers"][0]
