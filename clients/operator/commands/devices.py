"""python -m clients.operator devices list ads --url https://<api>, and `devices init ads --key root.pem`.

Verbs about the root of trust are modules of clients/operator/devices; those about single devices ask the registry.
"""

from argparse import ArgumentParser, Namespace

from clients.operator.devices import init, rotate_root
from clients.operator.registry import add_api, answer

ABOUT = "devices: init, rotate-root, enrol, revoke, list"
ROOT = {"init": init, "rotate-root": rotate_root}


def add_arguments(parser: ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="command", required=True)
    listed = commands.add_parser("list", help="a model's devices, and what each runs")
    enrol = commands.add_parser("enrol", help="let a device in with its key")
    revoke = commands.add_parser("revoke", help="let a device in no more")
    for one in (listed, enrol, revoke):
        one.add_argument("model")
        add_api(one)
    for one in (enrol, revoke):
        one.add_argument("device")
    enrol.add_argument("--public-key", required=True, help="Ed25519, 32 bytes, base64")
    for name, verb in ROOT.items():
        one = commands.add_parser(name, help=verb.ABOUT, description=verb.ABOUT)
        verb.add_arguments(one)


def run(args: Namespace) -> int:
    if args.command in ROOT:
        return ROOT[args.command].run(args)
    match args.command:
        case "list":
            return answer(args, "GET", f"/devices/{args.model}")
        case "enrol":
            body = {"device_id": args.device, "public_key": args.public_key}
            return answer(args, "POST", f"/devices/{args.model}", body)
        case _:
            return answer(args, "POST", f"/devices/{args.model}/{args.device}/revoke")
