"""Data prep of sensors in zones, all in one invocation: the steps of the batches, one after another."""

from lambdas.data_prep.dataset_files import Dataset
from lambdas.data_prep.inputs import Inputs
from lambdas.data_prep.sensor_zones.making import make_batch
from lambdas.data_prep.sensor_zones.merging import assemble
from lambdas.data_prep.sensor_zones.planning import make_plan
from lambdas.data_prep.sensor_zones.workplace import workplace


def prepare(inputs: Inputs) -> Dataset:
    with workplace(inputs) as at:
        plan = make_plan(at)
        seen = [one for number in range(len(plan.batches)) for one in make_batch(at, plan, number)]
        return assemble(at, plan, seen)
