"""`python -m training_containers.edge_export FOLDER`: answer the request that lies in a folder."""

import argparse
from pathlib import Path

import numpy as np

from training_containers.edge_export.convert import convert
from training_containers.edge_export.quantise import quantise
from training_containers.edge_export.request import CALIBRATION, EdgeRequest, tflite_file


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training_containers.edge_export", description=__doc__)
    parser.add_argument("folder", type=Path, help="holds request.json, weights.pt and calibration.npy")
    folder = parser.parse_args().folder
    plain = tflite_file(folder, "float32")
    convert(EdgeRequest.read(folder), folder, plain)
    quantise(plain, np.load(folder / CALIBRATION, allow_pickle=False), tflite_file(folder, "int8"))


if __name__ == "__main__":
    main()
