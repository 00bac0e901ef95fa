"""python -m clients.operator runs cats."""

from argparse import ArgumentParser, Namespace

from clients.operator.listing import add_listing, listing

ABOUT = "training jobs: status, metrics, what is billed"


def add_arguments(parser: ArgumentParser) -> None:
    add_listing(parser)
    parser.add_argument("--trials", action="store_true", help="a search's jobs too")


def run(args: Namespace) -> int:
    return listing(args, "runs", trials=args.trials)
