"""Entry point of the image: `python -m training_containers.tabular train`."""

import argparse
import sys

from training_containers.contract import OptMl, launch

PROGRAM = "training_containers.tabular.train"


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m training_containers.tabular",
        description="Train a hazard detector on the channel `dataset`; leave a model package in the folder `model`.",
        epilog="Environment: SAGEMAKER_BASE_DIR (default /opt/ml), "
        "MLFLOW_TRACKING_URI (default: sqlite in output/data; `off` leaves MLflow out).",
    )
    parser.add_argument("command", choices=["train"], help="run the training job")
    parser.parse_args()
    return launch(PROGRAM, OptMl.from_environment())


if __name__ == "__main__":
    sys.exit(main())
