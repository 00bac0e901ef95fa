"""Repeats calls of AWS that were turned away at once, and none that was not answered in time.

botocore's own retries do otherwise: its standard mode repeats read timeouts, each as long as the first, and
`max_attempts` counts the retries after a first attempt. So its clients are told to try once.
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
)

from lambdas.router.deadline import Deadline

T = TypeVar("T")
PAUSE_S = 0.2
"""Before the second attempt; doubled for each later one, and drawn at random between that and none."""
THROTTLED = frozenset(
    {
        "ThrottlingException", "TooManyRequestsException", "ProvisionedThroughputExceededException", "SlowDown",
        "RequestLimitExceeded", "ModelNotReadyException",
    }
)  # fmt: skip
"""https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html; S3, DynamoDB."""
_NOT_CONNECTED = (ConnectTimeoutError, EndpointConnectionError, ConnectionClosedError)
"""The last is a kept-alive connection that the other side has closed meanwhile."""


class OutOfTime(Exception):
    """An attempt could last longer than there is time left to answer."""


def once(connect_s: float, read_s: float) -> Config:
    """For a client that tries once and gives up after so long."""
    return Config(
        connect_timeout=connect_s,
        read_timeout=read_s,
        retries={"mode": "standard", "total_max_attempts": 1},
        max_pool_connections=32,
    )


def attempt(
    call: Callable[[], T],
    *,
    attempts: int,
    takes_s: float,
    deadline: Deadline,
    sleep: Callable[[float], None] = time.sleep,
) -> T:
    """What `call` answers. `takes_s`: the longest that one attempt can last, connecting included.

    Raises:
        OutOfTime: the first attempt could outlast the deadline.
        ClientError, BotoCoreError: of the last attempt that there was time for.
    """
    if deadline.left_s() < takes_s:
        raise OutOfTime(f"{deadline.left_s():.1f} s are left and a call may take {takes_s:g} s")
    for number in range(1, attempts + 1):
        try:
            return call()
        except (ClientError, BotoCoreError) as error:
            pause = random.uniform(0, PAUSE_S * 2 ** (number - 1))
            if number == attempts or not _turned_away(error) or deadline.left_s() < pause + takes_s:
                raise
        sleep(pause)
    raise AssertionError("attempts is at least 1")


def _turned_away(error: Exception) -> bool:
    """At once, and perhaps not the next time."""
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return status >= 500 or error.response["Error"]["Code"] in THROTTLED
    return isinstance(error, _NOT_CONNECTED)
