"""Times that `fire` foretells rest on the committed measurements, and are never shorter than those."""

import json
from pathlib import Path

import pytest

from lambdas.training_trigger.expectation import TimeLimitError, expect, require_time
from lambdas.training_trigger.models import RawSize
from lambdas.training_trigger.options import Choices
from lambdas.training_trigger.spec import StrategySpec
from stacks.domains.fire import FIRE
from stacks.domains.fire.throughput import throughput
from training_containers.ensemble.config import EnsembleHyperparameters

RUNS = json.loads(Path("benchmarks/results/fire.json").read_text())["runs"]
GB = 10**9


def foretold(name, gigabytes, instance=None, text=False):
    training = FIRE.training
    (strategy,) = [one for one in training.strategies if one.name == name]
    way = training.by(strategy)
    spec = StrategySpec(
        name=name,
        image_uri="image",
        instance_type=way.instance,
        allowed_instance_types=(way.instance,),
        instance_count=way.instance_count,
        max_runtime_s=way.max_runtime_s,
        throughput=strategy.throughput,
    )
    choices = Choices({}, instance or way.instance, False, False, None, 0)
    size = round(gigabytes * GB)
    return expect(spec, choices, RawSize(size, size if text else 0)), spec


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS.keys())
def test_a_measured_run_would_have_been_foretold_on_the_safe_side(run):
    found = throughput(EnsembleHyperparameters(**run["settings"]), most_vcpus=2)
    seconds = found.overhead_s + run["rows"] / found.rows_per_s

    assert 1 <= seconds / run["stages"]["train"]["cpu_s"] < 2
    assert run["stages"]["generate"]["found"]["gb"] * GB / run["rows"] == pytest.approx(found.bytes_per_row, rel=0.02)


@pytest.mark.parametrize(("name", "gigabytes"), [("ensemble", 5), ("distributed", 20), ("streaming", 45)])
def test_data_of_a_strategy_s_size_take_less_than_a_day_and_600_usd(name, gigabytes):
    expected, spec = foretold(name, gigabytes)

    require_time(expected, spec)
    assert expected.seconds < 24 * 3600
    assert expected.usd < 600
    assert "GPUs not counted" in expected.in_words


def test_what_would_not_end_within_a_day_is_refused_before_it_starts():
    expected, spec = foretold("streaming", 70)

    with pytest.raises(TimeLimitError, match="not end in the 23 h .* 70.00 GB, about 8,235,294,118 rows"):
        require_time(expected, spec)


def test_tables_of_text_hold_fewer_rows_than_parquet_of_their_size():
    binary, _ = foretold("streaming", 30)
    text, _ = foretold("streaming", 30, text=True)

    assert text.seconds < binary.seconds / 4


def test_a_machine_with_more_cores_than_can_be_used_is_not_taken_for_faster():
    # ml.g6.48xlarge has 192 vCPUs: https://aws.amazon.com/sagemaker/ai/pricing/
    assert foretold("distributed", 10, "ml.g6.48xlarge")[0].seconds == foretold("distributed", 10)[0].seconds
    assert foretold("ensemble", 1, "ml.m5.xlarge")[0].seconds > foretold("ensemble", 1)[0].seconds
