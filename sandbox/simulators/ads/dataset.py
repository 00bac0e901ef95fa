"""Drawn frames and their labels, as `python -m clients.operator import ads --folder` takes them."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from rich.progress import Progress, track

from sandbox.simulators.ads.recordings import draw_recording

FRAMES_A_SCENE, SCENES = 3, 12
"""Of a recording: 36 frames, unless told otherwise."""


def write(
    folder: Path,
    frames: int = 2000,
    seed: int = 7,
    variant: str = "base",
    blemishes: bool = False,
    bars: Progress | None = None,
    frames_a_scene: int = FRAMES_A_SCENE,
    scenes: int = SCENES,
) -> Path:
    """Write about `frames` frames, `frames/<recording>/<scene>-<n>.jpg`, and `labels.json`.

    `truth.json` tells of each frame what the labels do not: channel, kind of scene, whether the logo is shown.
    `scenes`: of a recording. `bars`: where progress is shown; None: on a bar of its own. Returns the folder. Raises
    ValueError for an unknown variant.
    """
    labels: list[dict[str, str]] = []
    truth: dict[str, dict[str, Any]] = {}
    recordings = max(1, round(frames / (frames_a_scene * scenes)))
    for number in (track if bars is None else bars.track)(range(recordings), description="drawing recordings"):
        recording = draw_recording(number, scenes, seed, variant)
        (folder / "frames" / recording.name).mkdir(parents=True, exist_ok=True)
        for scene in recording.scenes:
            rng = np.random.default_rng([scene.seed, 1])
            for shot, t in enumerate(np.sort(rng.uniform(0, 1, frames_a_scene))):
                name = f"{recording.name}/s{scene.number:03}-{shot}.jpg"
                recording.frame(scene, float(t)).save(folder / "frames" / name, quality=int(rng.integers(70, 92)))
                labels.append(
                    {
                        "imageName": name,
                        "label": scene.label,
                        "recording": recording.name,
                        "scene": f"s{scene.number:03}",
                    }
                )
                truth[name] = {"channel": recording.channel.name, "kind": scene.kind, "logo": scene.logo}
    if blemishes:
        labels += _blemish(folder / "frames", labels)
    (folder / "labels.json").write_text(json.dumps(labels, indent=1))
    (folder / "truth.json").write_text(json.dumps(truth, indent=1))
    return folder


def _blemish(frames: Path, labels: list[dict[str, str]]) -> list[dict[str, str]]:
    """Add what goes wrong in real data, in a recording of its own; returns the labels of what was added."""
    first = (frames / labels[0]["imageName"]).read_bytes()
    (frames / "spoiled").mkdir(exist_ok=True)
    broken = {
        "spoiled/copy-0.jpg": first,  # a surplus copy
        "spoiled/cut-0.jpg": first[: len(first) // 2],  # truncated while it was written
        "spoiled/empty-0.jpg": b"",
    }
    for name, content in broken.items():
        (frames / name).write_bytes(content)
    Image.new("RGB", (8, 8)).save(frames / "spoiled/unlabelled-0.jpg")
    row = {"label": labels[0]["label"], "recording": "spoiled"}
    return [{"imageName": name, **row, "scene": Path(name).stem} for name in (*broken, "spoiled/gone-0.jpg")]
