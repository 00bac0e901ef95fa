"""What the tiers make of some hazards as they grow, beside what only looks like one."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

SHOWN = 3
"""Scenes of each."""
COLOURS = {"networks": "tab:blue", "trees": "tab:green", "ensemble": "tab:red"}
DECIDES = "ensemble"


class Point(NamedTuple):
    minutes: float
    alarm: bool
    tiers: Mapping[str, float]


class Scene(NamedTuple):
    title: str
    burns: bool
    """It is a hazard's."""
    points: Sequence[Point]


def draw(scenes: Sequence[Scene], file: Path) -> None:
    """Hazards in the left column, the rest in the right one; filled points are alarms."""
    hazards = [scene for scene in scenes if scene.burns][:SHOWN]
    others = [scene for scene in scenes if not scene.burns][:SHOWN]
    rows = max(len(hazards), len(others), 1)
    figure, axes = plt.subplots(
        rows, 2, figsize=(11, 2.6 * rows), sharex=True, sharey=True, squeeze=False, layout="constrained"
    )
    for pair, of_row in zip(zip_longest(hazards, others), axes, strict=False):
        for scene, axis in zip(pair, of_row, strict=True):
            if scene is None:
                axis.set_visible(False)
            else:
                _draw_scene(axis, scene)
    axes[0, 0].legend(fontsize="small", loc="upper left")
    axes[-1, 0].set_xlabel("minutes since it began (shaded)")
    axes[-1, 1].set_xlabel("minutes since the zone was most unusual")
    for of_row in axes:
        of_row[0].set_ylabel("probability")
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file, dpi=120)
    plt.close(figure)


def _draw_scene(axis: Axes, scene: Scene) -> None:
    minutes = [point.minutes for point in scene.points]
    for tier in dict.fromkeys(name for point in scene.points for name in point.tiers):
        values = [point.tiers.get(tier, float("nan")) for point in scene.points]
        axis.plot(minutes, values, color=COLOURS.get(tier), linewidth=1.2, label=tier)
    faces = [COLOURS[DECIDES] if point.alarm else "white" for point in scene.points]
    decided = [point.tiers[DECIDES] for point in scene.points]
    axis.scatter(minutes, decided, facecolors=faces, edgecolors=COLOURS[DECIDES], zorder=3)
    if scene.burns:
        axis.axvspan(0, max(minutes), color="tab:red", alpha=0.07)
    axis.set_title(scene.title, fontsize="small")
    axis.set_ylim(-0.03, 1.03)
