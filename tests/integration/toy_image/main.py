"""A small image that trains as its hyperparameters tell it, and serves as the body of a request tells it."""

import json
import os
import signal
import socket
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

BASE = Path(os.environ["SAGEMAKER_BASE_DIR"])


def train() -> None:
    options = json.loads((BASE / "input/config/hyperparameters.json").read_text())
    (BASE / "output/data/seen.json").write_text(
        json.dumps(
            {
                "files": sorted(
                    str(path.relative_to(BASE)) for path in (BASE / "input/data").rglob("*") if path.is_file()
                ),
                "environment": dict(os.environ),
            }
        )
    )
    if "fail" in options:
        (BASE / "output/failure").write_text(options["fail"])
        sys.exit(3)
    signal.signal(signal.SIGTERM, stop)
    checkpoint = BASE / "checkpoints/epoch"
    first = int(checkpoint.read_text()) if checkpoint.exists() else 0
    for epoch in range(first, int(options.get("epochs", "3"))):
        # An epoch is told and kept, or neither: being told to stop waits for both.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        print(f"epoch={epoch} loss={1 / (epoch + 1):.4f}")
        checkpoint.parent.mkdir(exist_ok=True)
        # Whole or not at all: the platform may copy the folder at any moment.
        unfinished = BASE / "unfinished"
        unfinished.write_text(str(epoch + 1))
        unfinished.replace(checkpoint)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        time.sleep(float(options.get("seconds", "0")))
    finish(f"started at {first}")


def stop(*_: object) -> None:
    finish("stopped")


def finish(content: str) -> None:
    (BASE / "model/model.txt").write_text(content)
    sys.exit(0)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # One segment for headers and body: two of them cost 40 ms of delayed acknowledgement.
    wbufsize = -1

    def do_GET(self) -> None:
        self.answer(200, "pong")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        if body == "crash slowly":  # its sockets are closed before it is gone
            self.server.socket.close()
            self.connection.shutdown(socket.SHUT_RDWR)
            time.sleep(0.3)
        if body.startswith("crash"):
            os._exit(9)
        if body == "refuse":
            self.answer(400, "no such cat")
        elif body.startswith("wait for "):
            wait_for(Path(body.removeprefix("wait for ")))
            self.answer(200, "waited")
        else:
            self.answer(200, f"{body} from {(BASE / 'model/model.txt').read_text()}, pid {os.getpid()}")

    def answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Quiet."""


def wait_for(file: Path) -> None:
    while not file.exists():
        time.sleep(0.02)


def serve() -> None:
    if not (BASE / "model/model.txt").exists():
        sys.exit("no model.txt")
    if (text := (BASE / "model/model.txt").read_text()).startswith("wait for "):
        wait_for(Path(text.removeprefix("wait for ")))
    address = os.environ["SAGEMAKER_BIND_TO_HOST"], int(os.environ["SAGEMAKER_BIND_TO_PORT"])
    ThreadingHTTPServer(address, Handler).serve_forever()


if __name__ == "__main__":
    {"train": train, "serve": serve}[sys.argv[1]]()
