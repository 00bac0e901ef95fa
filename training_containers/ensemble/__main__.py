"""Entry point of the image: `python -m training_containers.ensemble train`."""

import sys

from training_containers.contract import run_command_line

if __name__ == "__main__":
    sys.exit(
        run_command_line(
            "training_containers.ensemble",
            "Train an ensemble on sensors in zones (channel `dataset`); leave a model package in the folder `model`.",
        )
    )
