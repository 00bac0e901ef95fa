"""python -m clients.operator label --video-dir recordings/.

python -m clients.operator label --video-dir recordings/ --domain ads
"""

import webbrowser
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from clients.operator.aws import add_place, session_of
from clients.operator.errors import OperatorError

ABOUT = "take frames of recordings and label them in the browser, with single keys, here or at the console"
RESERVED = "us"
"""Keys that undo and save."""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--video-dir", type=Path, help="folder with recordings; without it, frames that are there")
    parser.add_argument("--out", type=Path, default=Path("labelling"), help="frames and labels (default: labelling)")
    parser.add_argument("--classes", type=_classes, default=("ad", "content"), help="(default: ad,content)")
    parser.add_argument("--every", type=_seconds, default=4.0, help="seconds between frames of a scene (default: 4)")
    parser.add_argument("--port", type=int, default=8321, help="on 127.0.0.1; 0 takes a free one (default: 8321)")
    parser.add_argument("--no-browser", action="store_true", help="print the address, open nothing")
    ends = parser.add_mutually_exclusive_group()
    ends.add_argument("--frames-only", action="store_true", help="take the frames and end")
    ends.add_argument("--domain", help="hand the frames to this deployed domain, whose console asks people, and end")
    add_place(parser)


def run(args: Namespace) -> int:
    if args.video_dir is not None:
        _take_frames(args.video_dir, args.out / "frames", args.every)
    if args.domain is not None:
        _hand_over(args)
    elif not args.frames_only:
        _serve(args)
    return 0


def _take_frames(videos: Path, frames: Path, every_s: float) -> None:
    from rich.progress import Progress

    from clients.operator.label.frames import extract, recordings

    found = recordings(videos)
    with Progress() as bars:
        for video in found:
            bar = bars.add_task(video.name, total=1.0)
            count = extract(video, frames, every_s, partial(_advance, bars, bar))
            bars.update(bar, description=f"{video.name}: {count} frames")


def _hand_over(args: Namespace) -> None:
    from botocore.config import Config
    from rich.progress import Progress

    from clients.operator.label.deployed import WORKERS, find_queue, frames_below, send

    frames, session = frames_below(args.out / "frames"), session_of(args)
    config = Config(max_pool_connections=WORKERS, retries={"mode": "standard"})
    try:
        queue = find_queue(session.client("cloudformation"), args.app, args.domain)
        with Progress() as bars:
            bar = bars.add_task("handing over", total=len(frames))
            clients = (session.client("s3", config=config), session.client("lambda", config=config))
            send(frames, args.domain, queue, *clients, datetime.now(UTC), lambda: bars.advance(bar))
    except (BotoCoreError, ClientError) as error:
        raise OperatorError(f"cannot hand over to {args.app}-{args.domain}: {error}; run it again to go on") from error
    recordings = len({one.frame.recording for one in frames})
    print(f"{len(frames)} frames of {recordings} recordings wait for labels at the console, as {args.domain}")


def _advance(bars: Any, bar: Any, share: float) -> None:
    bars.update(bar, completed=share)


def _serve(args: Namespace) -> None:
    import socket

    import uvicorn

    from clients.operator.label.project import Project
    from clients.operator.label.server import make_app

    project = Project(args.out, args.classes)
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", args.port))
        listening.listen()  # a browser that is quicker than the server waits, and is not refused
    except OSError as error:
        raise OperatorError(
            f"port {args.port} of 127.0.0.1 is taken ({error}); pass --port 0 for a free one"
        ) from error
    url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
    print(f"{len(project.frames)} frames to label at {url} (Ctrl+C ends; nothing is lost)", flush=True)
    if not args.no_browser:
        webbrowser.open(url)
    server = uvicorn.Server(uvicorn.Config(make_app(project), log_level="warning"))
    server.run(sockets=[listening])
    told = project.save()
    print(f"{told['agreed']} frames are labelled, {told['disputed']} disputed: {args.out / 'labels.json'}")
    for pair in told["agreements"]:
        kappa = "none" if pair["kappa"] is None else f"{pair['kappa']:.2f}"
        print(f"{pair['one']} and {pair['other']}: {pair['alike']} of {pair['frames']} alike, Cohen's kappa {kappa}")


def _classes(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(","))
    keys = [name[:1].lower() for name in names]
    if len(names) < 2 or len(set(keys)) < len(keys) or not all(key.isalpha() and key not in RESERVED for key in keys):
        raise ArgumentTypeError(
            f"{text!r}: two or more names with first letters of their own, none of them {' or '.join(RESERVED)}"
        )
    return names


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.1 <= value <= 3600:
        raise ArgumentTypeError(f"{text!r} is no number of seconds from 0.1 to 3600")
    return value
