"""Submitting a package that was trained elsewhere: what is refused before it is sent, what is sent and started."""

import hashlib
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import boto3
import pytest

from clients.operator.__main__ import main
from clients.operator.submissions import send
from inference.contracts.package import REQUIRED_FILES

TRIGGER = "vigil-deer-trigger-training"


def package(folder: Path, domain: str = "deer", leave_out: str = "", damage: str = "") -> Path:
    files = {name: name.encode() for name in REQUIRED_FILES}
    manifest = {
        "domain": domain,
        "task": "object_detection",
        "classes": ["deer"],
        "input": {},
        "dataset_version": "0123456789abcdef",
        "code_version": "1",
        "libraries": {},
        "files": {name: hashlib.sha256(body).hexdigest() for name, body in files.items()},
    }
    files["manifest.json"] = json.dumps(manifest).encode()
    with tarfile.open(folder / "model.tar.gz", "w:gz") as archive:
        for name, body in files.items():
            if name != leave_out:
                content = b"other" if name == damage else body
                info = tarfile.TarInfo(name)
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
    return folder / "model.tar.gz"


class Functions:
    """Stands for Lambda: keeps what it was asked, and answers as the trigger does."""

    def __init__(self, answer: dict[str, Any], error: bool = False) -> None:
        self.asked: list[dict[str, Any]] = []
        self._answer = {"Payload": io.BytesIO(json.dumps(answer).encode())} | ({"FunctionError": "x"} if error else {})

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:
        assert FunctionName == TRIGGER
        self.asked.append(json.loads(Payload))
        return self._answer


@pytest.fixture
def deployed(aws: None) -> Any:
    """The stack of `vigil-deer`. The S3 client."""
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="artifacts", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    outputs = {"TriggerFunction": TRIGGER, "Submissions": "s3://artifacts/runs/deer/submitted/"}
    template = {
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {key: {"Value": value} for key, value in outputs.items()},
    }
    boto3.client("cloudformation").create_stack(StackName="deer", TemplateBody=json.dumps(template))
    return s3


def test_it_is_uploaded_once_by_its_hash_and_judged_in_one_run(deployed, tmp_path, capsys, monkeypatch) -> None:
    functions = Functions({"run": "vigil-deer-0123456789ab", "status": "started"})
    starts = send.start
    monkeypatch.setattr(send, "start", lambda _client, trigger, options: starts(functions, trigger, options))
    file = package(tmp_path)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert main(["submit", "deer", str(file), "--reason", "a notebook"]) == 0
    uri = f"s3://artifacts/runs/deer/submitted/{digest[:16]}/model.tar.gz"
    assert functions.asked == [{"modelPackage": uri, "runToken": digest, "reason": "a notebook", "dryRun": False}]
    stored = deployed.get_object(Bucket="artifacts", Key=uri.removeprefix("s3://artifacts/"))["Body"].read()
    assert stored == file.read_bytes()
    said = capsys.readouterr().out
    assert "run vigil-deer-0123456789ab: started" in said
    assert "dataset version 0123456789abcdef" in said


def test_the_triggers_refusal_is_told() -> None:
    functions = Functions({"errorMessage": "Cannot judge a package for deer: ..."}, error=True)
    with pytest.raises(send.OperatorError, match="refuses: Cannot judge a package for deer"):
        send.start(functions, TRIGGER, {})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"domain": "cats"}, "a package of cats, not of deer"),
        ({"leave_out": "manifest.json"}, "has no manifest.json"),
        ({"leave_out": "evaluation.json"}, "'evaluation.json' is missing"),
        ({"damage": "model.onnx"}, "'model.onnx' has another sha256"),
        ({"damage": "manifest.json"}, "manifest.json is no package's"),
    ],
)
def test_what_the_gate_would_refuse_is_not_sent(tmp_path, capsys, changes: dict[str, str], said: str) -> None:
    assert main(["submit", "deer", str(package(tmp_path, **changes)), "--region", "eu-central-1"]) == 1
    assert said in capsys.readouterr().err


def test_a_file_that_is_no_archive_is_told(tmp_path, capsys) -> None:
    (tmp_path / "model.tar.gz").write_bytes(b"hello")
    assert main(["submit", "deer", str(tmp_path / "model.tar.gz")]) == 1
    assert "no whole tar.gz" in capsys.readouterr().err
    whole = package(tmp_path).read_bytes()
    (tmp_path / "model.tar.gz").write_bytes(whole[: len(whole) // 2])
    assert main(["submit", "deer", str(tmp_path / "model.tar.gz")]) == 1
    assert main(["submit", "deer", str(tmp_path / "nowhere.tar.gz")]) == 1
    assert "cannot be read" in capsys.readouterr().err


def test_a_region_without_the_domain_is_told(aws, tmp_path, capsys) -> None:
    assert main(["submit", "deer", str(package(tmp_path))]) == 1
    assert f"no stack here with {TRIGGER}" in capsys.readouterr().err
