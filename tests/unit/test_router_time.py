"""How long the router may take, over sockets that behave badly: what is repeated, what is not, and when it gives up."""

import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError

from inference.contracts.tasks import task_of
from inference.contracts.tasks.base import Question
from lambdas.common.release_state import Release
from lambdas.router import clients
from lambdas.router.clients import CHAMPION_TIMEOUT_S, CaptureStream, Endpoints, RawBuckets, Table
from lambdas.router.deadline import MARGIN_S, Deadline
from lambdas.router.outcome import FaultKind
from lambdas.router.retries import OutOfTime, with_retries

LAMBDA_TIMEOUT_S = 29
THROTTLE = ClientError({"Error": {"Code": "ThrottlingException"}, "ResponseMetadata": {"HTTPStatusCode": 400}}, "Op")
BROKEN = ClientError({"Error": {"Code": "InternalFailure"}, "ResponseMetadata": {"HTTPStatusCode": 500}}, "Op")
WRONG = ClientError({"Error": {"Code": "ValidationError"}, "ResponseMetadata": {"HTTPStatusCode": 400}}, "Op")
MODEL = ClientError({"Error": {"Code": "ModelError"}, "ResponseMetadata": {"HTTPStatusCode": 424}}, "Op")
RELEASE = Release(
    release="r1", address="vigil-cats-r1", model_package_arn="arn", model_data_url="", since="2026-11-20T17:00:14Z"
)
QUESTION = Question(b"picture", "image/jpeg", "camera-1", {})


class Service:
    """Takes connections on loopback, and answers each as a test says, or never."""

    def __init__(self, reply: bytes | None) -> None:
        self.calls = 0
        self._reply = reply
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.calls += 1
            self._open.append(connection)
            if self._reply is not None:
                connection.recv(65536)
                connection.sendall(self._reply)
                connection.close()

    def close(self) -> None:
        for one in (self._socket, *self._open):
            one.close()


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bytes | None], Service]]:
    """Starts a service that all clients made afterwards talk to; of one that never answers they wait a moment."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    made: list[Service] = []

    def start(reply: bytes | None) -> Service:
        made.append(Service(reply))
        monkeypatch.setattr(clients, "_QUICK_S", 0.3 if reply is None else 10)
        monkeypatch.setenv("AWS_ENDPOINT_URL", made[-1].url)
        return made[-1]

    yield start
    for service in made:
        service.close()


CALLS: dict[str, Callable[[], Any]] = {
    "endpoint": lambda: Endpoints(task_of("image_classification"), clients._QUICK_S, attempts=3).ask(
        RELEASE, QUESTION, Deadline(20)
    ),
    "picture": lambda: RawBuckets(("raw",)).read("s3://raw/cat.jpg", Deadline(20)),
    "table": lambda: Table("releases", "cats").read(Deadline(20)),
    "captures": lambda: CaptureStream("captures").put("{}", Deadline(20)),
}


def outcome(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except Exception as error:
        return error


@pytest.mark.parametrize("client", CALLS)
def test_what_does_not_answer_in_time_is_asked_once(serve: Callable[[bytes | None], Service], client: str) -> None:
    silent = serve(None)
    found = outcome(CALLS[client])
    assert silent.calls == 1
    assert isinstance(found, Exception) or found.fault.kind is FaultKind.SLOW


@pytest.mark.parametrize("client", CALLS)
def test_what_fails_at_once_is_asked_three_times_in_all(serve: Callable[[bytes | None], Service], client: str) -> None:
    broken = serve(b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
    found = outcome(CALLS[client])
    assert broken.calls == 3
    assert isinstance(found, Exception) or found.fault.kind is FaultKind.FAILED


class Calls:
    """Fails as told, call by call, then answers; a call takes its time on the clock that the deadline reads."""

    def __init__(self, *ends: Exception, longest_s: float = 0.0) -> None:
        self.ends, self.longest_s, self.now, self.made = list(ends), longest_s, 0.0, 0

    def __call__(self) -> str:
        self.made += 1
        self.now += self.longest_s
        if self.ends:
            raise self.ends.pop(0)
        return "answer"

    def make(self, left_s: float, attempts: int = 3, timeouts: bool = False) -> str:
        deadline = Deadline(left_s, clock=lambda: self.now)
        longest_s = max(self.longest_s, 1)
        return with_retries(
            self, attempts=attempts, longest_s=longest_s, deadline=deadline, timeouts=timeouts, sleep=lambda _: None
        )


@pytest.mark.parametrize("error", [THROTTLE, BROKEN, ConnectTimeoutError(endpoint_url="-")])
def test_what_failed_at_once_is_repeated(error: Exception) -> None:
    calls = Calls(error, error)
    assert (calls.make(20), calls.made) == ("answer", 3)


@pytest.mark.parametrize("error", [WRONG, MODEL, ReadTimeoutError(endpoint_url="-")])
def test_what_would_end_the_same_again_or_has_used_up_its_time_is_not(error: Exception) -> None:
    calls = Calls(error)
    with pytest.raises(type(error)):
        calls.make(20)
    assert calls.made == 1


def test_what_may_be_done_twice_is_repeated_after_its_time_as_well() -> None:
    calls = Calls(ReadTimeoutError(endpoint_url="-"), ReadTimeoutError(endpoint_url="-"))
    assert (calls.make(20, timeouts=True), calls.made) == ("answer", 3)
    refused = Calls(WRONG)
    with pytest.raises(ClientError):
        refused.make(20, timeouts=True)
    assert refused.made == 1


def test_no_attempt_begins_that_could_outlast_the_deadline() -> None:
    calls = Calls(BROKEN, BROKEN, longest_s=12)
    with pytest.raises(ClientError):
        calls.make(27.5)
    assert (calls.made, calls.now) == (2, 24)
    with pytest.raises(OutOfTime):
        Calls(longest_s=12).make(11)


def test_a_champion_that_hangs_leaves_time_to_say_so() -> None:
    """A throttled attempt, one that fails late, and the challenger's timeout: below Lambda's 29 s, with a margin."""
    assert 2 * (CHAMPION_TIMEOUT_S + 1) < LAMBDA_TIMEOUT_S - MARGIN_S
