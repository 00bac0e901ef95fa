"""The command line of a training image: `python -m training_containers.<container> train`.

With --data and --out it trains on any machine that has the container's requirements, without SageMaker.
"""

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from training_containers.contract.elsewhere import train_elsewhere
from training_containers.contract.failure import Fault
from training_containers.contract.launcher import launch
from training_containers.contract.opt_ml import OptMl


def run_command_line(package: str, description: str, arguments: Sequence[str] | None = None) -> int:
    """Run `<package>.train` as the job that lies in the SageMaker layout, or on a folder of data; the exit status."""
    parser = argparse.ArgumentParser(
        prog=f"python -m {package}",
        description=description,
        epilog="Environment: SAGEMAKER_BASE_DIR (default /opt/ml), "
        "MLFLOW_TRACKING_URI (default: sqlite in output/data; `off` leaves MLflow out).",
    )
    parser.add_argument("command", choices=["train"], help="run the training job")
    parser.add_argument("--data", type=Path, help="outside SageMaker: a folder of channels, as the operator's export")
    parser.add_argument("--out", type=Path, help="outside SageMaker: gets model.tar.gz, and job/ to go on from")
    parser.add_argument(
        "--set", action="append", default=[], type=_setting, metavar="NAME=VALUE", help="a hyperparameter, with --data"
    )
    args = parser.parse_args(arguments)
    if (args.data is None) != (args.out is None) or (args.set and args.data is None):
        parser.error("--data and --out belong together, and --set to them")
    start = partial(launch, f"{package}.train")
    if args.data is None:
        return start(OptMl.from_environment())
    try:
        return train_elsewhere(args.data, args.out, dict(args.set), start)
    except Fault as fault:
        print(f"{fault.whose}: {fault}", file=sys.stderr)
        return fault.exit_code


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise argparse.ArgumentTypeError(f"{text!r} is no NAME=VALUE, such as epochs=20")
    return name, value
