"""Data prep of sensors in zones in the three steps of a Distributed Map: list, batch, merge."""

from lambdas.data_prep.dataset_files import Dataset
from lambdas.data_prep.inputs import Inputs
from lambdas.data_prep.models import BatchResult, DataPrepEvent, ListResult
from lambdas.data_prep.sensor_zones import merging
from lambdas.data_prep.sensor_zones.making import make_batch
from lambdas.data_prep.sensor_zones.plan import Plan
from lambdas.data_prep.sensor_zones.planning import make_plan
from lambdas.data_prep.sensor_zones.workplace import workplace

PLAN = "plan.json"


def list_batches(inputs: Inputs) -> ListResult:
    """Look at every file, and plan the tables: one a site and time block, some millions of rows a batch."""
    with workplace(inputs) as at:
        plan = make_plan(at)
        at.write(PLAN, plan.model_dump_json().encode())
    events = tuple(DataPrepEvent(action="batch", run=inputs.run, batch=number) for number in range(len(plan.batches)))
    return ListResult(batches=events, items=len(plan.tables))


def inspect_batch(inputs: Inputs, number: int) -> BatchResult:
    """Make one batch of tables; done twice, it writes the same again."""
    with workplace(inputs) as at:
        plan = Plan.model_validate_json(at.read(PLAN))
        seen = make_batch(at, plan, number)
        at.write(_seen(number), merging.dump(seen))
    return BatchResult(batch=number, items=len(seen))


def merge(inputs: Inputs) -> Dataset:
    """Put every batch's tables together, as `prepare` would have; raises DataError for a batch left undone."""
    with workplace(inputs) as at:
        plan = Plan.model_validate_json(at.read(PLAN))
        batches = range(len(plan.batches))
        seen = [one for number in batches for one in merging.load(at.read(_seen(number)))]
        return merging.assemble(at, plan, seen)


def _seen(number: int) -> str:
    return f"seen/{number:06}.json"
