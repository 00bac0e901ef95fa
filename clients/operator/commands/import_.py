"""python -m clients.operator import ads --folder DIR.

python -m clients.operator import deer --folder images --coco annotations.json
python -m clients.operator import deer --folder images --megadetector results.json --category animal=deer

Exit codes: 0 all is there, 1 refused or not answered, 2 the command itself is wrong, 3 some pictures were left out.
"""

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from clients.operator.aws import add_domain, session_of
from clients.operator.errors import OperatorError

if TYPE_CHECKING:
    from clients.operator.imports.labelled import Labelled

ABOUT = "send labelled pictures of a folder to a domain's bucket and its table of labels"
SOME_LEFT_OUT = 3
SHOWN = 20
"""Bad files that are named; the rest is counted."""


def add_arguments(parser: ArgumentParser) -> None:
    add_domain(parser)
    parser.add_argument(
        "--folder",
        type=Path,
        required=True,
        help="a folder a class (ad/, content/), or labels.json or labels.csv beside frames/, as `label` leaves it; "
        "with --coco and --megadetector, the pictures that they name",
    )
    boxes = parser.add_mutually_exclusive_group()
    boxes.add_argument("--coco", type=Path, metavar="FILE", help="COCO's annotations: boxes of the folder's pictures")
    boxes.add_argument("--megadetector", type=Path, metavar="FILE", help="MegaDetector's results, likewise")
    parser.add_argument(
        "--category",
        action="append",
        default=[],
        metavar="NAME=CLASS",
        help="boxes of this category are of this class, and those of no --category are left out (may be repeated)",
    )
    parser.add_argument("--confidence", type=_share, default=0.2, help="least of MegaDetector's (default: 0.2)")
    parser.add_argument("--bucket", help="default: what the domain's stack says")
    parser.add_argument("--prefix", help="below which pictures go (default: what the domain's stack says)")
    parser.add_argument("--table", help="of labels (default: what the domain's stack says)")


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise ArgumentTypeError(f"{text!r} is no confidence; 0 to 1 is allowed")
    return value


def run(args: Namespace) -> int:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from clients.operator.imports.known import known_rows
    from clients.operator.imports.labelled import read
    from clients.operator.imports.places import find_places
    from clients.operator.imports.send import WORKERS, send

    labelled = read(args)
    session = session_of(args)
    given = {"bucket": args.bucket, "prefix": args.prefix, "table": args.table}
    config = Config(max_pool_connections=WORKERS, retries={"mode": "standard"})
    try:
        places = find_places(session.client("cloudformation"), args.app, args.domain, given)
        rows, strange = known_rows(labelled.rows, args.domain, places.classes)
        columns = (TextColumn("importing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns) as bars:
            bar = bars.add_task("", total=len(rows))
            clients = (session.client("s3", config=config), session.client("dynamodb", config=config))
            sent = send(rows, labelled.pictures, places, *clients, lambda: bars.advance(bar))
    except (BotoCoreError, ClientError) as error:
        raise OperatorError(f"cannot import into {args.app}-{args.domain}: {error}; run it again to go on") from error
    bad = ((one.row.imageName, one.fault) for one in sent if one.fault is not None)
    left_out = [*labelled.left_out, *strange, *bad]
    there = [one for one in sent if one.fault is None]
    new = sum(one.uploaded for one in sent)
    told = labelled.counted(one.row for one in there)
    _tell(labelled, left_out)
    print(f"{told or 'nothing'}: {new} sent, {len(there) - new} there already, {len(left_out)} left out")
    print(f"s3://{places.bucket}/{places.prefix}, labels in {places.table}")
    return SOME_LEFT_OUT if left_out else 0


def _tell(labelled: "Labelled", left_out: Iterable[tuple[str, str]]) -> None:
    bad = list(left_out)
    for name, why in bad[:SHOWN]:
        print(f"left out: {name}: {why}", file=sys.stderr)
    if len(bad) > SHOWN:
        print(f"left out: {len(bad) - SHOWN} more", file=sys.stderr)
    if labelled.unnamed:
        print(f"not sent: {labelled.unnamed} pictures of the folder that no annotation names", file=sys.stderr)
