"""The command line of a training image: `python -m training_containers.<container> train`."""

import argparse

from training_containers.contract.launcher import launch
from training_containers.contract.opt_ml import OptMl


def run_command_line(package: str, description: str) -> int:
    """Run `<package>.train` as the job that lies in the SageMaker layout; the exit status."""
    parser = argparse.ArgumentParser(
        prog=f"python -m {package}",
        description=description,
        epilog="Environment: SAGEMAKER_BASE_DIR (default /opt/ml), "
        "MLFLOW_TRACKING_URI (default: sqlite in output/data; `off` leaves MLflow out).",
    )
    parser.add_argument("command", choices=["train"], help="run the training job")
    parser.parse_args()
    return launch(f"{package}.train", OptMl.from_environment())
