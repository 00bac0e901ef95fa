"""Run a domain's edge model on this device.

python -m clients.device run --config /etc/vigil/device.toml

Exit codes: 0 done, 1 could not be done (no answer, refused, no model yet), 2 the command or the configuration is wrong.
"""

import argparse
import json
import logging
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from clients.device.config import Config, read_config
from clients.device.errors import ConfigError, DeviceError
from clients.device.identity import make_key, public_part

DONE, FAILED, WRONG = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    args = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s", stream=sys.stderr)
    try:
        if args.subcommand == "keygen":
            print(public_part(make_key(args.key)))
            return DONE
        return args.do(args, read_config(args.config))
    except ConfigError as error:
        print(f"error: {error}", file=sys.stderr)
        return WRONG
    except (DeviceError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return FAILED


def _run(args: argparse.Namespace, config: Config) -> int:
    from clients.device.device import opened
    from clients.device.service import serve

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with opened(config) as device:
        serve(device, config, args.pictures, stop)
    return DONE


def _update(args: argparse.Namespace, config: Config) -> int:
    from clients.device.device import opened

    with opened(config) as device:
        if args.again:
            device.store.forget_refusals()
        look = device.updater.look()
        device.write_report()
        device.deliver_reports()
    print(json.dumps({"state": look.state, "release": look.release, "why": look.why}))
    return DONE if look.state in ("updated", "up to date") else FAILED


def _predict(args: argparse.Namespace, config: Config) -> int:
    """Beside a running `run`, too: it only reads."""
    from clients.device.installed import installed
    from clients.device.store import Store
    from clients.device.tflite import open_tflite
    from inference.errors import BadRequest

    model = installed(Store(config.folder), config.domain, open_tflite)
    if model is None:
        raise DeviceError(f"no release is installed in {config.folder}; `update` looks for one")
    failed = False
    for path in args.picture:
        try:
            found = model.answer(path.read_bytes()).told
        except BadRequest as error:
            failed, found = True, {"error": str(error)}
        print(json.dumps({"picture": str(path), "release": model.release} | found))
    return FAILED if failed else DONE


def _status(args: argparse.Namespace, config: Config) -> int:
    from clients.device.status import status

    print(json.dumps(status(config), indent=2))
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m clients.device", description=__doc__.split("\n\n")[0])
    subparsers = parser.add_subparsers(dest="subcommand", required=True)
    keygen = subparsers.add_parser("keygen", help="make this device's key; prints the public part, to enrol it with")
    keygen.add_argument("key", type=Path, help="the file to write, as /etc/vigil/key.pem")
    for name, do, about in (
        ("run", _run, "serve, look for updates and report until told to stop"),
        ("update", _update, "look for an update once, and report"),
        ("predict", _predict, "answer pictures with what is installed"),
        ("status", _status, "what is installed, refused and waiting to be reported"),
    ):
        one = subparsers.add_parser(name, help=about, description=about)
        one.set_defaults(do=do)
        one.add_argument("--config", type=Path, default=Path("/etc/vigil/device.toml"), help="default: %(default)s")
        if name == "run":
            one.add_argument("--pictures", type=Path, help="a folder: pictures moved into it are answered and removed")
        if name == "update":
            one.add_argument("--again", action="store_true", help="try releases that were refused before")
        if name == "predict":
            one.add_argument("picture", type=Path, nargs="+")
    return parser


if __name__ == "__main__":
    sys.exit(main())
