"""Data prep of labelled pictures, all in one invocation."""

from lambdas.data_prep.dataset_files import Dataset
from lambdas.data_prep.errors import DataError
from lambdas.data_prep.inputs import Inputs
from lambdas.data_prep.labelled_images.dataset import assemble
from lambdas.data_prep.labelled_images.labels import Candidate, match
from lambdas.data_prep.labelled_images.reading import read_all
from lambdas.data_prep.labelled_images.spec import LabelledImages
from lambdas.data_prep.quarantine import Rejection


def prepare(inputs: Inputs) -> Dataset:
    candidates, unmatched = match_labels(inputs)
    pictures, broken = read_all(candidates, inputs.raw, inputs.spec, inputs.remaining_ms)
    return assemble(pictures, [*unmatched, *broken], inputs.spec, inputs.raw.name)


def match_labels(inputs: Inputs) -> tuple[list[Candidate], list[Rejection]]:
    """Raises DataError where there are no pictures, or no labels."""
    spec: LabelledImages = inputs.spec
    assert inputs.labels is not None  # DataPrepVariables asks for it
    sizes = inputs.raw.sizes(spec.prefix)
    if not sizes:
        raise DataError(f"There are no pictures below s3://{inputs.raw.name}/{spec.prefix}; upload some.")
    rows = list(inputs.labels.rows())
    if not rows:
        raise DataError(
            f"The label table {inputs.labels.name} is empty; {len(sizes)} pictures wait for labels "
            f"({spec.name_column}, {spec.label_column}: one of {', '.join(spec.classes)})."
        )
    return match(rows, sizes, spec)
