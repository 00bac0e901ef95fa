"""Stacks with the types that the sandbox adds: create, update, no-op update and delete, five times round."""

import io
import tarfile
import time
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox import Sandbox
from tests.integration.endpoint_template import template
from tests.integration.waiting import PATIENCE_S


@pytest.fixture(scope="module")
def model_data(sandbox: Sandbox, bucket: str) -> str:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        member = tarfile.TarInfo("model.txt")
        member.size = 5
        tar.addfile(member, io.BytesIO(b"stack"))
    sandbox.client("s3").put_object(Bucket=bucket, Key="stack.tar.gz", Body=archive.getvalue())
    return f"s3://{bucket}/stack.tar.gz"


def servers(sandbox: Sandbox) -> list[int]:
    """The processes that serve models of this sandbox."""
    base = str(sandbox.state / "endpoints")
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and f"SAGEMAKER_BASE_DIR={base}".encode() in (entry / "environ").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def leftovers(sandbox: Sandbox) -> dict[str, Any]:
    """What a deleted stack must not leave behind."""
    sagemaker, cloudwatch = sandbox.client("sagemaker"), sandbox.client("cloudwatch")
    return {
        "models": sagemaker.list_models(NameContains="rounds")["Models"],
        "configs": sagemaker.list_endpoint_configs(NameContains="rounds")["EndpointConfigs"],
        "endpoints": sagemaker.list_endpoints(NameContains="stack-endpoint")["Endpoints"],
        "groups": sagemaker.list_model_package_groups(NameContains="stack-")["ModelPackageGroupSummaryList"],
        "budgets": sandbox.client("budgets").describe_budgets(AccountId="123456789012").get("Budgets", []),
        "providers": sandbox.client("iam").list_open_id_connect_providers()["OpenIDConnectProviderList"],
        "alarms": cloudwatch.describe_alarms(AlarmNamePrefix="stack-", AlarmTypes=["CompositeAlarm"])[
            "CompositeAlarms"
        ],
    }


def test_five_rounds_of_create_update_no_op_and_delete_leave_nothing(sandbox: Sandbox, model_data: str) -> None:
    cloudformation, sagemaker = sandbox.client("cloudformation"), sandbox.client("sagemaker")
    before = set(servers(sandbox))
    for _ in range(5):
        cloudformation.create_stack(StackName="rounds", TemplateBody=template(model_data, 1))
        settle(sandbox, "CREATE_COMPLETE")
        created = sagemaker.describe_endpoint(EndpointName="stack-endpoint")
        assert created["EndpointStatus"] == "InService"

        cloudformation.update_stack(StackName="rounds", TemplateBody=template(model_data, 2))
        settle(sandbox, "UPDATE_COMPLETE")
        updated = sagemaker.describe_endpoint(EndpointName="stack-endpoint")
        assert updated["EndpointConfigName"] != created["EndpointConfigName"]
        assert updated["CreationTime"] == created["CreationTime"]
        assert len(sagemaker.list_models(NameContains="rounds")["Models"]) == 1
        assert (
            sandbox.client("budgets").describe_budget(AccountId="123456789012", BudgetName="stack-budget")["Budget"][
                "BudgetLimit"
            ]["Amount"]
            == "12"
        )

        with pytest.raises(ClientError, match="No updates"):
            cloudformation.update_stack(StackName="rounds", TemplateBody=template(model_data, 2))

        cloudformation.delete_stack(StackName="rounds")
        settle(sandbox, "DELETE_COMPLETE")
        assert {kind: found for kind, found in leftovers(sandbox).items() if found} == {}
    assert set(servers(sandbox)) == before
    assert "Gateway" in (sandbox.state / "recorded-only.log").read_text()


def test_an_endpoint_that_does_not_start_fails_the_stack_with_the_reason(sandbox: Sandbox, model_data: str) -> None:
    cloudformation = sandbox.client("cloudformation")
    broken = template(model_data.replace("stack.tar.gz", "missing.tar.gz"), 1)
    cloudformation.create_stack(StackName="rounds", TemplateBody=broken)

    settle(sandbox, "ROLLBACK_COMPLETE")

    events = cloudformation.describe_stack_events(StackName="rounds")["StackEvents"]
    reasons = [event.get("ResourceStatusReason", "") for event in events if event["LogicalResourceId"] == "Endpoint"]
    assert any("ping health check" in reason for reason in reasons)
    cloudformation.delete_stack(StackName="rounds")
    settle(sandbox, "DELETE_COMPLETE")


def settle(sandbox: Sandbox, wanted: str) -> None:
    """Wait until the stack is in its last status, which must be the wanted one."""
    deadline = time.monotonic() + PATIENCE_S
    while (status := stack_status(sandbox)).endswith("IN_PROGRESS") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert status == wanted, failures(sandbox)


def stack_status(sandbox: Sandbox) -> str:
    try:
        return sandbox.client("cloudformation").describe_stacks(StackName="rounds")["Stacks"][0]["StackStatus"]
    except ClientError:
        return "DELETE_COMPLETE"


def failures(sandbox: Sandbox) -> list[str]:
    events = sandbox.client("cloudformation").describe_stack_events(StackName="rounds")["StackEvents"]
    return [
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason')}"
        for event in events
        if event["ResourceStatus"].endswith("FAILED")
    ]
