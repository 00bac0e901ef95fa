"""What a release has to show on the device itself before it answers anybody."""

import base64
import math
from collections.abc import Sequence
from itertools import cycle, islice

from clients.device.errors import ModelFailed, Refused
from clients.device.model import Model
from inference.contracts.package import GoldenRequest
from inference.errors import BadRequest

WARM_UP, TIMED, ROUNDS = 2, 20, 2


def check(model: Model, golden: Sequence[GoldenRequest]) -> None:
    """Raises Refused if a golden request is answered otherwise than it was when packaged, or too slowly."""
    pictures = [base64.b64decode(request.body_base64) for request in golden]
    try:
        for number, (request, picture) in enumerate(zip(golden, pictures, strict=True), start=1):
            fault = model.task.validate(request.answer)
            fault = fault or model.task.golden_fault(request.answer, model.answer(picture).whole, request.tolerance)
            if fault:
                raise Refused(f"golden request {number} of {len(golden)}: {fault}")
        _quick_enough(model, pictures)
    except (BadRequest, ModelFailed) as error:
        raise Refused(f"a golden request was not answered: {error}") from error


def _quick_enough(model: Model, pictures: Sequence[bytes]) -> None:
    """Once more if it is slow: a Pi may have been busy with the download."""
    found = math.inf
    for _ in range(ROUNDS):
        times = [model.answer(picture).ms for picture in islice(cycle(pictures), WARM_UP + TIMED)][WARM_UP:]
        found = min(found, p95(times))
        if found <= model.slow_ms:
            return
    raise Refused(f"slow on this device: p95 {found:.1f} ms; at most {model.slow_ms:g} ms")


def p95(times: Sequence[float]) -> float:
    """The nearest rank: of 20, the second longest."""
    return sorted(times)[math.ceil(0.95 * len(times)) - 1]
