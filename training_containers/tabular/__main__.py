"""Entry point of the image: `python -m training_containers.tabular train`."""

import sys

from training_containers.contract import run_command_line

if __name__ == "__main__":
    sys.exit(
        run_command_line(
            "training_containers.tabular",
            "Train a hazard detector on the channel `dataset`; leave a model package in the folder `model`.",
        )
    )
