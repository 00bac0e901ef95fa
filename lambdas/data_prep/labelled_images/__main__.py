"""Prepare labelled pictures on this machine.

    python -m lambdas.data_prep.labelled_images --folder DIR

DIR has a folder a class (ad/, content/), with folders of recordings in it if they are known, or a labels.json or
labels.csv (imageName, label, recording, scene) beside frames/.
"""

import argparse
import sys
import time
from pathlib import Path

from pydantic import ValidationError

from inference.contracts import DatasetSummary
from inference.contracts.labels import LabelsError, read_labelled
from lambdas.common.artifacts import dataset_folder, dataset_summary
from lambdas.common.errors import VigilError, sentences
from lambdas.data_prep.folder_bucket import FolderBucket
from lambdas.data_prep.inputs import Inputs
from lambdas.data_prep.labelled_images.folder import FolderLabels, report
from lambdas.data_prep.labelled_images.prepare import prepare
from lambdas.data_prep.labelled_images.spec import LabelledImages
from lambdas.data_prep.labelled_images.statistics import STATISTICS
from lambdas.data_prep.publish import publish

GROUPS = {"recording": ("recording",), "scene": ("recording", "scene"), "none": ()}


def main() -> int:
    """The exit code: 0 prepared, 1 the pictures or labels are not enough, 2 the command itself is wrong."""
    parser = argparse.ArgumentParser(prog="python -m lambdas.data_prep.labelled_images", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="labelled pictures")
    parser.add_argument("--out", type=Path, default=Path("build/prepared"), help="stands for the artifacts bucket")
    parser.add_argument("--domain", default="ads")
    parser.add_argument("--split-ratio", help='training, validation, test: "0.7,0.15,0.15"')
    parser.add_argument("--calibration", type=float, default=0.0, help="share of the training groups (default: 0)")
    parser.add_argument("--max-frames", type=int, help="most pictures kept, spread over recordings")
    parser.add_argument("--enough", type=int, default=500, help="with fewer pictures, warn (default: 500)")
    parser.add_argument("--group-by", choices=GROUPS, default="recording", help="what stays whole (default: recording)")
    args = parser.parse_args()
    try:
        labelled = read_labelled(args.folder)
        classes = tuple(sorted({row.label for row in labelled.rows}))
        spec = LabelledImages(
            prefix="",
            classes=classes,
            split_ratio=args.split_ratio,
            calibration=args.calibration,
            max_frames=args.max_frames,
            group_columns=GROUPS[args.group_by],
            enough_pictures=args.enough,
            balanced=(0.4, 0.6) if len(classes) == 2 else None,
        )
        raw, out = FolderBucket(labelled.pictures), FolderBucket(args.out)
        run = f"local-{time.time_ns():x}"
        inputs = Inputs(args.domain, run, spec, raw, out, FolderLabels(labelled), lambda: 1 << 40)
        result = publish(args.domain, spec, prepare(inputs), out)
    except ValidationError as error:
        parser.error(sentences(error))
    except (VigilError, LabelsError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    summary = out.read(dataset_summary(args.domain, result.version))
    statistics = out.read(f"{dataset_folder(args.domain, result.version)}{STATISTICS}")
    assert summary is not None  # written a moment ago
    assert statistics is not None
    print(report(DatasetSummary.model_validate_json(summary), statistics))
    print(f"{result.items} pictures of version {result.version}: {result.uri.removeprefix('s3://')}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
