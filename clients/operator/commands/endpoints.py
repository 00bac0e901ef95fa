"""python -m clients.operator endpoints cats."""

from argparse import ArgumentParser, Namespace

from clients.operator.listing import add_listing, listing

ABOUT = "endpoints: releases, status, which one is the champion"


def add_arguments(parser: ArgumentParser) -> None:
    add_listing(parser)


def run(args: Namespace) -> int:
    return listing(args, "endpoints")
