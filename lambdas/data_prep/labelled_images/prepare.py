"""Data prep of labelled pictures, all in one invocation."""

from lambdas.data_prep.dataset_files import Dataset
from lambdas.data_prep.inputs import Inputs
from lambdas.data_prep.labelled_images.dataset import assemble
from lambdas.data_prep.labelled_images.labels import Candidate, match, seen
from lambdas.data_prep.labelled_images.spec import LabelledImages
from lambdas.data_prep.pictures.listing import listed
from lambdas.data_prep.pictures.reading import read_all
from lambdas.data_prep.quarantine import Rejection


def prepare(inputs: Inputs) -> Dataset:
    candidates, unmatched = match_labels(inputs)
    pictures, broken = read_all(candidates, seen, inputs.raw, inputs.spec, inputs.remaining_ms)
    return assemble(pictures, [*unmatched, *broken], inputs.spec, inputs.raw.name)


def match_labels(inputs: Inputs) -> tuple[list[Candidate], list[Rejection]]:
    """Raises DataError where there are no pictures, or no labels."""
    spec: LabelledImages = inputs.spec
    columns = f"{spec.name_column}, {spec.label_column}: one of {', '.join(spec.classes)}"
    return match(*listed(inputs, columns), spec)
