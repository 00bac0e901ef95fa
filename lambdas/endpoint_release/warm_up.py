"""Starts as many instances of a serverless endpoint as it may have, before callers meet them.

A serverless endpoint starts an instance, with a pause of seconds, whenever more requests come at once than it has
instances. https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice

from botocore.exceptions import BotoCoreError, ClientError

from inference.contracts import GoldenRequest
from inference.contracts.tasks.base import AnswerError
from lambdas.common.observability import logger
from lambdas.endpoint_release.context import ReleaseContext


def warm_up(endpoint: str, golden: Sequence[GoldenRequest], context: ReleaseContext) -> None:
    """Ask golden requests, as many at once as the endpoint takes. What they answer is judged elsewhere."""
    at_once = context.env.endpoint.max_concurrency

    def ask(request: GoldenRequest) -> None:
        try:
            context.endpoints.ask(endpoint, request)
        except (AnswerError, ClientError, BotoCoreError) as error:
            logger.warning("warming up", extra={"endpoint": endpoint, "error": str(error)})

    with ThreadPoolExecutor(at_once) as threads:
        list(threads.map(ask, islice(cycle(golden), at_once)))
