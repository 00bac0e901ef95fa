"""Entry point of the image: `python -m training_containers.image_classification train`."""

import sys

from training_containers.contract import run_command_line

if __name__ == "__main__":
    sys.exit(
        run_command_line(
            "training_containers.image_classification",
            "Train a network on the channels `dataset` and `images`; leave a model package in `model`. "
            "VIGIL_PROCESSES_PER_HOST sets in how many processes (default: one a GPU).",
        )
    )
