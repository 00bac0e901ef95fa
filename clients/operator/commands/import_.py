"""python -m clients.operator import ads --folder DIR.

Exit codes: 0 all is there, 1 refused or not answered, 2 the command itself is wrong, 3 some pictures were left out.
"""

import sys
from argparse import ArgumentParser, Namespace
from collections import Counter
from pathlib import Path

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from clients.operator.aws import add_domain, session_of
from clients.operator.errors import OperatorError

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
        help="a folder a class (ad/, content/), or labels.json or labels.csv beside frames/, as `label` leaves it",
    )
    parser.add_argument("--bucket", help="default: what the domain's stack says")
    parser.add_argument("--prefix", help="below which pictures go (default: what the domain's stack says)")
    parser.add_argument("--table", help="of labels (default: what the domain's stack says)")


def run(args: Namespace) -> int:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from clients.operator.imports.places import find_places
    from clients.operator.imports.send import WORKERS, send
    from inference.contracts.labels import LabelsError, read_labelled

    try:
        labelled = read_labelled(args.folder)
    except LabelsError as error:
        raise OperatorError(str(error)) from error
    session = session_of(args)
    given = {"bucket": args.bucket, "prefix": args.prefix, "table": args.table}
    config = Config(max_pool_connections=WORKERS, retries={"mode": "standard"})
    try:
        places = find_places(session.client("cloudformation"), args.app, args.domain, given)
        columns = (TextColumn("importing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns) as bars:
            bar = bars.add_task("", total=len(labelled.rows))
            clients = (session.client("s3", config=config), session.client("dynamodb", config=config))
            sent = send(labelled.rows, labelled.pictures, places, *clients, lambda: bars.advance(bar))
    except (BotoCoreError, ClientError) as error:
        raise OperatorError(f"cannot import into {args.app}-{args.domain}: {error}; run it again to go on") from error
    bad = [one for one in sent if one.fault is not None]
    for one in bad[:SHOWN]:
        print(f"left out: {one.row.imageName}: {one.fault}", file=sys.stderr)
    if len(bad) > SHOWN:
        print(f"left out: {len(bad) - SHOWN} more", file=sys.stderr)
    counts = Counter(one.row.label for one in sent if one.fault is None)
    told = ", ".join(f"{count} {label}" for label, count in sorted(counts.items()))
    new = sum(one.uploaded for one in sent)
    print(f"{told or 'nothing'}: {new} sent, {sum(counts.values()) - new} there already, {len(bad)} left out")
    print(f"s3://{places.bucket}/{places.prefix}, labels in {places.table}")
    return SOME_LEFT_OUT if bad else 0
