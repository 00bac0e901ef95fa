"""Frames of recordings as JPEG files: some of every scene, named after the recording and the scene."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import av
from PIL import Image
from scenedetect import ContentDetector, SceneManager, open_video

from clients.operator.errors import OperatorError

VIDEOS = {".avi", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".ts", ".webm"}
LONGEST_SIDE = 640
"""Pixels: more than any of the networks reads."""
QUALITY = 90
DONE = ".done"
"""Beside the frames of a recording that was read to its end."""


class Scene(NamedTuple):
    """Seconds from the recording's start; `end` is not part of it."""

    number: int
    start: float
    end: float


def recordings(folder: Path) -> list[Path]:
    """The videos below a folder; raises OperatorError when there is none, or two share a name."""
    if not folder.is_dir():
        raise OperatorError(f"{folder} is no folder; give one with recordings in it")
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in VIDEOS)
    if not found:
        raise OperatorError(f"{folder} has no recordings; allowed are {', '.join(sorted(VIDEOS))}")
    names = [recording_name(path) for path in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise OperatorError(f"recordings share the name {', '.join(twice)}; their frames would mix: rename one")
    return found


def recording_name(video: Path) -> str:
    """A folder's name: letters, digits, dots and dashes of the file's."""
    return re.sub(r"[^A-Za-z0-9.-]+", "_", video.stem).strip(".") or "recording"


def extract(video: Path, frames: Path, every_s: float, told: Callable[[float], None]) -> int:
    """Write a recording's frames below `frames`, unless they are there; how many there are.

    Each scene gives the frame in its middle and, if it is longer, one every `every_s` seconds.

    Args:
        told: hears the share that is done, 0 to 1.

    Raises:
        OperatorError: the file cannot be decoded.
    """
    folder = frames / recording_name(video)
    if not (folder / DONE).exists():
        folder.mkdir(parents=True, exist_ok=True)
        try:
            _write(video, folder, [at for scene in scenes(video) for at in moments(scene, every_s)], told)
        except (av.FFmpegError, OSError, ValueError) as error:
            raise OperatorError(f"{video} cannot be decoded: {error}") from error
        (folder / DONE).touch()
    told(1.0)
    return len(list(folder.glob("*.jpg")))


def scenes(video: Path) -> list[Scene]:
    """Between hard cuts; a recording without one is one scene."""
    stream = open_video(str(video), backend="pyav")
    manager = SceneManager()
    manager.add_detector(ContentDetector())
    manager.detect_scenes(stream)
    found = manager.get_scene_list(start_in_scene=True)
    return [Scene(number, start.seconds, end.seconds) for number, (start, end) in enumerate(found)]


def moments(scene: Scene, every_s: float) -> list[tuple[str, float]]:
    """(name, seconds) of the frames to take."""
    length = scene.end - scene.start
    count = max(1, round(length / every_s))
    return [(f"{scene.number:04}-{n}", scene.start + length * (n + 0.5) / count) for n in range(count)]


def _write(video: Path, folder: Path, wanted: list[tuple[str, float]], told: Callable[[float], None]) -> None:
    """The first frame at or after each moment."""
    left = iter(wanted)
    name, at = next(left, ("", 0.0))
    with av.open(str(video)) as container:
        seconds = float(container.duration or 0) / av.time_base
        for frame in _timed(container):
            while name and frame.time is not None and frame.time + 1e-3 >= at:
                _save(frame.to_image(), folder / f"{name}.jpg")
                told(min(1.0, at / seconds) if seconds else 0.0)
                name, at = next(left, ("", 0.0))
            if not name:
                return


def _timed(container: av.container.InputContainer) -> Iterator[av.VideoFrame]:
    stream = container.streams.video[0]
    stream.thread_type = "AUTO"
    yield from container.decode(stream)


def _save(picture: Image.Image, path: Path) -> None:
    """Whole or not at all."""
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    unfinished = path.with_suffix(".part")
    picture.save(unfinished, "JPEG", quality=QUALITY)
    unfinished.replace(path)
