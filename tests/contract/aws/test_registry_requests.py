"""What the registry and the device API ask of AWS, what they read in the answers, and on which resources they may."""

import json
from datetime import UTC, datetime
from importlib.metadata import distribution
from typing import Any

import pytest

from inference.contracts.devices import DeviceRelease, DeviceReport, Rollout
from lambdas.device_api.handed import Handed
from lambdas.device_api.items import DeviceItems
from lambdas.device_api.reports import Reports
from lambdas.device_api.repository import Repository
from lambdas.device_authorizer import handler as authorizer
from lambdas.device_authorizer.token import Caller
from lambdas.registry.audit import AuditTable
from lambdas.registry.clients import Packages, ReleaseFunctions
from lambdas.registry.devices import DevicesTable, Enrolment
from lambdas.registry.turns import Requests
from tests.contract.aws.sent import ARN, GROUP, NOW, Sent
from tests.contract.aws.service_model import faults, service

GROUP_ARN = "arn:aws:sagemaker:us-west-2:123456789012:model-package-group/vigil-cats"
SUMMARY = {"ModelPackageArn": ARN, "ModelPackageVersion": 7, "ModelApprovalStatus": "Approved", "CreationTime": NOW}
DEVICE = {"domain": "cats", "device_id": "pi-1", "public_key": "A" * 43 + "=", "enrolled_at": NOW.isoformat()}
READS = {
    "ListModelPackageGroups": {"ModelPackageGroupSummaryList": {"ModelPackageGroupName"}},
    "ListModelPackages": {
        "ModelPackageSummaryList": {"ModelPackageArn", "ModelPackageVersion", "ModelApprovalStatus", "CreationTime"}
    },
}


def ask_registry(sent: Sent) -> None:
    sent.answers |= {
        "ListModelPackageGroups": {"ModelPackageGroupSummaryList": [{"ModelPackageGroupName": GROUP}]},
        "ListModelPackages": {"ModelPackageSummaryList": [SUMMARY]},
        "DescribeModelPackageGroup": {"ModelPackageGroupArn": GROUP_ARN},
        "Query": {"Items": []},
        "Invoke": {"Payload": _Payload()},
        "GetItem": {"Item": {name: {"S": value} for name, value in DEVICE.items()}},
    }
    packages = Packages("vigil")
    assert packages.models() == ["cats"]
    assert packages.newest("cats") == [SUMMARY]
    packages.describe("cats", 7)
    packages.decide(ARN, "Approved", "approved by arn:aws:iam::123456789012:user/ada " * 30)
    ReleaseFunctions("vigil").ask("cats", {"action": "manual_promote"})
    audit = AuditTable("audit")
    audit.newest("cats")
    with Requests("requests").turn("cats"):
        devices = DevicesTable("devices", audit)
    devices.page("cats", after="pi-0")
    devices.enrol("cats", Enrolment(device_id="pi-1", public_key=DEVICE["public_key"]), "ada")
    devices.revoke("cats", "pi-1", "ada")


class _Payload:
    def read(self) -> bytes:
        return b"{}"


def ask_device_api(sent: Sent) -> None:
    Repository("artifacts").metadata("cats", "timestamp.json")
    report = DeviceReport(sequence=1, at=datetime.now(UTC), serving=None, client="1")
    items = DeviceItems("devices")
    assert Reports(items).store("cats", "pi-1", report).status == "stored"
    Handed(items).rollout("cats", "pi-1", Rollout(domain="cats", current=DeviceRelease(release="r1", bundle="r1.tar")))
    Handed(items).bundle("cats", "pi-1", "r1")


def ask_authorizer(sent: Sent) -> None:
    authorizer.devices.cache_clear()
    assert authorizer._find(Caller("cats", "pi-1")) is None
    authorizer.devices.cache_clear()


FUNCTIONS = {
    "RegistryFunctionRole": (
        ask_registry,
        {"ListModelPackageGroups", "ListModelPackages", "DescribeModelPackageGroup", "DescribeModelPackage"}
        | {"UpdateModelPackage", "Invoke", "Query", "GetItem", "PutItem", "UpdateItem", "DeleteItem"},
    ),
    "DevicesFunctionRole": (ask_device_api, {"GetObject", "UpdateItem"}),
    "DevicesAuthorizerRole": (ask_authorizer, {"GetItem"}),
}


@pytest.mark.parametrize("role", FUNCTIONS)
def test_the_services_take_every_request_and_the_role_may_make_it(sent, grants, monkeypatch, role):
    monkeypatch.setenv("DEVICES_TABLE", "devices")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")  # Powertools has a session of its own
    ask, operations = FUNCTIONS[role]

    ask(sent)

    assert {operation for _, operation, _ in sent.requests} == operations
    assert [fault for name, operation, one in sent.requests for fault in faults(name, operation, one)] == []
    granted = {action for action, _, _ in grants("Api", role)}
    needed = {
        f"{name}:{'InvokeFunction' if operation == 'Invoke' else operation}" for name, operation, _ in sent.requests
    }
    assert needed - granted == set()


@pytest.mark.parametrize("operation", READS)
def test_the_answers_have_what_is_read(operation: str) -> None:
    shape: Any = service("sagemaker").operation_model(operation).output_shape
    for name, members in READS[operation].items():
        assert members <= set(shape.members[name].member.members)


def test_an_approval_has_three_values() -> None:
    """https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateModelPackage.html"""
    shape: Any = service("sagemaker").shape_for("ModelApprovalStatus")
    assert set(shape.enum) == {"Approved", "Rejected", "PendingManualApproval"}


def test_every_action_of_the_registry_is_on_resources_that_iam_knows_for_it(grants) -> None:
    """ListModelPackages is checked on packages, ListModelPackageGroups on nothing, so it alone is allowed on `*`.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_sagemaker.html, whose table cfn-lint has;
    https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-ram-discover.html: on a group and its packages.
    """
    path = distribution("cfn-lint").locate_file("cfnlint/data/AdditionalSpecs/Policies.json")
    known = json.loads(path.read_text())["sagemaker"]["Actions"]
    assert known["listmodelpackagegroups"].get("Resources", []) == []
    assert known["listmodelpackages"]["Resources"] == ["model-package"]

    found: dict[str, set[str]] = {}
    for action, resource, _ in grants("Api", "RegistryFunctionRole"):
        if action.startswith("sagemaker:"):
            found.setdefault(action, set()).add(resource.rpartition(":")[2])
    assert found == {
        "sagemaker:ListModelPackageGroups": {"*"},
        "sagemaker:ListModelPackages": {"model-package/vigil-*", "model-package-group/vigil-*"},
        "sagemaker:DescribeModelPackageGroup": {"model-package-group/vigil-*"},
        "sagemaker:DescribeModelPackage": {"model-package/vigil-*"},
        "sagemaker:UpdateModelPackage": {"model-package/vigil-*"},
    }
