"""Malformed requests to the deployed routes, over HTTP: every answer is a documented refusal.

10,000 to each: pytest tests/integration/loop -k malformed -s --malformed 10000
"""

import pytest

from clients.predict import PredictClient
from sandbox.deployment import Deployment
from tests.integration.loop import stranger
from tests.integration.loop.packages import LIGHT, picture
from tests.malformed import model_requests, picture_requests


@pytest.mark.usefixtures("champion")
def test_malformed_pictures_are_refused(client: PredictClient, deployment: Deployment, malformed: int) -> None:
    assert client.post("cats", picture(LIGHT), "image/png")[0] == 200
    makers = picture_requests(deployment.output("cats", "RawBucket"))
    answers = stranger.ask(client, "POST /v1/cats/predict", makers, malformed)
    print(answers)
    assert answers.faults == {}


@pytest.mark.usefixtures("champion")
def test_malformed_questions_about_the_model_are_refused(client: PredictClient, malformed: int) -> None:
    answers = stranger.ask(client, "GET /v1/cats/model", model_requests(), malformed)
    print(answers)
    assert answers.faults == {}


@pytest.mark.parametrize(
    "route", ["GET /v1/cats/predict", "DELETE /v1/cats/predict", "POST /v1/cats/model", "POST /v1/cats", "GET /"]
)
def test_api_gateway_hands_no_other_route_on(route: str, client: PredictClient) -> None:
    status, body = client.send(*route.split())
    assert (status, b"message" in body) == (404, True)
