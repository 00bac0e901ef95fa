"""What an operator does with a deployed Vigil: see what a domain has trained and serves.

python -m clients.operator runs cats

Calls AWS with the caller's credentials; `AWS_ENDPOINT_URL` leads it to an embedded one.
Exit codes: 0 done, 1 refused or not answered, 2 the command itself is wrong.
"""

import argparse
import sys
from collections.abc import Sequence

from botocore.exceptions import BotoCoreError, ClientError

from clients.operator.commands import find
from clients.operator.errors import OperatorError


def main(arguments: Sequence[str] | None = None) -> int:
    args = _parser().parse_args(arguments)
    try:
        return args.run(args)
    except (OperatorError, BotoCoreError, ClientError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m clients.operator", description=__doc__.split("\n\n")[0])
    commands = find()
    subparsers = parser.add_subparsers(dest="subcommand", required=True, metavar=f"{{{','.join(commands)}}}")
    for name, command in commands.items():
        one = subparsers.add_parser(name, help=command.ABOUT, description=command.ABOUT)
        command.add_arguments(one)
        one.set_defaults(run=command.run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
