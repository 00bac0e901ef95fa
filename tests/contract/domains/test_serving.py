"""The package behind SageMaker's serving protocol, over HTTP."""

import base64
import json
from collections.abc import Iterator

import pytest
import urllib3

from inference.contracts import GoldenRequest
from inference.contracts.tasks.base import Task, parse_answer
from lambdas.endpoint_release.replay import parse_golden, replay
from tests.contract.domains.toy_run import ToyRun
from tests.unit.serving import served


@pytest.fixture(scope="module")
def server(toy_run: ToyRun) -> Iterator[urllib3.HTTPConnectionPool]:
    with served(toy_run.predictor, toy_run.manifest) as port, urllib3.HTTPConnectionPool("127.0.0.1", port) as pool:
        yield pool


def ask(server: urllib3.HTTPConnectionPool, body: bytes, content_type: str) -> tuple[int, bytes]:
    answer = server.request("POST", "/invocations", body=body, headers={"Content-Type": content_type})
    return answer.status, answer.data


def test_it_is_healthy(server: urllib3.HTTPConnectionPool) -> None:
    assert server.request("GET", "/ping").status == 200


def test_a_release_would_pass_its_golden_requests(
    server: urllib3.HTTPConnectionPool, toy_run: ToyRun, task: Task
) -> None:
    def invoke(request: GoldenRequest) -> bytes:
        status, body = ask(server, base64.b64decode(request.body_base64), request.content_type)
        assert status == 200, body
        return body

    assert replay(task, parse_golden(task, toy_run.read("golden.jsonl")), invoke) == ""


def test_two_answers_to_one_request_agree(
    server: urllib3.HTTPConnectionPool, golden: list[GoldenRequest], task: Task
) -> None:
    body = base64.b64decode(golden[0].body_base64)
    one, other = (parse_answer(task, ask(server, body, golden[0].content_type)[1]) for _ in range(2))
    assert task.agrees(one, other)
    assert task.validate(task.for_caller(one)) == ""


@pytest.mark.parametrize("body", [b"", b"neither a picture nor JSON", b"{}", b"\x00" * 1000])
def test_what_cannot_be_read_is_refused_with_a_sentence(
    server: urllib3.HTTPConnectionPool, task: Task, body: bytes
) -> None:
    for content_type in task.reads:
        status, answer = ask(server, body, content_type)
        assert status == 400
        assert json.loads(answer)["error"].endswith(".")


def test_another_content_type_is_refused_with_those_that_are_read(
    server: urllib3.HTTPConnectionPool, task: Task
) -> None:
    status, answer = ask(server, b"1,2,3", "text/csv")
    assert status == 400
    assert all(content_type in json.loads(answer)["error"] for content_type in task.reads)
