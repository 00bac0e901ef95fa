"""python -m clients.operator devices rotate-root ads --key root.pem: the next root; devices fetch it themselves."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from clients.operator.aws import add_domain
from clients.operator.devices.arguments import add_key
from clients.operator.errors import OperatorError

ABOUT = "renew the root of a domain's devices for a year; with --new-key, hand over to another offline key"


def add_arguments(parser: ArgumentParser) -> None:
    add_domain(parser)
    add_key(parser)
    parser.add_argument("--new-key", type=Path, help="file of the key that signs roots from now on; made if missing")


def run(args: Namespace) -> int:
    from clients.operator.devices.root_key import take_or_make
    from clients.operator.devices.roots import make_root, signed, told, update_root

    before, cloud_key = update_root(args)
    if before is None:
        raise OperatorError(
            f"devices of {args.domain} have no root yet: python -m clients.operator devices init {args.domain}"
        )
    if not args.key.exists():
        raise OperatorError(f"{args.key} does not exist; the key that signed root {before.signed.version} is needed")
    old, _ = take_or_make(args.key, args)
    new = old if args.new_key is None else take_or_make(args.new_key, args)[0]
    signers = (old,) if new is old else (old, new)
    root = signed(make_root(before.signed.version + 1, new.public_key, cloud_key), *signers)
    update_root(args, root)
    print(told(root, args.domain))
    return 0
