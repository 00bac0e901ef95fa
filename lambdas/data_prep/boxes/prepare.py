"""Data prep of pictures with boxes, all in one invocation."""

from functools import partial

from lambdas.data_prep.boxes.dataset import assemble
from lambdas.data_prep.boxes.labels import EXAMPLE, match, seen
from lambdas.data_prep.boxes.spec import Boxes
from lambdas.data_prep.dataset_files import Dataset
from lambdas.data_prep.inputs import Inputs
from lambdas.data_prep.pictures.listing import listed
from lambdas.data_prep.pictures.reading import read_all


def prepare(inputs: Inputs) -> Dataset:
    """Raises DataError where there are no pictures or rows, and where they are too few to train and test on."""
    spec: Boxes = inputs.spec
    rows, sizes = listed(inputs, f"{spec.name_column}, {spec.boxes_column}: {EXAMPLE}")
    candidates, unmatched = match(rows, sizes, spec)
    made = partial(seen, spec=spec)
    pictures, broken = read_all(candidates, made, inputs.raw, spec, inputs.remaining_ms)
    return assemble(pictures, [*unmatched, *broken], spec, inputs.raw.name)
