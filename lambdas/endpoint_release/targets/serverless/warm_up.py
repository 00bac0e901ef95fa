"""Starts as many instances of a serverless endpoint as it may have, before callers meet them.

A serverless endpoint starts an instance, with a pause of seconds, whenever more requests come at once than it has
instances. https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice

from botocore.exceptions import BotoCoreError, ClientError

from inference.contracts import GoldenRequest
from inference.contracts.tasks.base import AnswerError
from lambdas.common.observability import logger
from lambdas.endpoint_release.targets.base import NoAnswerError


def warm_up(ask: Callable[[GoldenRequest], bytes], golden: Sequence[GoldenRequest], at_once: int) -> None:
    """Ask golden requests, as many at once as the endpoint takes. The replay judges answers, not this."""

    def try_one(request: GoldenRequest) -> None:
        try:
            ask(request)
        except (AnswerError, NoAnswerError, ClientError, BotoCoreError) as error:
            logger.warning("warming up", extra={"error": str(error)})

    with ThreadPoolExecutor(at_once) as threads:
        list(threads.map(try_one, islice(cycle(golden), at_once)))
