"""python -m clients.operator export deer --format coco --out DIR.

DIR gets annotations, `images/`, and the channels of a training job: `dataset/`, and `champion/` where one serves.
Exit codes: 0 done, 1 refused or not answered, 2 the command itself is wrong, 3 some pictures are gone from the bucket.
"""

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from clients.operator.aws import add_domain, session_of
from clients.operator.errors import OperatorError

ABOUT = "fetch a dataset version: annotations and pictures, for other tools and for training elsewhere"
SOME_GONE = 3
SHOWN = 20
JOB = "job.json"
"""What a training job elsewhere is told besides: environment variables."""


def add_arguments(parser: ArgumentParser) -> None:
    add_domain(parser)
    parser.add_argument("--version", help="of the data (default: the newest)")
    parser.add_argument("--format", choices=("coco", "yolo", "csv"), default="coco", help="default: coco")
    parser.add_argument("--out", type=Path, required=True, help="a folder; what lies there is not fetched again")


def run(args: Namespace) -> int:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from clients.operator.exports.pictures import WORKERS, fetch_all
    from clients.operator.exports.source import find_source, read_champion, read_object, read_version
    from inference.contracts.annotations import AnnotationsError, export, picture_path

    session = session_of(args)
    s3 = session.client("s3", config=Config(max_pool_connections=WORKERS, retries={"mode": "standard"}))
    try:
        source = find_source(session.client("cloudformation"), args.app, args.domain)
        version = read_version(s3, source, args.domain, args.version)
        files = export(args.format, version.summary, version.items)
        files |= {f"dataset/{name}": body for name, body in version.files.items()}
        champion = read_champion(session.client("dynamodb"), source, args.domain)
        if champion is not None:
            package = read_object(s3, champion.model_data_url)
            if package is None:
                raise OperatorError(f"the champion's package {champion.model_data_url} is gone; release another")
            files |= {JOB: _job(*champion), "champion/model.tar.gz": package}
        for name, body in files.items():
            _write(args.out / name, body)
        wanted = [(f"{source.prefix}{one.path}", args.out / picture_path(args.format, one)) for one in version.items]
        with Progress(TextColumn("exporting"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()) as bars:
            bar = bars.add_task("", total=len(wanted))
            gone = fetch_all(s3, source.raw, wanted, lambda: bars.advance(bar))
    except AnnotationsError as error:
        raise OperatorError(str(error)) from error
    except (BotoCoreError, ClientError) as error:
        raise OperatorError(f"cannot export {args.app}-{args.domain}: {error}; run it again to go on") from error
    for key in gone[:SHOWN]:
        print(f"gone: s3://{source.raw}/{key}", file=sys.stderr)
    if len(gone) > SHOWN:
        print(f"gone: {len(gone) - SHOWN} more", file=sys.stderr)
    print(f"dataset version {version.summary.version}: {len(wanted) - len(gone)} pictures in {args.out}")
    return SOME_GONE if gone else 0


def _job(model_data_url: str, manifest_sha256: str) -> bytes:
    """As the training trigger tells a job of its champion."""
    variables = {"CHAMPION_MODEL_DATA_URL": model_data_url, "CHAMPION_MANIFEST_SHA256": manifest_sha256}
    return json.dumps({"environment": {name: value for name, value in variables.items() if value}}, indent=1).encode()


def _write(file: Path, body: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(body)
