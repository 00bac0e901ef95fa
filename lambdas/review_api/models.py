"""The review API's variables, its routes and what it is asked."""

from typing import Literal

from pydantic import Field

from inference.contracts.base import Contract
from inference.contracts.reviews import REVIEW_ID
from lambdas.common.api_routes import API, Route
from lambdas.common.function_variables import FunctionVariables

Order = Literal["uncertain", "newest", "disputed"]
PAGE = 20
LARGEST_PAGE = 100
MOST_REVIEWS = 40
"""Of one detection, undone ones among them."""
MOST_BYTES = 300_000
"""Of a detection's document: DynamoDB takes items of 400 KB, index keys and names included."""
VERSION = r"^[0-9a-f]{16}$"
"""Of a dataset: the hash of its manifest."""
URL_S = 300
"""A download's URL lives so long."""

ROUTES = (
    Route("GET", f"{API}/detections"),
    Route("GET", f"{API}/detections/{{detection_id}}"),
    Route("GET", f"{API}/detections/{{detection_id}}/picture"),
    Route("POST", f"{API}/detections/{{detection_id}}/review"),
    Route("POST", f"{API}/detections/{{detection_id}}/undo"),
    Route("GET", f"{API}/reviews/{{domain}}"),
    Route("GET", f"{API}/datasets/{{domain}}"),
    Route("GET", f"{API}/datasets/{{domain}}/{{version}}/export"),
)


class ReviewApiVariables(FunctionVariables):
    app: str
    detections_table: str
    artifacts_bucket: str


class Undo(Contract):
    """A review is taken back; it stays in the history."""

    review_id: str = Field(pattern=REVIEW_ID)
    revision: int = Field(ge=0, description="of the detection that was looked at; another one: 409")
