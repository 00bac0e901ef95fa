"""The inspector alone: looks at everything as data prep would, and makes no dataset version."""

from lambdas.data_prep.inputs import Inputs
from lambdas.data_prep.models import Diagnosis
from lambdas.data_prep.sensor_zones.making import make_batch
from lambdas.data_prep.sensor_zones.merging import inspected, page_uri
from lambdas.data_prep.sensor_zones.planning import make_plan
from lambdas.data_prep.sensor_zones.workplace import workplace


def inspect(inputs: Inputs) -> Diagnosis:
    """Raises DataError where there is nothing to look at; too little to train on is part of the answer."""
    with workplace(inputs) as at:
        plan = make_plan(at)
        batches = range(len(plan.batches))
        seen = [one for number in batches for one in make_batch(at, plan, number, keep=False)]
        found, _ = inspected(at, plan, seen)
        return Diagnosis(
            page=page_uri(at),
            findings=len(found.findings),
            refusals=(found.refusal,) if found.refusal else (),
            raw_bytes=sum(file.size for file in plan.files),
        )
