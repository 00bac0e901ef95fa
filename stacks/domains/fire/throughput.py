"""What a run takes of a processor, from what was measured: benchmarks/results/fire.json, runs of 5 and 52 million rows.

Both trained with small settings on two cores of a shared machine, one thread a library; CPU seconds leave out the
waiting for others. Each figure is the larger of the two runs', except where the smaller run is mostly what any run
takes. Costs that grow with a setting are taken to grow in proportion, though most grow less.
"""

from lambdas.training_trigger.spec import Throughput
from training_containers.ensemble.config import EnsembleHyperparameters

XGBOOST_US = 0.055
"""CPU microseconds a raw row, round and pass: XGBoost alone learns from every decision in every round."""
READ_US = 1.8 + 0.6
"""A raw row: features, and the statistical member's pass."""
JUDGED_US, JUDGED = 160, 0.0104
"""A decision of the validation and test splits, by all members and the package; how many a raw row where every twelfth
step is judged."""
WINDOW_MS = 0.53
"""A window and epoch, by the five networks together. On CPUs: nobody measured GPUs, which take far less."""
SAMPLED_S, SAMPLE, ROUNDS = 64, 150_000, 40
"""A training of all members that learn from a sample: so long on so many decisions, with so many rounds or trees."""
SCORED_MS = 0.35
"""A decision of the out-of-fold sample, by all members."""
BYTES_PER_ROW, CSV_BYTES_PER_ROW = 8.5, 100
"""Of the simulator's Parquet, and of the same rows as text, which is 114."""
MEASURED_ON = "two cores on 2026-11-21 (python -m benchmarks.fire; in proportion to the options)"


def throughput(settings: EnsembleHyperparameters, most_vcpus: int) -> Throughput:
    """`most_vcpus`: what reading, features and judging, which run on one thread, leave of several to be used."""
    trainings = settings.folds + 1
    row_us = (
        XGBOOST_US * settings.rounds * settings.folds  # each fold trains on the rest: folds - 1 passes, and one of all
        + READ_US
        + JUDGED_US * JUDGED * 12 / settings.judge_every
    )
    more = settings.most_rows / SAMPLE * max(settings.rounds, settings.trees) / ROUNDS
    overhead_s = (
        trainings * (SAMPLED_S * more + WINDOW_MS / 1000 * settings.most_windows * settings.epochs)
        + SCORED_MS / 1000 * settings.most_rows
    )
    return Throughput(
        rows_per_s=1e6 / row_us,
        overhead_s=overhead_s,
        vcpus=2,  # a core's: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-optimize-cpu.html
        most_vcpus=most_vcpus,
        measured_on=MEASURED_ON,
        bytes_per_row=BYTES_PER_ROW,
        text_bytes_per_row=CSV_BYTES_PER_ROW,
    )
