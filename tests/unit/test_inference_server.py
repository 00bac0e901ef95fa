"""The serving protocol, over real HTTP, with a predictor that can be told to fail."""

import http.client
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from inference.contracts.limits import MAX_REQUEST_BYTES
from inference.errors import BadRequest
from tests.unit.serving import served


class Scripted:
    """Does what the request's body says."""

    def __init__(self) -> None:
        self.both_here = threading.Barrier(2, timeout=60)

    def predict(self, body: bytes, content_type: str) -> dict[str, Any]:
        if body == b"bad":
            raise BadRequest("The picture is bad; send a good one.")
        if body == b"bug":
            raise ZeroDivisionError("secret path /opt/program")
        if body == b"wait for another request":
            self.both_here.wait()
        return {"label": "Cat", "bytes": len(body)}


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with served(Scripted()) as port:
        yield port


def ask(port: int, method: str, path: str, body: bytes = b"", content_type: str = "image/jpeg") -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, path, body, {"Content-Type": content_type})
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response.status, text


def test_ping_says_that_the_model_is_loaded(port: int) -> None:
    assert ask(port, "GET", "/ping") == (200, "")


def test_a_prediction_is_answered_in_json(port: int) -> None:
    status, text = ask(port, "POST", "/invocations", b"picture", "image/jpeg; charset=binary")
    assert (status, json.loads(text)) == (200, {"label": "Cat", "bytes": 7})


def test_bad_input_gets_the_sentence(port: int) -> None:
    status, text = ask(port, "POST", "/invocations", b"bad")
    assert (status, json.loads(text)) == (400, {"error": "The picture is bad; send a good one."})


@pytest.mark.parametrize("content_type", ["text/plain", "", "IMAGE"])
def test_another_content_type_is_refused_with_those_that_are_read(content_type: str, port: int) -> None:
    status, text = ask(port, "POST", "/invocations", b"x", content_type)
    assert status == 400
    read = "application/x-image, image/jpeg, image/png"
    assert json.loads(text)["error"] == f"The Content-Type is '{content_type.lower()}'; this model reads {read}."


def test_a_mistake_of_ours_gives_the_caller_an_id_and_no_traceback(port: int, caplog: pytest.LogCaptureFixture) -> None:
    status, text = ask(port, "POST", "/invocations", b"bug")
    assert status == 500
    assert "secret" not in text
    assert "ZeroDivisionError" not in text
    error_id = json.loads(text)["error"].split()[-1].rstrip(".")
    assert error_id in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_the_limit_itself_is_accepted_and_one_byte_more_is_not(port: int) -> None:
    assert ask(port, "POST", "/invocations", b"x" * MAX_REQUEST_BYTES)[0] == 200
    status, text = ask(port, "POST", "/invocations", b"x" * (MAX_REQUEST_BYTES + 1))
    assert status == 413
    assert "4 MB" in json.loads(text)["error"]


def test_two_requests_are_worked_on_at_once(port: int) -> None:
    answers: list[int] = []
    threads = [
        threading.Thread(
            target=lambda: answers.append(ask(port, "POST", "/invocations", b"wait for another request")[0])
        )
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200, 200]


def test_only_the_protocols_methods_and_paths_exist(port: int) -> None:
    assert ask(port, "GET", "/invocations")[0] == 405
    assert ask(port, "GET", "/models")[0] == 404


def test_metrics_count_answers_by_status(port: int) -> None:
    ask(port, "POST", "/invocations", b"bad")
    status, text = ask(port, "GET", "/metrics")
    assert status == 200
    assert 'vigil_requests_total{status="400"}' in text
    assert "vigil_prediction_seconds_count" in text
    assert 'vigil_package_info{dataset_version="v1",domain="cats",task="image_classification"} 1.0' in text
