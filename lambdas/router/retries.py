"""Retries AWS calls that failed at once, and none that timed out unless it is asked for.

botocore's standard retry mode repeats read timeouts, each as long as the first, and its `max_attempts` counts the
retries after a first attempt. So clients are configured for a single attempt and retried here.
https://boto3.amazonaws.com/v1/documentation/api/latest/guide/retries.html
"""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)

from lambdas.router.deadline import Deadline

T = TypeVar("T")
BACKOFF_S = 0.2
"""Longest pause before the second attempt, doubled for each later one; the pause is random between 0 and that."""
THROTTLED = frozenset(
    {
        "ThrottlingException", "TooManyRequestsException", "ProvisionedThroughputExceededException", "SlowDown",
        "RequestLimitExceeded", "ModelNotReadyException",
    }
)  # fmt: skip
"""https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html; S3, DynamoDB."""
_NOT_CONNECTED = (ConnectTimeoutError, EndpointConnectionError, ConnectionClosedError)
"""ConnectionClosedError: the other side has closed a kept-alive connection meanwhile."""


class OutOfTime(Exception):
    """An attempt could last longer than there is time left to answer."""


def single_attempt(connect_s: float, read_s: float) -> Config:
    """Configuration of a client without retries, with these timeouts."""
    return Config(
        connect_timeout=connect_s,
        read_timeout=read_s,
        retries={"mode": "standard", "total_max_attempts": 1},
        max_pool_connections=32,
    )


def with_retries(
    call: Callable[[], T],
    *,
    attempts: int,
    longest_s: float,
    deadline: Deadline,
    timeouts: bool = False,
    sleep: Callable[[float], None] = time.sleep,
) -> T:
    """What `call` answers. `longest_s`: the longest that one attempt can last, connecting included.

    `timeouts`: also what timed out is repeated; of calls that may be done twice, and quick enough for it.

    Raises:
        OutOfTime: the first attempt could outlast the deadline.
        ClientError, BotoCoreError: of the last attempt that there was time for.
    """
    if deadline.left_s() < longest_s:
        raise OutOfTime(f"{deadline.left_s():.1f} s are left and a call may take {longest_s:g} s")
    for number in range(1, attempts + 1):
        try:
            return call()
        except (ClientError, BotoCoreError) as error:
            pause = random.uniform(0, BACKOFF_S * 2 ** (number - 1))
            again = _is_transient(error) or (timeouts and isinstance(error, ReadTimeoutError))
            if number == attempts or not again or deadline.left_s() < pause + longest_s:
                raise
        sleep(pause)
    raise AssertionError("attempts is at least 1")


def _is_transient(error: Exception) -> bool:
    """Whether the next attempt may succeed: throttling, a server error, no connection."""
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return status >= 500 or error.response["Error"]["Code"] in THROTTLED
    return isinstance(error, _NOT_CONNECTED)
