"""Prepare readings of sensors in zones on this machine: python -m lambdas.data_prep.sensor_zones SPEC RAW OUT"""

import argparse
import sys
import time
from pathlib import Path

from lambdas.common.errors import VigilError
from lambdas.data_prep.folder_bucket import FolderBucket
from lambdas.data_prep.inputs import Inputs
from lambdas.data_prep.publish import publish
from lambdas.data_prep.sensor_zones.diagnose import inspect
from lambdas.data_prep.sensor_zones.prepare import prepare
from lambdas.data_prep.sensor_zones.spec import SensorZones


def main() -> int:
    """The exit status: 2 where the data or the schema cannot be used, with a sentence that says why."""
    parser = argparse.ArgumentParser(prog="python -m lambdas.data_prep.sensor_zones", description=__doc__)
    parser.add_argument("spec", type=Path, help="JSON of the domain's SensorZones; its prefix is below RAW")
    parser.add_argument("raw", type=Path, help="folder of .csv and .parquet files, and schema.json")
    parser.add_argument("out", type=Path, help="folder that stands for the artifacts bucket")
    parser.add_argument("--domain", default="fire")
    parser.add_argument("--diagnose", action="store_true", help="inspect only: write the page, and no dataset version")
    given = parser.parse_args()
    spec = SensorZones.model_validate_json(given.spec.read_bytes())
    raw, out = FolderBucket(given.raw), FolderBucket(given.out)
    inputs = Inputs(given.domain, f"local-{time.time_ns():x}", spec, raw, out, None, lambda: 1 << 40)
    try:
        if given.diagnose:
            found = inspect(inputs)
            print("\n".join((*found.refusals, f"{found.findings} findings: {found.page.removeprefix('s3://')}")))
            return 0
        result = publish(given.domain, spec, prepare(inputs), out)
    except VigilError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{result.items} tables of version {result.version}: {result.uri.removeprefix('s3://')}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
