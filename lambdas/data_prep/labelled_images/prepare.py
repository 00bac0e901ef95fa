"""Data prep of labelled pictures: whole, or in the three parts of a Distributed Map (list, batch, merge)."""

from collections.abc import Callable
from typing import NamedTuple

from lambdas.common.artifacts import batches_folder
from lambdas.data_prep.clients import Bucket, LabelTable
from lambdas.data_prep.dataset_files import render
from lambdas.data_prep.errors import DataError
from lambdas.data_prep.labelled_images.dataset import assemble
from lambdas.data_prep.labelled_images.labels import Candidate, match
from lambdas.data_prep.labelled_images.pictures import Picture
from lambdas.data_prep.labelled_images.reading import read_all
from lambdas.data_prep.labelled_images.records import lines, parse_lines, parse_rejections
from lambdas.data_prep.labelled_images.spec import LabelledImages
from lambdas.data_prep.models import BatchResult, DataPrepEvent, DataPrepResult, ListResult
from lambdas.data_prep.publish import publish_dataset, publish_quarantine
from lambdas.data_prep.quarantine import Rejection

BATCH = 2_000
"""Pictures of one Distributed Map item: about half a minute of work."""


class LabelledImagesPrep(NamedTuple):
    domain: str
    spec: LabelledImages
    raw: Bucket
    labels: LabelTable
    artifacts: Bucket
    remaining_ms: Callable[[], int]

    def prepare(self) -> DataPrepResult:
        """All in one invocation."""
        candidates, unmatched = self._match()
        pictures, broken = read_all(candidates, self.raw, self.spec, self.remaining_ms)
        return self._publish(pictures, [*unmatched, *broken])

    def list_batches(self, run: str) -> ListResult:
        """Match labels and pictures, and cut the pictures into batches."""
        candidates, unmatched = self._match()
        self.artifacts.write(f"{self._parts(run)}unmatched.jsonl", lines(unmatched))
        numbers = range(0, (len(candidates) + BATCH - 1) // BATCH)
        for number in numbers:
            part = candidates[number * BATCH : (number + 1) * BATCH]
            self.artifacts.write(f"{self._parts(run)}batches/{number:06}.jsonl", lines(part))
        events = tuple(DataPrepEvent(action="batch", run=run, batch=number) for number in numbers)
        return ListResult(batches=events, pictures=len(candidates))

    def inspect_batch(self, run: str, number: int) -> BatchResult:
        """Read and inspect one batch; done twice, it writes the same again."""
        body = self._part(run, f"batches/{number:06}.jsonl")
        pictures, broken = read_all(parse_lines(Candidate, body), self.raw, self.spec, self.remaining_ms)
        self.artifacts.write(f"{self._parts(run)}broken/{number:06}.jsonl", lines(broken))
        self.artifacts.write(f"{self._parts(run)}pictures/{number:06}.jsonl", lines(pictures))
        return BatchResult(batch=number, pictures=len(pictures))

    def merge(self, run: str) -> DataPrepResult:
        """Put every batch's outcome together, as `prepare` would have; raises DataError for a batch left undone."""
        rejections = parse_rejections(self._part(run, "unmatched.jsonl"))
        pictures: list[Picture] = []
        for name in sorted(self.artifacts.sizes(f"{self._parts(run)}batches/")):
            pictures += parse_lines(Picture, self._part(run, f"pictures/{name}"))
            rejections += parse_rejections(self._part(run, f"broken/{name}"))
        return self._publish(pictures, rejections)

    def _match(self) -> tuple[list[Candidate], list[Rejection]]:
        sizes = self.raw.sizes(self.spec.prefix)
        if not sizes:
            raise DataError(f"There are no pictures below s3://{self.raw.name}/{self.spec.prefix}; upload some.")
        rows = list(self.labels.rows())
        if not rows:
            raise DataError(
                f"The label table {self.labels.name} is empty; {len(sizes)} pictures wait for labels "
                f"(imageName, label: one of {', '.join(self.spec.classes)})."
            )
        return match(rows, sizes, self.spec)

    def _publish(self, pictures: list[Picture], rejections: list[Rejection]) -> DataPrepResult:
        dataset = assemble(pictures, rejections, self.spec)
        publish_quarantine(self.domain, dataset.rejections, self.artifacts)
        return publish_dataset(self.domain, render(self.domain, dataset, self.spec, self.raw.name), self.artifacts)

    def _parts(self, run: str) -> str:
        return batches_folder(self.domain, run)

    def _part(self, run: str, name: str) -> bytes:
        body = self.artifacts.read(f"{self._parts(run)}{name}")
        if body is None:
            raise DataError(f"Run {run} has no {name}: that part of data prep did not end; run it again.")
        return body
