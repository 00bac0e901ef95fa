"""Hands frames of recordings to a deployed domain, at whose console people label them. Done twice, it adds nothing.

Needs: cloudformation:DescribeStacks; s3:PutObject, s3:PutObjectTagging below the domain's incoming folder and the use
of the bucket's key; lambda:InvokeFunction on the domain's review function.
"""

import re
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from clients.operator.errors import OperatorError
from clients.operator.imports.pictures import fault
from clients.operator.imports.places import stack_outputs
from inference.contracts.incoming import INCOMING_DAYS, RETENTION_TAG, Incoming, pack
from inference.contracts.reviews import Frame, detection_id

WORKERS = 16
"""The connection pools of the clients are as large."""
SHOWN = 10
"""Bad files that are named; the rest is counted."""
_NAME = re.compile(r"(?P<scene>.+)-(?P<number>\d+)\.jpg")


class Queue(NamedTuple):
    """Where a domain takes frames from."""

    bucket: str
    folder: str
    """Ends with a slash."""
    function: str
    """Takes what lies there."""


class Taken(NamedTuple):
    """A frame as `clients/operator/label/frames.py` left it."""

    file: Path
    frame: Frame


def find_queue(cloudformation: Any, app: str, domain: str) -> Queue:
    """Raises OperatorError where no stack is the domain's, or it takes no frames."""
    outputs = stack_outputs(cloudformation, f"{app}-{domain}-trigger-training")
    if outputs is None:
        raise OperatorError(f"no stack here is that of {app}-{domain}: look at the Region, or at --app")
    if "Frames" not in outputs:
        raise OperatorError(
            f"{app}-{domain} takes no frames: its definition needs `review`, and data that keep recordings whole "
            "(`group_columns`); without --domain, frames are labelled on this machine"
        )
    bucket, _, folder = outputs["Frames"].removeprefix("s3://").partition("/")
    return Queue(bucket, folder, outputs["ReviewFunction"])


def frames_below(folder: Path) -> list[Taken]:
    """In the recordings' order. Raises OperatorError, which names every file that is no frame."""
    found, faults = [], []
    for file in sorted(folder.rglob("*.jpg")):
        try:
            found.append(Taken(file, _frame(file.relative_to(folder))))
        except ValueError as error:
            faults.append(f"{file.relative_to(folder)}: {error}")
            continue
        if wrong := fault(file):
            faults.append(f"{file.relative_to(folder)}: {wrong}")
    if faults:
        more = f"; and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
        raise OperatorError(f"in {folder}: {'; '.join(faults[:SHOWN])}{more}. Nothing was sent")
    if not found:
        raise OperatorError(f"{folder} has no frames; give --video-dir to take some of recordings")
    return sorted(found, key=lambda one: (one.frame.recording, one.frame.scene, one.frame.number))


def send(
    frames: Iterable[Taken], domain: str, queue: Queue, s3: Any, functions: Any, at: datetime, done: Callable[[], None]
) -> None:
    """`done` is called after each. Raises what boto3 raises.

    `at`: of the first frame; each is a millisecond later than the one before, so that lists by time keep their order.
    """

    def one(numbered: tuple[int, Taken]) -> None:
        number, (file, frame) = numbered
        picture = file.read_bytes()
        request = f"{frame.recording}/{frame.scene}-{frame.number}/{sha256(picture).hexdigest()}"
        when = at + timedelta(milliseconds=number)
        told = Incoming(request_id=request, at=when, entity_id=frame.recording, frame=frame)
        detection = detection_id(domain, request)
        s3.put_object(
            Bucket=queue.bucket,
            Key=f"{queue.folder}{detection}",
            Body=pack(told, picture),
            Tagging=f"{RETENTION_TAG}={INCOMING_DAYS}",
        )
        event = f'{{"action": "intake", "detection_id": "{detection}"}}'
        functions.invoke(FunctionName=queue.function, InvocationType="Event", Payload=event)
        done()

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(one, enumerate(frames)))


def _frame(path: Path) -> Frame:
    """Raises ValueError."""
    named = _NAME.fullmatch(path.name)
    if len(path.parts) != 2 or named is None:
        raise ValueError("no frame of a recording; <recording>/<scene>-<number>.jpg is expected")
    try:
        return Frame(recording=path.parts[0], scene=named["scene"], number=int(named["number"]))
    except ValidationError as error:
        raise ValueError("; ".join(f"{one['loc'][0]}: {one['msg'].lower()}" for one in error.errors())) from error
