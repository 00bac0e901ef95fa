"""Animals on four legs from the side, or turned towards the camera or away: deer, and others of about their size."""

from dataclasses import dataclass

import numpy as np

from sandbox.simulators.deer.sprite import PLAIN, Pencil, Point, Sprite
from sandbox.simulators.deer.texture import between

Colour = tuple[int, int, int]


@dataclass(frozen=True, kw_only=True)
class Build:
    """Lengths in heights of the shoulder. `coats`: pairs of colours, and an animal's is between those of one."""

    length: float
    depth: float
    leg: float
    neck: float
    neck_width: float
    head: float
    head_width: float
    ear: float
    tail: float
    coats: tuple[tuple[Colour, Colour], ...]
    heights: tuple[float, float]
    """Smallest and largest, in those of a common deer."""
    pale_rump: bool = False
    antlers: float = 0.0
    """Share that has some."""


_BROWNS = (((104, 74, 48), (172, 120, 74)), ((92, 80, 66), (140, 122, 100)), ((70, 56, 42), (104, 84, 62)))
DEER = Build(
    length=1.12, depth=0.46, leg=0.065, neck=0.5, neck_width=0.2, head=0.34, head_width=0.17, ear=0.2, tail=0.13,
    coats=_BROWNS, heights=(0.62, 1.15), pale_rump=True, antlers=0.35,
)  # fmt: skip
BOAR = Build(
    length=1.4, depth=0.66, leg=0.11, neck=0.12, neck_width=0.5, head=0.52, head_width=0.36, ear=0.15, tail=0.2,
    coats=(((46, 40, 36), (84, 72, 60)), _BROWNS[2]), heights=(0.55, 0.85),
)  # fmt: skip
DOG = Build(
    length=1.08, depth=0.4, leg=0.09, neck=0.24, neck_width=0.24, head=0.36, head_width=0.22, ear=0.13, tail=0.5,
    coats=(*_BROWNS, ((30, 28, 28), (70, 64, 60))), heights=(0.45, 0.8),
)  # fmt: skip
SHEEP = Build(
    length=1.2, depth=0.66, leg=0.09, neck=0.2, neck_width=0.34, head=0.34, head_width=0.22, ear=0.13, tail=0.1,
    coats=(((150, 140, 122), (196, 186, 166)), _BROWNS[1]), heights=(0.5, 0.8),
)  # fmt: skip


@dataclass(frozen=True)
class Pose:
    """`neck`: angle above the horizontal, `step`: of a walk, radians. `turned`: share of the length that is seen."""

    neck: float
    turned: float
    step: float
    lying: bool
    flip: bool

    @classmethod
    def draw(cls, rng: np.random.Generator) -> "Pose":
        kind = rng.choice(["grazing", "walking", "alert", "lying"], p=[0.3, 0.35, 0.25, 0.1])
        neck = {"grazing": -0.85, "walking": 0.5, "alert": 1.1, "lying": 0.9}[str(kind)] + rng.normal(0, 0.15)
        turned = rng.uniform(0.75, 1) if rng.random() < 0.7 else rng.uniform(0.32, 0.75)
        return cls(neck, turned, rng.uniform(0, 6.3), kind == "lying", bool(rng.random() < 0.5))


def draw_animal(build: Build, height: float, pose: Pose, seed: int) -> Sprite:
    """`height` of its shoulder in pixels. `seed` makes its coat and antlers: with it, it is the same animal again."""
    rng = np.random.default_rng(seed)
    coat = between(rng, *build.coats[rng.integers(len(build.coats))])
    pencil = Pencil(height, build.length + 1.9, 2.1, pose.turned, pose.flip)
    drop = 0.48 if pose.lying else 0.0
    _legs(pencil, build, pose, near=False)
    _trunk(pencil, build, drop)
    eye = _head(pencil, build, pose, drop, antlers=rng.random() < build.antlers, size=rng.uniform(0.25, 0.7))
    _legs(pencil, build, pose, near=True)
    pale = (coat * 0.4 + 215 * 0.6).astype(np.float32)
    return pencil.sprite(rng, coat, pale, shine=[eye])


