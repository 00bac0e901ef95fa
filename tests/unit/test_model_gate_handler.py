"""The gate from model archive to registered package."""

import json
import re
from hashlib import sha256
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

from lambdas.common.errors import PayloadError
from lambdas.common.release_state import Release, ReleaseState
from lambdas.common.releases_table import ReleasesTable
from lambdas.model_gate import handler
from lambdas.model_gate.clients import ModelMissingError, Registry
from lambdas.model_gate.models import GateSpec, ModelGateVariables, Requirement
from tests.unit.model_packages import MANIFEST, archive, package_files

EVALUATION = {
    "task": "image_classification",
    "dataset_version": "v1",
    "test_items": 40,
    "metrics": {"macro_f1": 0.9},
    "dummy": {"macro_f1": 0.1},
}
RUN = "vigil-cats-0123456789ab"
EVENT = {
    "run": RUN,
    "dataset": {"version": "v1", "uri": "s3://artifacts/datasets/cats/v1/", "items": 10},
    "model_data_url": f"s3://artifacts/runs/cats/{RUN}/output/model.tar.gz",
}


class Account:
    def __init__(self) -> None:
        self.registered: list[dict[str, Any]] = []
        self.s3 = boto3.client("s3")
        self.sagemaker = boto3.client("sagemaker")
        self.s3.create_bucket(Bucket="artifacts", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        boto3.client("dynamodb").create_table(
            TableName="releases",
            KeySchema=[{"AttributeName": "domain", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "domain", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )

    def put_model(self, body: bytes) -> None:
        self.s3.put_object(Bucket="artifacts", Key=f"runs/cats/{RUN}/output/model.tar.gz", Body=body)

    def packages(self) -> list[dict[str, Any]]:
        listed = self.sagemaker.list_model_packages(ModelPackageGroupName="vigil-cats")["ModelPackageSummaryList"]
        return [self.sagemaker.describe_model_package(ModelPackageName=one["ModelPackageArn"]) for one in listed]

    def properties(self, run: str) -> dict[str, str]:
        """Of a run's package as it was registered; moto forgets them when a package is updated."""
        found = [request["CustomerMetadataProperties"] for request in self.registered]
        return next(properties for properties in found if properties["run"] == run)

    def record(self, name: str) -> dict[str, Any]:
        return json.loads(self.s3.get_object(Bucket="artifacts", Key=f"runs/cats/{RUN}/{name}")["Body"].read())


@pytest.fixture
def account(aws: None, monkeypatch: pytest.MonkeyPatch) -> Account:
    env = ModelGateVariables(
        domain="cats",
        task="image_classification",
        artifacts_bucket="artifacts",
        package_group="vigil-cats",
        releases_table="releases",
        approval="automatic",
        serving_image_uri="123456789012.dkr.ecr.eu-central-1.amazonaws.com/serving:1",
        gate=GateSpec(requirements=(Requirement(metric="macro_f1", at_least=0.8),)),
    )
    for name, value in env.variables().items():
        monkeypatch.setenv(name, value)
    handler.variables.cache_clear()
    account, create = Account(), Registry.create
    monkeypatch.setattr(
        Registry, "create", lambda self, request: (account.registered.append(request), create(self, request))[1]
    )
    return account


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


@pytest.mark.parametrize("event", [{}, None, {**EVENT, "model_data_url": "model.tar.gz"}, {**EVENT, "dataset": {}}])
def test_a_malformed_event_is_named(account: Account, context: Any, event: Any) -> None:
    with pytest.raises(PayloadError, match="ModelGateEvent"):
        handler.lambda_handler(event, context)
    assert account.packages() == []


def test_a_model_that_is_not_there_is_named(account: Account, context: Any) -> None:
    with pytest.raises(ModelMissingError, match="There is no model at s3://artifacts/runs"):
        handler.lambda_handler(EVENT, context)


GOOD, BAD, BETTER = (
    json.dumps({**EVALUATION, "metrics": metrics}).encode() for metrics in ({"macro_f1": 0.9}, {}, {"macro_f1": 0.99})
)
FILES = package_files(evaluation=GOOD)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not a readable tar.gz"),
        (b"garbage" * 100, "not a readable tar.gz"),
        (archive(FILES)[:300], "not a readable tar.gz"),
        (archive({**FILES, MANIFEST: b"{"}), "manifest.json is not a package manifest"),
        (archive({name: body for name, body in FILES.items() if name != MANIFEST}), "no manifest.json"),
        (archive({**FILES, "evaluation.json": BETTER}), "'evaluation.json' has another sha256 than the manifest says"),
        (archive({**FILES, "golden.jsonl": b"{}"}), "'golden.jsonl' has another sha256 than the manifest says"),
        (archive({**FILES, "baseline.json": b"{ }"}), "'baseline.json' has another sha256 than the manifest says"),
        (archive({**FILES, "extra.pkl": b"x"}), "'extra.pkl' is not in the manifest"),
        (archive({"../evaluation.json": GOOD}), "only plain files below its root"),
        (archive({"/evaluation.json": GOOD}), "only plain files below its root"),
        (archive({}, link="/etc/passwd"), "only plain files below its root"),
        (archive(package_files(evaluation=BAD)), "macro_f1 is missing"),
        (
            archive(package_files("deer", evaluation=GOOD)),
            "the package is of domain 'deer'; this gate takes 'cats' only",
        ),
    ],
)
def test_a_bad_package_is_registered_as_rejected_with_its_reason(
    account: Account, context: Any, body: bytes, reason: str
) -> None:
    account.put_model(body)
    result = handler.lambda_handler(EVENT, context)
    assert result["status"] == "rejected"
    [package] = account.packages()
    assert package["ModelApprovalStatus"] == "Rejected"
    assert reason in package["ModelPackageDescription"]
    assert reason in "; ".join(account.record("gate.json")["result"]["reasons"])


def test_a_good_package_is_approved_once_however_often_it_is_asked(account: Account, context: Any) -> None:
    account.put_model(archive({f"./{name}": body for name, body in FILES.items()}))
    answers = [handler.lambda_handler(EVENT, context) for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    [package] = account.packages()
    assert (answers[0]["status"], package["ModelApprovalStatus"]) == ("approved", "Approved")
    assert answers[0]["model_package_arn"] == package["ModelPackageArn"]
    assert answers[0]["version"] == package["ModelPackageVersion"]
    assert package["InferenceSpecification"]["Containers"][0]["ModelDataUrl"] == EVENT["model_data_url"]
    assert account.record("evaluation.json") == EVALUATION


@pytest.mark.parametrize(("files", "would_be"), [(FILES, "approved"), (package_files(evaluation=BAD), "rejected")])
def test_a_dry_run_decides_and_registers_nothing(
    account: Account, context: Any, files: dict[str, bytes], would_be: str
) -> None:
    account.put_model(archive(files))
    result = handler.lambda_handler({**EVENT, "dry_run": True}, context)
    assert (result["status"], result["would_be"]) == ("dry_run", would_be)
    assert (result["model_package_arn"], result["version"]) == (None, None)
    assert result["reasons"][0] == f"dry run: nothing was registered, and the package would have been {would_be}"
    assert account.registered == []
    assert account.sagemaker.list_model_package_groups()["ModelPackageGroupSummaryList"] == []
    assert account.record("gate.json")["result"] == result
    assert handler.lambda_handler(EVENT, context) == result  # the decision of this run stands


def gated(account: Account, context: Any, run: str, test_split: str | None = "split-1") -> dict[str, Any]:
    model = f"runs/cats/{run}/output/model.tar.gz"
    account.s3.put_object(Bucket="artifacts", Key=model, Body=archive(FILES))
    dataset = {**EVENT["dataset"], "test_split": test_split}
    event = {"run": run, "dataset": dataset, "model_data_url": f"s3://artifacts/{model}"}
    return handler.lambda_handler(event, context)


def test_attempts_on_one_test_split_are_counted_whatever_the_dataset_version(account: Account, context: Any) -> None:
    assert [gated(account, context, f"cats-{n}")["attempt"] for n in range(3)] == [1, 2, 3]
    assert gated(account, context, "cats-3", "split-2")["attempt"] == 1
    assert "attempt 3 on this test split" in gated(account, context, "cats-2")["reasons"][-1]
    assert account.properties("cats-2")["attempt"] == "3"
    assert account.properties("cats-2")["test_split"] == "split-1"
    assert any("attempt 3 on this test split" in one["ModelPackageDescription"] for one in account.packages())


def test_a_retry_of_a_run_counts_once(account: Account, context: Any) -> None:
    """Also one whose first try ended before it left its decision."""
    gated(account, context, "cats-0")
    assert gated(account, context, "cats-1")["attempt"] == 2
    account.s3.delete_object(Bucket="artifacts", Key="runs/cats/cats-1/gate.json")
    assert gated(account, context, "cats-1")["attempt"] == 2
    assert gated(account, context, "cats-2")["attempt"] == 3


def test_more_attempts_than_s3_lists_at_once_are_counted(account: Account, context: Any) -> None:
    memory = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]  # a thousand requests would take seconds
    for n in range(1001):
        memory.put_object("artifacts", f"runs/cats/test-splits/split-1/cats-{n:04}", b"")
    result = gated(account, context, "cats-last")
    assert result["attempt"] == 1002
    assert "add data that no model was measured on yet" in result["reasons"][-1]


def test_an_older_dataset_version_counts_by_its_version(account: Account, context: Any) -> None:
    assert [gated(account, context, f"cats-{n}", None)["attempt"] for n in range(2)] == [1, 2]
    assert account.s3.list_objects_v2(Bucket="artifacts", Prefix="runs/cats/test-splits/v1/")["KeyCount"] == 2


def test_a_package_that_was_not_measured_is_no_attempt(account: Account, context: Any) -> None:
    account.put_model(b"garbage")
    assert handler.lambda_handler(EVENT, context)["attempt"] is None
    assert account.s3.list_objects_v2(Bucket="artifacts", Prefix="runs/cats/test-splits/")["KeyCount"] == 0


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


def test_a_person_approves_where_approval_is_manual(
    account: Account, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APPROVAL", "manual")
    account.put_model(archive(FILES))
    assert handler.lambda_handler(EVENT, context)["status"] == "pending"
    assert account.packages()[0]["ModelApprovalStatus"] == "PendingManualApproval"
