"""Data prep of labelled pictures in the three steps of a Distributed Map: list, batch, merge."""

from lambdas.common.artifacts import batches_folder
from lambdas.data_prep.dataset_files import Dataset
from lambdas.data_prep.errors import DataError
from lambdas.data_prep.inputs import Inputs
from lambdas.data_prep.labelled_images.dataset import assemble
from lambdas.data_prep.labelled_images.labels import Candidate, seen
from lambdas.data_prep.labelled_images.pictures import Picture
from lambdas.data_prep.labelled_images.prepare import match_labels
from lambdas.data_prep.models import BatchResult, DataPrepEvent, ListResult
from lambdas.data_prep.pictures.reading import read_all
from lambdas.data_prep.pictures.records import lines, parse_lines
from lambdas.data_prep.quarantine import Rejection

BATCH = 2_000
"""Pictures of one Distributed Map item: about half a minute of work."""


def list_batches(inputs: Inputs) -> ListResult:
    """Match labels and pictures, and cut the pictures into batches."""
    candidates, unmatched = match_labels(inputs)
    _write(inputs, "unmatched.jsonl", lines(unmatched))
    numbers = range(0, (len(candidates) + BATCH - 1) // BATCH)
    for number in numbers:
        batch = candidates[number * BATCH : (number + 1) * BATCH]
        _write(inputs, f"batches/{number:06}.jsonl", lines(batch))
    events = tuple(DataPrepEvent(action="batch", run=inputs.run, batch=number) for number in numbers)
    return ListResult(batches=events, items=len(candidates))


def inspect_batch(inputs: Inputs, number: int) -> BatchResult:
    """Read and inspect one batch; done twice, it writes the same again."""
    candidates = parse_lines(Candidate, _read(inputs, f"batches/{number:06}.jsonl"))
    pictures, broken = read_all(candidates, seen, inputs.raw, inputs.spec, inputs.remaining_ms)
    _write(inputs, f"broken/{number:06}.jsonl", lines(broken))
    _write(inputs, f"pictures/{number:06}.jsonl", lines(pictures))
    return BatchResult(batch=number, items=len(pictures))


def merge(inputs: Inputs) -> Dataset:
    """Put every batch's outcome together, as `prepare` would have; raises DataError for a batch left undone."""
    rejections = parse_lines(Rejection, _read(inputs, "unmatched.jsonl"))
    pictures: list[Picture] = []
    for name in sorted(inputs.artifacts.sizes(f"{batches_folder(inputs.domain, inputs.run)}batches/")):
        pictures += parse_lines(Picture, _read(inputs, f"pictures/{name}"))
        rejections += parse_lines(Rejection, _read(inputs, f"broken/{name}"))
    return assemble(pictures, rejections, inputs.spec, inputs.raw.name)


def _write(inputs: Inputs, name: str, body: bytes) -> None:
    inputs.artifacts.write(f"{batches_folder(inputs.domain, inputs.run)}{name}", body)


def _read(inputs: Inputs, name: str) -> bytes:
    body = inputs.artifacts.read(f"{batches_folder(inputs.domain, inputs.run)}{name}")
    if body is None:
        raise DataError(f"Run {inputs.run} has no {name}: that step of data prep did not end; run it again.")
    return body
