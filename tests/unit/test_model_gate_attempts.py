"""How often one test split was judged: what counts as an attempt, and what does not."""

from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

from lambdas.model_gate import handler
from tests.unit.gate_account import EVENT, FILES, Account
from tests.unit.model_packages import archive


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
