"""Edge of the review API: HTTP requests in, typed answers out. The OpenAPI document is made from these signatures."""

from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query

from inference.contracts.annotations import ExportFormat
from inference.contracts.reviews import DETECTION_ID, Detection, ReviewRequest, Status
from lambdas.common.api_resolver import answers, make_resolver
from lambdas.common.api_routes import API, MODEL_NAME, Caller, caller
from lambdas.common.detections_table import PROGRESS, RETRAINING, REVIEWS
from lambdas.common.observability import emit, logger, tracer
from lambdas.common.people import ADJUDICATORS, REVIEWERS, require_group
from lambdas.review_api import cursor
from lambdas.review_api.clients import NAMESPACE, Pictures, ReviewFunctions
from lambdas.review_api.datasets import Datasets
from lambdas.review_api.judgements import Judgements
from lambdas.review_api.models import LARGEST_PAGE, PAGE, VERSION, Order, ReviewApiVariables, Undo
from lambdas.review_api.order import Walk
from lambdas.review_api.progress import progress
from lambdas.review_api.table import DetectionsTable
from lambdas.review_api.views import DatasetVersions, Detections, Export, ReviewConflict, ReviewProgress

ONE = f"{API}/detections/<detection_id>"
JPEG = "image/jpeg"
PICTURE: dict[int, Any] = {
    200: {
        "description": "The picture as people are shown it",
        "content": {JPEG: {"schema": {"type": "string", "format": "binary"}}},
    }
}
KEPT_S = 3600
"""By the browser of who was shown it, and nobody between."""
Id = Annotated[str, Path(pattern=DETECTION_ID)]
Domain = Annotated[str, Path(pattern=MODEL_NAME)]

app = make_resolver(lambda: emit(NAMESPACE, [{"Api": "reviews"}], {"ApiErrors": 1}))


@dataclass(frozen=True)
class Reviews:
    table: DetectionsTable
    pictures: Pictures
    judgements: Judgements
    datasets: Datasets


@cache
def reviews() -> Reviews:
    env = ReviewApiVariables.load()
    table = DetectionsTable(env.detections_table)
    judgements = Judgements(table, ReviewFunctions(env.app))
    return Reviews(table, Pictures(env.artifacts_bucket), judgements, Datasets(env.artifacts_bucket))


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return app.resolve(event, context)


@app.get(f"{API}/detections", responses=answers(200, Detections, 500, 503))
def list_detections(
    domain: Annotated[str, Query(pattern=MODEL_NAME)],
    order: Annotated[Order, Query()] = "uncertain",
    status: Annotated[Status, Query()] = "open",
    camera: Annotated[str | None, Query(min_length=1, max_length=256)] = None,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = PAGE,
    after: Annotated[str | None, Query(min_length=1, max_length=cursor.LONGEST)] = None,
) -> Detections:
    """A page of a domain's detections. Order `disputed` lists disputed ones, whatever the status."""
    listing = cursor.Listing(domain=domain, order=order, status=status, camera=camera)
    start = cursor.first(listing) if after is None else cursor.decode(after, listing)
    walk = Walk(listing, start, reviews().table.queues(domain, newest=order == "newest"), _who().name)
    found, left_at = walk.page(limit)
    return Detections(detections=tuple(found), next=None if left_at is None else cursor.encode(left_at))


@app.get(ONE, responses=answers(200, Detection, 404, 500, 503))
def show_detection(detection_id: Id) -> Detection:
    return reviews().table.read(detection_id)


@app.get(f"{ONE}/picture", responses=PICTURE | {404: answers(200, Detection, 404)[404]})
def show_picture(detection_id: Id) -> Response[str]:
    """What the detection's boxes are measured on."""
    text = b64encode(reviews().pictures.read(detection_id)).decode()
    found = Response(200, content_type=JPEG, body=text, headers={"Cache-Control": f"private, max-age={KEPT_S}"})
    found.base64_encoded = True  # Powertools would take bytes for text when it validates them
    return found


@app.post(f"{ONE}/review", responses=answers(200, Detection, 403, 404, 500, 503, conflict=ReviewConflict))
def review(detection_id: Id, asked: Annotated[ReviewRequest, Body()]) -> Detection:
    """One person's verdict. Sent twice it counts once; of an older revision it is refused with the one of now."""
    return reviews().judgements.review(detection_id, asked, _reviewer())


@app.post(f"{ONE}/undo", responses=answers(200, Detection, 403, 404, 500, 503, conflict=ReviewConflict))
def undo(detection_id: Id, asked: Annotated[Undo, Body()]) -> Detection:
    """Takes a review back: one's own, or as an adjudicator anybody's."""
    return reviews().judgements.undo(detection_id, asked, _reviewer())


@app.get(f"{API}/reviews/<domain>", responses=answers(200, ReviewProgress, 500, 503))
def show_progress(domain: Domain) -> ReviewProgress:
    """Counts, agreement, and what starts the next run; zeros where nothing is reviewed."""
    table = reviews().table
    items = (table.item(domain, name) for name in (REVIEWS, PROGRESS, RETRAINING))
    return progress(domain, table.counts(domain), *items)


@app.get(f"{API}/datasets/<domain>", responses=answers(200, DatasetVersions, 500, 503))
def list_datasets(domain: Domain) -> DatasetVersions:
    """The domain's dataset versions, newest first."""
    return reviews().datasets.versions(domain)


@app.get(f"{API}/datasets/<domain>/<version>/export", responses=answers(200, Export, 404, 413, 500, 503))
def export_dataset(
    domain: Domain, version: Annotated[str, Path(pattern=VERSION)], format: Annotated[ExportFormat, Query()] = "coco"
) -> Export:
    """Annotations of a version, for other tools: where they are, for five minutes."""
    return reviews().datasets.export(domain, version, format)


def _who() -> Caller:
    return caller(app.current_event.raw_event)


def _reviewer() -> Caller:
    """Raises HttpError 403 for a person who may only look."""
    who = _who()
    require_group(who, REVIEWERS, ADJUDICATORS)
    return who
