"""python -m clients.operator devices init ads --key root.pem: the root of trust that devices are handed over with."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from clients.operator.aws import add_domain
from clients.operator.devices.arguments import add_key
from clients.operator.errors import OperatorError

ABOUT = "make the root of trust of a domain's devices, signed by an offline key"


def add_arguments(parser: ArgumentParser) -> None:
    add_domain(parser)
    add_key(parser)
    parser.add_argument("--out", type=Path, default=Path("root.json"), help="where a device's copy goes")


def run(args: Namespace) -> int:
    from clients.operator.devices.root_key import take_or_make
    from clients.operator.devices.roots import make_root, signed, told, update_root

    there, cloud_key = update_root(args)
    if there is not None:
        raise OperatorError(
            f"devices of {args.domain} have root {there.signed.version} already; renew it: "
            f"python -m clients.operator devices rotate-root {args.domain} --key {args.key}"
        )
    if args.out.exists():
        raise OperatorError(f"{args.out} is there already, and may be another domain's; name another file with --out")
    key, new = take_or_make(args.key, args)
    root = signed(make_root(1, key.public_key, cloud_key), key)
    try:
        args.out.write_bytes(root.to_bytes())
    except OSError as error:
        raise OperatorError(f"{args.out} cannot be written: {error}") from error
    try:
        update_root(args, root)
    except BaseException:
        args.out.unlink()
        raise
    print(told(root, args.domain))
    print(f"{'made' if new else 'taken'}: {args.key}; keep it, and a copy, off line: without it no root can be renewed")
    print(f"hand {args.out} over with each device, and compare its sha256 there")
    return 0
