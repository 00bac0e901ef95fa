"""Runs the embedded AWS in this process: MiniStack with the sandbox's additions, on loopback only."""

import asyncio
import logging
import os
import shutil
import signal
import socket
import sys
import threading
import urllib.request
from collections.abc import Callable
from pathlib import Path

from hypercorn.asyncio import serve as serve_asgi
from hypercorn.config import Config

from sandbox.aws import hooks, plugin
from sandbox.aws.environment_variables import clean
from sandbox.aws.processes import Guard
from sandbox.aws.settings import RECORDED_ONLY, Settings

_SECONDS_TO_SHUT_DOWN = 10


class PortInUseError(Exception):
    """Something else listens on the port."""


def listen(port: int) -> socket.socket:
    """A socket on 127.0.0.1; port 0 takes a free one. Raises PortInUseError."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        raise PortInUseError(
            f"port {port} of 127.0.0.1 cannot be opened ({error.strerror}): stop what uses it, or choose another with "
            "--port; 0 takes a free one"
        ) from error
    return listener


def serve(settings: Settings, listener: socket.socket, on_ready: Callable[[], None], until_stdin_closes: bool) -> None:
    """Serve on `listener` until SIGINT, SIGTERM or, if asked for, the end of standard input.

    Then end everything that was started.

    Raises HookMovedError when the installed MiniStack or moto is not the one the sandbox was written for.
    """
    prepare(settings)
    guard = Guard()
    try:
        asyncio.run(_serve(settings, listener, on_ready, until_stdin_closes))
    finally:
        guard.close()


def prepare(settings: Settings) -> None:
    """Set this process's environment and logging. Before MiniStack is imported: it reads both when it is."""
    kept = clean(os.environ)
    os.environ.clear()
    os.environ.update(kept | _ministack_variables(settings))
    settings.scratch.mkdir(parents=True, exist_ok=True)
    settings.logs.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(
        filename=settings.logs / "aws.log",
        level=logging.INFO,
        format="%(asctime)s %(levelname)s [%(name)s] %(message)s",
    )


def _ministack_variables(settings: Settings) -> dict[str, str]:
    return {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(settings.port),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "MINISTACK_ACCOUNT_ID": settings.account,
        "MINISTACK_REGION": settings.region,
        "TMPDIR": str(settings.scratch),
    }


async def _serve(
    settings: Settings, listener: socket.socket, on_ready: Callable[[], None], until_stdin_closes: bool
) -> None:
    stop_plugin = plugin.install(settings)
    config = Config()
    config.bind = [f"fd://{listener.detach()}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 2
    config.loglevel = "WARNING"
    stop = _stop_signal(asyncio.get_running_loop(), until_stdin_closes)
    announce = asyncio.create_task(_announce(settings, on_ready))

    async def stopped() -> None:
        await stop.wait()
        announce.cancel()
        # Some thread may be stuck in a request of its own; the guardian ends what then remains.
        timer = threading.Timer(_SECONDS_TO_SHUT_DOWN, os._exit, (1,))
        timer.daemon = True
        timer.start()
        await asyncio.to_thread(stop_plugin)

    await serve_asgi(hooks.application(), config, shutdown_trigger=stopped)


def _stop_signal(loop: asyncio.AbstractEventLoop, until_stdin_closes: bool) -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    if until_stdin_closes:

        def wait_for_end() -> None:
            sys.stdin.buffer.read()
            loop.call_soon_threadsafe(stop.set)

        threading.Thread(target=wait_for_end, daemon=True, name="stdin").start()
    return stop


async def _announce(settings: Settings, on_ready: Callable[[], None]) -> None:
    """Call `on_ready` once the embedded AWS answers."""
    while not await asyncio.to_thread(_answers, settings.endpoint_url):
        await asyncio.sleep(0.05)
    on_ready()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_ministack/health", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def reset_state(state: Path) -> None:
    """Forget what an earlier run left: the embedded AWS starts empty, as a new account does. MLflow's runs stay."""
    for name in ("training", "endpoints", "tmp", "logs"):
        shutil.rmtree(state / name, ignore_errors=True)
    state.mkdir(parents=True, exist_ok=True)
    (state / RECORDED_ONLY).unlink(missing_ok=True)
