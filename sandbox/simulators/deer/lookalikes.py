"""What is taken for deer: other animals, people, and things that lie or stand about."""

import numpy as np

from sandbox.simulators.deer.animals import BOAR, DOG, SHEEP, Pose, draw_animal
from sandbox.simulators.deer.sprite import PLAIN, Pencil, Sprite
from sandbox.simulators.deer.texture import between

_ANIMALS = {"boar": BOAR, "dog": DOG, "sheep": SHEEP}
KINDS = (*_ANIMALS, "person", "log", "stump", "rock")
MOVING = frozenset({*_ANIMALS, "person"})
_WOOD = ((72, 56, 40), (138, 112, 84))


def draw_lookalike(kind: str, height: float, pose: Pose, seed: int) -> Sprite:
    """`height`: of a common deer's shoulder there, in pixels."""
    rng = np.random.default_rng(seed)
    if kind in _ANIMALS:
        return draw_animal(_ANIMALS[kind], height * rng.uniform(*_ANIMALS[kind].heights), pose, seed)
    return {"person": _person, "log": _log, "stump": _stump, "rock": _rock}[kind](height, pose, rng)


def _person(height: float, pose: Pose, rng: np.random.Generator) -> Sprite:
    pencil = Pencil(height * 1.5, 1.2, 1.3, 1.0, pose.flip)
    stride = 0.12 * np.sin(pose.step)
    for side, shade in ((-stride, PLAIN - 55), (stride, PLAIN - 40)):
        pencil.limb([(0, 0.5), (side * 0.6 + 0.02, 0.27), (side, 0.0)], [0.15, 0.11, 0.08], shade)
    pencil.polygon([(-0.12, 0.46), (-0.13, 0.8), (0.1, 0.84), (0.12, 0.46)])
    for side in (-0.12, 0.1):
        pencil.limb([(side, 0.78), (side * 1.3 - stride, 0.6), (side + stride, 0.45)], [0.09, 0.07, 0.05], PLAIN - 20)
    pencil.blob((0, 0.93), 0.13, 0.17, PLAIN + 12)
    return pencil.sprite(
        rng, between(rng, (50, 60, 48), (128, 110, 88)), between(rng, (190, 160, 140), (220, 200, 180))
    )


def _log(height: float, pose: Pose, rng: np.random.Generator) -> Sprite:
    """Fallen, on the stubs of its branches or on the ground."""
    pencil = Pencil(height, 3.2, 1.6, 1.0, pose.flip)
    lift, thick, length = rng.uniform(0.1, 0.55), rng.uniform(0.22, 0.42), rng.uniform(0.7, 1.35)
    for x in rng.uniform(-0.8, 0.8, int(rng.integers(2, 5))) * length:
        pencil.limb([(x, lift), (x + rng.normal(0, 0.12), 0.0)], [0.11, 0.07], PLAIN - 40)
    pencil.limb([(-length, lift), (0, lift + 0.08), (length, lift + rng.uniform(0, 0.25))], [thick, thick, thick * 0.8])
    for x in rng.uniform(-0.9, 1.0, int(rng.integers(1, 4))) * length:
        way = rng.uniform(0.25, 0.6)
        pencil.limb([(x, lift + 0.1), (x + rng.normal(0.1, 0.2), lift + way)], [0.14, 0.05], PLAIN - 15)
    wood = between(rng, *_WOOD)
    return pencil.sprite(rng, wood, wood, grain=(14, 3), rough=0.18)


def _stump(height: float, pose: Pose, rng: np.random.Generator) -> Sprite:
    pencil = Pencil(height, 2.2, 1.9, 1.0, pose.flip)
    wide, high = rng.uniform(0.3, 0.55), rng.uniform(0.6, 1.2)
    for root in rng.uniform(-0.55, 0.55, 4):
        pencil.limb([(root * 0.4, 0.3), (root, 0.0)], [0.2, 0.08], PLAIN - 35)
    top = [(x, high + rng.normal(0, 0.08)) for x in np.linspace(-wide / 2, wide / 2, 6).tolist()]
    pencil.polygon([(-wide * 0.6, 0.05), *top, (wide * 0.6, 0.05)])
    for _ in range(int(rng.integers(0, 3))):
        side = rng.choice([-1, 1])
        end = (side * rng.uniform(0.4, 0.8), high * rng.uniform(0.8, 1.4))
        pencil.limb([(side * wide * 0.3, high * rng.uniform(0.5, 0.9)), end], [0.13, 0.05], PLAIN - 10)
    wood = between(rng, *_WOOD)
    return pencil.sprite(rng, wood, wood, grain=(3, 14), rough=0.18)


def _rock(height: float, pose: Pose, rng: np.random.Generator) -> Sprite:
    pencil = Pencil(height, 2.6, 1.4, 1.0, pose.flip)
    wide, high = rng.uniform(0.6, 1.1), rng.uniform(0.4, 0.9)
    turns = np.linspace(0, np.pi, 12)
    edge = 1 + rng.normal(0, 0.07, len(turns))
    for scale, shade in ((1.0, PLAIN - 30), (0.85, PLAIN + 4), (0.5, PLAIN + 16)):
        xs, ys = np.cos(turns) * edge * wide * scale, np.sin(turns) * edge * high * scale
        pencil.polygon(list(zip(xs.tolist(), ys.tolist(), strict=True)), shade)
    return pencil.sprite(
        rng, between(rng, (88, 80, 70), (150, 140, 126)), between(rng, *_WOOD), grain=(4, 4), rough=0.16
    )
