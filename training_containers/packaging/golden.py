"""Requests with the answers that the packaged model gave, replayed before a release gets any traffic."""

import base64
from collections.abc import Mapping
from typing import Any

from inference.contracts import GoldenRequest


def golden_request(body: bytes, content_type: str, answer: Mapping[str, Any], tolerance: float = 0.02) -> GoldenRequest:
    """Record a request and the answer the packaged model gave to exactly these bytes.

    Args:
        tolerance: how far a number may lie off on another machine: for other instructions, another decoder.
    """
    return GoldenRequest(
        tolerance=tolerance,
        content_type=content_type,
        body_base64=base64.b64encode(body).decode("ascii"),
        answer=dict(answer),
    )
