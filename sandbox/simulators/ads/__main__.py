"""Draw television: frames with labels, or short recordings.

    python -m sandbox.simulators.ads build/ads --frames 2000 --variant sports --sheet build/ads.png
    python -m sandbox.simulators.ads build/recordings --recordings 3

The first writes the form that `python -m clients.operator import` takes: `frames/<recording>/<scene>-<n>.jpg` and
`labels.json`. With `--blemishes` it holds, as real data does, a copy, broken files, a label without a picture and a
picture without one. The second writes video files for `python -m clients.operator label`.
"""

import argparse
from pathlib import Path

from sandbox.simulators.ads.dataset import write
from sandbox.simulators.ads.recordings import VARIANTS
from sandbox.simulators.ads.sheet import draw_sheet
from sandbox.simulators.ads.video import write_recordings


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m sandbox.simulators.ads", description=__doc__.split("\n\n")[0])
    parser.add_argument("folder", type=Path, help="where frames/ and labels.json, or recordings, are written")
    parser.add_argument("--frames", type=int, default=2000, help="about how many (default: 2000)")
    parser.add_argument("--variant", choices=VARIANTS, default="base", help="what is on (default: base)")
    parser.add_argument("--seed", type=int, default=7, help="the same seed draws the same frames (default: 7)")
    parser.add_argument("--blemishes", action="store_true", help="add a copy, broken files, and rows without pictures")
    parser.add_argument("--sheet", type=Path, help="PNG of some frames beside each other")
    parser.add_argument("--recordings", type=int, help="write so many video files instead of frames")
    args = parser.parse_args()
    if args.recordings is not None:
        files = write_recordings(args.folder, args.recordings, seed=args.seed, variant=args.variant)
        print(f"{len(files)} recordings in {args.folder}")
        return
    write(args.folder, args.frames, args.seed, args.variant, args.blemishes)
    print(f"frames and labels in {args.folder}")
    if args.sheet is not None:
        draw_sheet(args.folder, args.sheet)


if __name__ == "__main__":
    main()
