"""Entry point of the image: `python -m training_containers.object_detection train`."""

import sys

from training_containers.contract import run_command_line

if __name__ == "__main__":
    sys.exit(
        run_command_line(
            "training_containers.object_detection",
            "Train a detector on the channels `dataset` and `images`; leave a model package in `model`. "
            "VIGIL_PROCESSES_PER_HOST sets in how many processes (default: one a GPU).",
        )
    )
