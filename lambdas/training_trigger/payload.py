"""What an invocation asks for, whoever sent it: a person, a schedule, an event bus. Pure."""

from hashlib import sha256
from typing import Any, NamedTuple

from lambdas.common.errors import PayloadError

MAX_TOKEN = 256
MAX_REASON = 1000
RUN_DIGITS = 12


class Asked(NamedTuple):
    options: dict[str, Any]
    token: str
    """Two deliveries of one event have the same; it names the run."""
    reason: str = ""
    """Why there is to be a run, for people."""


def read(event: Any, request_id: str) -> Asked:
    """Options are the event itself, or `detail` in an EventBridge envelope (a rule's schedule has an empty one).

    Lambda retries an asynchronous event under the same request id, EventBridge delivers twice under the same event id:
    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html.
    """
    if not isinstance(event, dict):
        raise PayloadError(f'The payload is {event!r:.80}; send an object of options, e.g. {{"epochs": 20}}, or {{}}.')
    token = request_id
    options = event
    if "detail-type" in event and "detail" in event:
        if not isinstance(event["detail"], dict):
            raise PayloadError(f"The event's detail is {event['detail']!r:.80}; send an object of options, or {{}}.")
        options = event["detail"]
        token = event.get("id", request_id)
    if "runToken" in options:
        token = options["runToken"]
    if not isinstance(token, str) or not 0 < len(token) <= MAX_TOKEN:
        raise PayloadError(f"runToken is {token!r:.80}; it is a text of 1 to {MAX_TOKEN} characters.")
    reason = options.get("reason", "")
    if not isinstance(reason, str) or len(reason) > MAX_REASON:
        raise PayloadError(f"reason is {reason!r:.80}; it is a text of at most {MAX_REASON} characters.")
    beside = ("runToken", "reason")
    return Asked({name: value for name, value in options.items() if name not in beside}, token, reason)


def run_name(runs: str, token: str) -> str:
    """Also the execution's and the training job's name: the same token cannot start a second one.

    `runs`: what the names of all the domain's runs begin with. A tuning job's name has 32 characters at most.
    """
    return f"{runs}-{sha256(token.encode()).hexdigest()[:RUN_DIGITS]}"
