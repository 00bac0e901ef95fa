"""Draw pictures of camera traps: deer with boxes, empty pictures, and things that are taken for deer.

    python -m sandbox.simulators.deer build/deer --pictures 600 --lookalikes 0.5 --sheet build/deer-sheet.png

writes the form that `make demo DOMAIN=deer DATA=...` takes: `images/<camera>/<event>/<n>.jpg` and `annotations.json`
(COCO); beside them `labels.json`, as the labels table has it, and `truth.json`. With `--blemishes` it holds, as real
data does, a copy, broken files, a box that leaves its picture, a row without a picture and a picture without a row.
"""

import argparse
from pathlib import Path

from sandbox.simulators.deer.dataset import Options, write
from sandbox.simulators.deer.sheet import draw_sheet


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m sandbox.simulators.deer", description=__doc__.split("\n\n")[0])
    parser.add_argument("folder", type=Path, help="where images/ and the three JSON files are written")
    parser.add_argument("--pictures", type=int, default=600, help="how many in all (default: 600)")
    parser.add_argument("--cameras", type=int, default=12, help="how many places they look at (default: 12)")
    parser.add_argument("--empties", type=float, default=0.45, help="share of events without a deer (default: 0.45)")
    parser.add_argument("--lookalikes", type=float, default=0.0, help="share of those with a look-alike (default: 0)")
    parser.add_argument("--seed", type=int, default=7, help="the same seed draws the same pictures (default: 7)")
    parser.add_argument("--places-seed", type=int, default=7, help="the same one has the same cameras (default: 7)")
    parser.add_argument("--blemishes", action="store_true", help="add a copy, broken files, and rows without pictures")
    parser.add_argument("--sheet", type=Path, help="PNG of some pictures beside each other")
    args = vars(parser.parse_args())
    folder, sheet, blemishes = args.pop("folder"), args.pop("sheet"), args.pop("blemishes")
    print(f"{args['pictures']} pictures in {write(folder, Options(**args), blemishes)}")
    if sheet is not None:
        draw_sheet(folder, sheet)


if __name__ == "__main__":
    main()
