"""What a deployed domain has trained, registered and serves.

python -m clients.operator runs cats

Reads AWS with the caller's credentials; `AWS_ENDPOINT_URL` leads it to an embedded one.
Exit codes: 0 answered, 1 AWS refused or did not answer, 2 the command itself is wrong.
"""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from clients.operator.show import as_json, as_table

SUBCOMMANDS = {
    "runs": "training jobs: status, metrics, what is billed",
    "packages": "model packages: versions, approval, evaluation",
    "endpoints": "endpoints: releases, status, which one is the champion",
}
"""Each is a module beside this one, with `read` and `cells`."""


def main(arguments: Sequence[str] | None = None) -> int:
    args = _parser().parse_args(arguments)
    try:
        session = boto3.Session(region_name=args.region)
        if session.region_name is None:
            return _failed("there is no AWS Region: set AWS_DEFAULT_REGION, or pass --region us-west-2")
        rows, cells = _read(args, session)
    except (BotoCoreError, ClientError) as error:
        return _failed(f"cannot read the {args.subcommand} of {args.domain}: {error}")
    if args.json:
        print(as_json(rows))
    elif rows:
        as_table(rows, cells, Console())
    else:
        print(f"{args.app}-{args.domain} has no {args.subcommand} in {session.region_name}")
    return 0


def _read(args: argparse.Namespace, session: boto3.Session) -> tuple:
    """The rows, and how a table shows one. The SDK takes seconds to import, which --help should not."""
    from clients.operator.sdk import Domain

    module = import_module(f"clients.operator.{args.subcommand}")
    options = {"trials": args.trials} if args.subcommand == "runs" else {}
    return module.read(Domain(args.app, args.domain, session), args.newest, **options), module.cells


def _failed(why: str) -> int:
    print(f"error: {why}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m clients.operator", description=__doc__.split("\n\n")[0])
    subparsers = parser.add_subparsers(dest="subcommand", required=True, metavar=f"{{{','.join(SUBCOMMANDS)}}}")
    for name, about in SUBCOMMANDS.items():
        one = subparsers.add_parser(name, help=about, description=about)
        one.add_argument("domain", help="cats, battery, ...")
        one.add_argument("--newest", type=_count, default=10, help="how many (default: 10)")
        one.add_argument("--json", action="store_true", help="everything known, for programs")
        one.add_argument("--region", help="default: that of the credentials' profile or of AWS_DEFAULT_REGION")
        one.add_argument("--app", default="vigil", help="what names begin with (default: vigil)")
        if name == "runs":
            one.add_argument("--trials", action="store_true", help="a search's jobs too")
    return parser


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no count; 1 and more is allowed")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
