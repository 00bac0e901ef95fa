"""python -m clients.operator packages cats."""

from argparse import ArgumentParser, Namespace

from clients.operator.listing import add_listing, listing

ABOUT = "model packages: versions, approval, evaluation"


def add_arguments(parser: ArgumentParser) -> None:
    add_listing(parser)


def run(args: Namespace) -> int:
    return listing(args, "packages")
