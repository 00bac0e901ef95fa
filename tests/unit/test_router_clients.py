"""What the router makes of the answers of AWS."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.stub import Stubber

from inference.contracts.tasks import task_of
from inference.contracts.tasks.base import Question
from lambdas.common.release_state import Release, ReleaseState
from lambdas.router.clients import Endpoints, RawBuckets
from lambdas.router.deadline import Deadline
from lambdas.router.http import HttpError
from lambdas.router.outcome import FaultKind
from lambdas.router.release_state_cache import MAX_AGE_S, ReleaseStateCache

RELEASE = Release(
    release="r1",
    address="vigil-cats-r1",
    model_package_arn="arn",
    model_data_url="s3://a/model.tar.gz",
    since="2026-11-20T17:00:14Z",
)
QUESTION = Question(b"picture", "image/jpeg", "camera-1", {})


@pytest.fixture
def endpoints(aws: None) -> Endpoints:
    return Endpoints(task_of("image_classification"), timeout_s=1, attempts=1)


@pytest.mark.parametrize(
    ("code", "message", "more", "kind", "says"),
    [
        (
            "ModelError",
            "m",
            {"OriginalStatusCode": 400, "OriginalMessage": '{"error": "0 bytes"}'},
            "bad_input",
            "0 bytes",
        ),
        ("ModelError", "m", {"OriginalStatusCode": 400, "OriginalMessage": "<html>"}, "bad_input", "cannot read"),
        ("ModelError", "m", {"OriginalStatusCode": 500}, "failed", "ModelError: m"),
        ("ThrottlingException", "Rate exceeded", {}, "throttled", "Rate"),
        ("ValidationError", "Endpoint vigil-cats-r1 of account 123456789012 not found.", {}, "missing", "not found"),
        ("ValidationError", "1 validation error detected", {}, "failed", "1 validation"),
        ("ServiceUnavailable", "", {}, "failed", "ServiceUnavailable"),
    ],
)
def test_faults_are_told_apart(
    endpoints: Endpoints, code: str, message: str, more: dict[str, Any], kind: str, says: str
) -> None:
    with Stubber(endpoints._runtime) as stub:
        stub.add_client_error("invoke_endpoint", code, message, http_status_code=400, modeled_fields=more)
        fault = endpoints.ask(RELEASE, QUESTION, Deadline(27)).fault
    assert fault.kind == kind
    assert says in fault.message


def test_a_timeout_is_a_fault_and_no_exception(endpoints: Endpoints, monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(**_: Any) -> None:
        raise ReadTimeoutError(endpoint_url="https://runtime.sagemaker")

    monkeypatch.setattr(endpoints._runtime, "invoke_endpoint", hang)
    assert endpoints.ask(RELEASE, QUESTION, Deadline(27)).fault.kind is FaultKind.SLOW


@pytest.mark.parametrize(
    ("uri", "status"), [("s3://other/cat.jpg", 400), ("s3://raw/none.jpg", 404), ("s3://raw/large.jpg", 413)]
)
def test_a_picture_that_may_not_be_read(aws: None, uri: str, status: int) -> None:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="raw", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    s3.put_object(Bucket="raw", Key="large.jpg", Body=bytes(4 * 1024 * 1024 + 1))
    s3.put_object(Bucket="raw", Key="cat.jpg", Body=b"cat")
    raw = RawBuckets(("raw",))
    assert raw.read("s3://raw/cat.jpg", Deadline(27)) == b"cat"
    with pytest.raises(HttpError) as error:
        raw.read(uri, Deadline(27))
    assert error.value.status == status


def test_the_known_releases_are_read_again_when_old_and_kept_while_the_table_fails() -> None:
    now = [0.0]
    answers: list[Any] = [ReleaseState(domain="cats", revision=1), ReadTimeoutError(endpoint_url="-"), 2]
    reads: list[Any] = []

    def read(_: Deadline) -> ReleaseState:
        reads.append(answers[len(reads)])
        if isinstance(reads[-1], Exception):
            raise reads[-1]
        return reads[-1] if isinstance(reads[-1], ReleaseState) else ReleaseState(domain="cats", revision=reads[-1])

    known = ReleaseStateCache(read, clock=lambda: now[0])
    late = Deadline(27)
    assert [known.get(late).revision, known.get(late).revision, len(reads)] == [1, 1, 1]
    now[0] += MAX_AGE_S + 0.1
    assert [known.get(late).revision, len(reads)] == [1, 2]
    now[0] += MAX_AGE_S + 0.1
    assert [known.get(late).revision, len(reads)] == [2, 3]


def test_a_table_that_never_answered_is_unavailable() -> None:
    def read(_: Deadline) -> ReleaseState:
        raise ReadTimeoutError(endpoint_url="-")

    with pytest.raises(HttpError, match="cannot be read just now"):
        ReleaseStateCache(read).get(Deadline(27))
