"""The gate from model archive to registered package."""

from typing import Any

import pytest

from lambdas.common.errors import PayloadError
from lambdas.model_gate import handler
from lambdas.model_gate.clients import ModelMissingError
from tests.unit.gate_account import BAD, BETTER, EVALUATION, EVENT, FILES, GOOD, Account
from tests.unit.model_packages import MANIFEST, archive, package_files


@pytest.mark.parametrize("event", [{}, None, {**EVENT, "model_data_url": "model.tar.gz"}, {**EVENT, "dataset": {}}])
def test_a_malformed_event_is_named(account: Account, context: Any, event: Any) -> None:
    with pytest.raises(PayloadError, match="ModelGateEvent"):
        handler.lambda_handler(event, context)
    assert account.packages() == []


def test_a_model_that_is_not_there_is_named(account: Account, context: Any) -> None:
    with pytest.raises(ModelMissingError, match="There is no model at s3://artifacts/runs"):
        handler.lambda_handler(EVENT, context)


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


def test_a_person_approves_where_approval_is_manual(
    account: Account, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APPROVAL", "manual")
    account.put_model(archive(FILES))
    assert handler.lambda_handler(EVENT, context)["status"] == "pending"
    assert account.packages()[0]["ModelApprovalStatus"] == "PendingManualApproval"
