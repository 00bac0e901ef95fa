"""`python -m training_containers.edge_export FOLDER`: answer the request that lies in a folder."""

import argparse
from importlib import import_module
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
    request = EdgeRequest.read(folder)
    module = import_module(request.served)
    convert(request, module, folder, plain)
    pictures = np.load(folder / CALIBRATION, allow_pickle=False)
    quantise(plain, pictures, module.QUANTISED, tflite_file(folder, "int8"))


if __name__ == "__main__":
    main()