def _legs(pencil: Pencil, build: Build, pose: Pose, *, near: bool) -> None:
    shade = PLAIN - 12 if near else PLAIN - 52
    top = 1 - build.depth * 0.62
    for number, x in enumerate((-0.42 * build.length, 0.38 * build.length)):
        if pose.lying:
            ahead = 0.3 if number else 0.22
            pencil.limb([(x, 0.18), (x + ahead, 0.06), (x + ahead - 0.2, 0.03)], [0.16, build.leg, build.leg], shade)
            continue
        swing = 0.16 * np.sin(pose.step + np.pi * number + (0 if near else np.pi * 0.8))
        bent = 0.06 if number == 0 else -0.02
        knee, foot = (x + swing * 0.4 - bent, top * 0.52), (x + swing, 0.0)
        pencil.limb([(x, top + 0.06), knee, foot], [build.leg * 3, build.leg * 1.15, build.leg * 0.8], shade)
        pencil.blob((foot[0] + 0.015, 0.02), build.leg * 1.3, 0.05, PLAIN - 70)


def _trunk(pencil: Pencil, build: Build, drop: float) -> None:
    half, middle = build.length / 2, 1 - build.depth / 2 - drop
    if build.tail > 0.3:
        pencil.limb([(-half * 0.9, middle + 0.12), (-half - build.tail * 0.6, middle + 0.32)], [0.07, 0.04])
    else:
        pencil.limb([(-half * 0.95, middle + 0.12), (-half - 0.05, middle + 0.12 - build.tail)], [0.07, 0.05])
    turns = np.linspace(0, 2 * np.pi, 40)[:-1]
    xs = half * 1.08 * np.sign(np.cos(turns)) * np.abs(np.cos(turns)) ** 0.75
    tuck = 1 - 0.16 * (np.sin(turns) < 0) * (xs < 0)
    for scale, shade in ((1.0, PLAIN - 40), (0.88, PLAIN + 6), (0.6, PLAIN + 26)):
        ys = middle + (1 - scale) * 0.05 + build.depth / 2 * scale * np.sin(turns) * tuck
        pencil.polygon(list(zip((xs * (0.5 + scale / 2)).tolist(), ys.tolist(), strict=True)), shade)
    if build.pale_rump:
        rump = [(-1.06, 0.1), (-0.86, 0.16), (-0.82, -0.08), (-1.0, -0.16)]
        pencil.light([(x * half, middle + y) for x, y in rump])


def _head(pencil: Pencil, build: Build, pose: Pose, drop: float, *, antlers: bool, size: float) -> Point:
    """Where its eye is."""
    x, y = build.length * 0.44, 1 - build.depth * 0.3 - drop
    up = pose.neck if build.neck > 0.15 else -0.1
    reach = build.neck * (1.5 if up < -0.3 else 1)
    end = (x + reach * np.cos(up) * 0.85, max(y + reach * np.sin(up), build.head * 0.45))
    pencil.limb([(x - 0.08, y), end], [build.neck_width * 1.7, build.neck_width], PLAIN - 4)
    tilt = up - 1.35 if up > 0 else -1.0 if build.neck > 0.15 else -0.45
    nose = (end[0] + build.head * np.cos(tilt), end[1] + build.head * np.sin(tilt))
    if antlers:
        for side, shade in ((0.1, PLAIN - 60), (-0.05, PLAIN - 30)):
            root = (end[0] - 0.02, end[1] + build.head_width * 0.4)
            bend = (root[0] - 0.22 * size + side, root[1] + 0.5 * size)
            tip = (root[0] + 0.12 * size + side, root[1] + 0.95 * size)
            pencil.limb([root, bend, tip], [0.05, 0.04, 0.02], shade)
            pencil.limb([bend, (bend[0] + 0.22 * size, bend[1] + 0.16 * size)], [0.035, 0.02], shade)
    for lean in (-0.5, 0.12):
        away = (end[0] + build.ear * np.cos(2.2 + lean), end[1] + 0.06 + build.ear * np.sin(2.2 + lean))
        pencil.limb([(end[0], end[1] + 0.05), away], [0.1, 0.05], PLAIN - 18)
    pencil.blob(end, build.head_width * 1.05, build.head_width * 1.05)
    pencil.limb([end, nose], [build.head_width, build.head_width * 0.5])
    pencil.blob(nose, build.head_width * 0.4, build.head_width * 0.4, PLAIN - 80)
    eye = (float(end[0] + 0.25 * (nose[0] - end[0])), float(end[1] + 0.03))
    pencil.blob(eye, 0.045, 0.045, PLAIN - 100)
    return eye
