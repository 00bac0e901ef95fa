"""Draw pictures of a garden camera: six cats that differ in coat and build, and scenes without a cat.

    python -m sandbox.simulators.cats build/cats --pictures 420 --seed 7

writes the form that the `cats` domain documents for a user's own data: `images/<milliseconds>.jpg` and `labels.json`.
With `--blemishes` it holds, as real data does, copies, broken files, a label without a picture and one without a label.
"""

import argparse
from pathlib import Path

from sandbox.simulators.cats.dataset import write


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m sandbox.simulators.cats", description=__doc__.split("\n\n")[0])
    parser.add_argument("folder", type=Path, help="where images/ and labels.json are written")
    parser.add_argument("--pictures", type=int, default=420, help="how many in all (default: 420)")
    parser.add_argument("--seed", type=int, default=7, help="the same seed draws the same pictures (default: 7)")
    parser.add_argument("--blemishes", action="store_true", help="add copies, broken files and labels without pictures")
    args = parser.parse_args()
    print(f"{args.pictures} pictures in {write(args.folder, args.pictures, args.seed, args.blemishes)}")


if __name__ == "__main__":
    main()
