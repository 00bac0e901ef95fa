"""Subcommands that list what a domain has: a module with `read` and `cells` becomes a table, or JSON."""

from argparse import ArgumentParser, Namespace
from importlib import import_module
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from clients.operator.aws import add_domain, count, session_of
from clients.operator.errors import OperatorError
from clients.operator.show import as_json, as_table


def add_listing(parser: ArgumentParser) -> None:
    add_domain(parser)
    parser.add_argument("--newest", type=count, default=10, help="how many (default: 10)")
    parser.add_argument("--json", action="store_true", help="everything known, for programs")


def listing(args: Namespace, what: str, **options: Any) -> int:
    """Show what `clients.operator.<what>` reads; `options` are its own."""
    session = session_of(args)
    try:
        from clients.operator.sdk import Domain  # the SDK takes seconds to import, which --help should not

        module = import_module(f"clients.operator.{what}")
        rows = module.read(Domain(args.app, args.domain, session), args.newest, **options)
    except (BotoCoreError, ClientError) as error:
        raise OperatorError(f"cannot read the {what} of {args.domain}: {error}") from error
    if args.json:
        print(as_json(rows))
    elif rows:
        as_table(rows, module.cells, Console())
    else:
        print(f"{args.app}-{args.domain} has no {what} in {session.region_name}")
    return 0
