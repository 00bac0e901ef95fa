"""Short recordings as video files, and where their cuts are."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from sandbox.simulators.ads.recordings import Recording, draw_recording

FRAMES_A_SECOND = 12
SHORTEST_S, LONGEST_S = 1.5, 3.5
"""Of a scene."""
TRUTH = "truth.json"


def write_recordings(
    folder: Path, recordings: int = 3, scenes: int = 8, seed: int = 7, variant: str = "base", codec: str = "h264"
) -> list[Path]:
    """Write `recordings` video files of about 20 s (MP4, 256 x 144, 12 frames a second), and `truth.json`.

    The truth is: file name -> scenes, each with `starts_s`, `ends_s`, `label`, `kind`. `codec`: "h264" or "mpeg4".
    """
    folder.mkdir(parents=True, exist_ok=True)
    truth, files = {}, []
    for number in range(recordings):
        recording = draw_recording(number, scenes, seed, variant)
        files.append(folder / f"{recording.name}.mp4")
        truth[files[-1].name] = _write(files[-1], recording, codec)
    (folder / TRUTH).write_text(json.dumps(truth, indent=1))
    return files


def _write(file: Path, recording: Recording, codec: str) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    written = 0
    with av.open(str(file), "w") as container:
        stream = container.add_stream(codec, rate=FRAMES_A_SECOND)
        assert isinstance(stream, av.VideoStream)  # as both codecs are
        stream.width, stream.height, stream.pix_fmt = 256, 144, "yuv420p"
        stream.time_base = Fraction(1, FRAMES_A_SECOND)
        for scene in recording.scenes:
            length_s = np.random.default_rng([scene.seed, 2]).uniform(SHORTEST_S, LONGEST_S)
            count = round(length_s * FRAMES_A_SECOND)
            for step in range(count):
                frame = av.VideoFrame.from_image(recording.frame(scene, step / count))
                frame.pts = written + step
                container.mux(stream.encode(frame))
            starts_s, ends_s = written / FRAMES_A_SECOND, (written + count) / FRAMES_A_SECOND
            told.append({"starts_s": starts_s, "ends_s": ends_s, "label": scene.label, "kind": scene.kind})
            written += count
        container.mux(stream.encode(None))
    return told
