"""What happens before a camera in a few seconds, and the pictures that it takes of it, with boxes."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inference.contracts.boxes import LabelledBox
from sandbox.simulators.deer.animals import DEER, Pose, draw_animal
from sandbox.simulators.deer.camera import HEIGHT, WIDTH, Place
from sandbox.simulators.deer.exposure import Light, expose
from sandbox.simulators.deer.lookalikes import MOVING, draw_lookalike
from sandbox.simulators.deer.sprite import Sprite
from sandbox.simulators.deer.texture import Grey, Rgb, jagged

CLASS = "deer"
_SEEN = 0.45
"""Share of an animal that must be in sight; with less of it, it is not put there."""
_TRIES = 6
_INFRARED = 1.45
"""How much more of the lamp's light comes back from an animal or wood than from leaves."""


@dataclass
class Actor:
    """One deer or look-alike, as it goes on from picture to picture."""

    kind: str
    seed: int
    pose: Pose
    depth: float
    """0: as far as the edge of the wood; 1: right before the camera."""
    x: float
    speed: float
    """Pixels from one picture to the next."""
    size: float

    def sprite(self, height: float) -> Sprite:
        if self.kind == CLASS:
            return draw_animal(DEER, height * self.size, self.pose, self.seed)
        return draw_lookalike(self.kind, height, self.pose, self.seed)

    def go_on(self, rng: np.random.Generator) -> None:
        if self.speed:
            self.x += self.speed
            turned = float(np.clip(self.pose.turned + rng.normal(0, 0.05), 0.32, 1))
            neck = self.pose.neck + float(rng.normal(0, 0.12))
            self.pose = Pose(neck, turned, self.pose.step + 1.3, self.pose.lying, self.pose.flip)


@dataclass(frozen=True)
class Shot:
    image: Image.Image
    boxes: tuple[LabelledBox, ...]
    lookalikes: tuple[str, ...]
    """Kinds of those in sight."""


@dataclass
class Event:
    """Something passes, or nothing does."""

    place: Place
    light: Light
    rng: np.random.Generator
    actors: list[Actor] = field(default_factory=list)

    def add(self, kind: str = CLASS, count: int = 1) -> None:
        """A herd of deer near each other, or look-alikes of a kind; fewer where there is no room in sight."""
        rng = self.rng
        depth, x = rng.beta(1.3, 1.6), rng.uniform(0.05, 0.95) * WIDTH
        for _ in range(count):
            for _ in range(_TRIES):
                near = float(np.clip(depth + rng.normal(0, 0.08), 0, 1))
                pose = Pose.draw(rng)
                moves = (kind == CLASS or kind in MOVING) and not pose.lying
                speed = rng.uniform(0, 14) * (0.4 + near) * (-1 if pose.flip else 1) if moves else 0.0
                size = rng.uniform(*DEER.heights)
                spread = 0 if count == 1 else rng.normal(0, 85 * (0.5 + near))
                actor = Actor(kind, int(rng.integers(2**31)), pose, near, x + spread, speed, size)
                if self._seen([*self.actors, actor]):
                    self.actors.append(actor)
                    break

    def shoot(self) -> Shot:
        """The next picture."""
        canvas = self.place.back.copy()
        placed = [(actor, *self._lay(canvas, actor)) for actor in sorted(self.actors, key=lambda one: one.depth)]
        grass, blades = _grass(self.rng, self.place)
        canvas += (grass - canvas) * blades[..., None]
        canvas += (self.place.front - canvas) * self.place.front_alpha[..., None]
        hidden = np.maximum(blades * 0.5, self.place.front_alpha)
        boxes, kinds = [], []
        for number, (actor, alpha, _) in enumerate(placed):
            before = np.maximum.reduce([hidden, *(other for _, other, _ in placed[number + 1 :])])
            seen = alpha * (1 - before) > 0.45
            if seen.sum() < _SEEN / 2 * (alpha > 0.45).sum() or seen.sum() < 40:
                continue  # it has gone on behind something
            if actor.kind == CLASS:
                boxes.append(_box(seen))
            else:
                kinds.append(actor.kind)
        eyes = [eye for _, _, found in placed for eye in found]
        image = expose(canvas, self.light, eyes, self.rng)
        for actor in self.actors:
            actor.go_on(self.rng)
        return Shot(image, tuple(boxes), tuple(kinds))

    def _lay(self, canvas: Rgb, actor: Actor) -> tuple[Grey, list[tuple[int, int]]]:
        """Draw an actor where it stands; what of the picture it covers, and its eyes there."""
        sprite, left, top = self._stand(actor)
        alpha = np.zeros((HEIGHT, WIDTH), np.float32)
        inside, part = _cut(sprite.alpha, left, top)
        alpha[inside] = sprite.alpha[part]
        haze = 0.22 * (1 - actor.depth)
        shade = np.exp(-(((np.arange(WIDTH)[None] - actor.x) / 30) ** 2))
        ground = int(np.clip(top + sprite.feet[1], 0, HEIGHT - 1))
        canvas[max(ground - 2, 0) : ground + 3] *= 1 - 0.25 * shade[..., None]
        fur = sprite.rgb[part] * (_INFRARED if self.light == "night" else 1)
        rgb = fur * (1 - haze) + canvas[inside].mean(axis=(0, 1)) * haze if alpha.any() else 0
        canvas[inside] += (rgb - canvas[inside]) * alpha[inside][..., None]
        eyes = [(left + x, top + y) for x, y in sprite.shine]
        return alpha, [(x, y) for x, y in eyes if 0 <= x < WIDTH and 0 <= y < HEIGHT]

    def _stand(self, actor: Actor) -> tuple[Sprite, int, int]:
        """Its sprite, and column and row of that one's corner."""
        height = 40 + 112 * actor.depth**1.3
        foot = self.place.horizon + 16 + (HEIGHT * 1.06 - self.place.horizon - 16) * actor.depth
        sprite = actor.sprite(height)
        return sprite, round(actor.x - sprite.feet[0]), round(foot - sprite.feet[1])

    def _seen(self, actors: list[Actor]) -> bool:
        """Whether enough of each is in sight."""
        free = 1 - self.place.front_alpha
        for actor in sorted(actors, key=lambda one: -one.depth):
            sprite, left, top = self._stand(actor)
            inside, part = _cut(sprite.alpha, left, top)
            alpha = sprite.alpha[part]
            if (alpha * free[inside]).sum() < _SEEN * sprite.alpha.sum():
                return False
            free[inside] = free[inside] * (1 - alpha)
        return True


def _cut(alpha: Grey, left: int, top: int) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Where a sprite lies in the picture, and which part of it."""
    high, wide = alpha.shape
    rows, columns = (max(top, 0), min(top + high, HEIGHT)), (max(left, 0), min(left + wide, WIDTH))
    rows, columns = (rows[0], max(rows)), (columns[0], max(columns))
    inside = slice(*rows), slice(*columns)
    return inside, (slice(rows[0] - top, rows[1] - top), slice(columns[0] - left, columns[1] - left))


def _box(seen: NDArray[np.bool_]) -> LabelledBox:
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    wide, high = columns[-1] - columns[0] + 1, rows[-1] - rows[0] + 1
    return LabelledBox(x=float(columns[0]), y=float(rows[0]), width=float(wide), height=float(high), label=CLASS)


def _grass(rng: np.random.Generator, place: Place) -> tuple[Rgb, Grey]:
    """Blades at the lower edge, which the wind moves."""
    high = rng.uniform(4, 26) + jagged(rng, WIDTH, 8, 23) + rng.normal(0, 7, WIDTH)
    rows = np.arange(HEIGHT, dtype=np.float32)[:, None]
    blades = np.clip((rows - (HEIGHT - high)) / 3, 0, 1).astype(np.float32)
    dark, light = (np.asarray(one, np.float32) for one in place.greens)
    share = rng.random((1, WIDTH, 1)).astype(np.float32)
    return np.broadcast_to(dark * (1 - share) + light * share, (HEIGHT, WIDTH, 3)), blades
