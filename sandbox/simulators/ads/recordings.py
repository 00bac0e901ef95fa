"""A recording of a channel: blocks of programme and blocks of spots, scene after scene with hard cuts between them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image

from sandbox.simulators.ads.brands import Brand
from sandbox.simulators.ads.broadcast import Grade, draw_grade, received
from sandbox.simulators.ads.channels import Channel, draw_channel
from sandbox.simulators.ads.programmes import MIX, Paint, draw_programme
from sandbox.simulators.ads.promotions import promotion
from sandbox.simulators.ads.spots import draw_shot

CLASSES = ("ad", "content")
VARIANTS = tuple(MIX)
PROMOTIONS, LOGO_STAYS, LOGO_GONE, AIRED_AGAIN = 0.06, 0.15, 0.1, 0.08
"""Shares: shots of ads that promote the channel itself; ads over which the logo stays; scenes of programmes without
their channel's logo; spots that other recordings have too."""
AGAIN = 6
"""Different spots that are aired again and again."""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """From one cut to the next. `kind` is for people: what was drawn."""

    number: int
    label: str
    kind: str
    paint: Paint
    grade: Grade
    logo: bool
    seed: int


@dataclass(frozen=True, kw_only=True)
class Recording:
    name: str
    channel: Channel
    scenes: tuple[Scene, ...]

    def frame(self, scene: Scene, t: float) -> Image.Image:
        """RGB, 256 x 144, at the share `t` of the scene's length."""
        canvas = scene.paint(t)
        if scene.logo:
            self.channel.put_logo(canvas)
        return received(canvas, scene.grade, np.random.default_rng([scene.seed, int(1e6 * t)]))


def draw_recording(number: int, scenes: int, seed: int, variant: str = "base") -> Recording:
    """Of a channel of its own, so that a recording that is held out is a channel that is held out.

    Raises ValueError for an unknown variant.
    """
    if variant not in VARIANTS:
        raise ValueError(f"variant {variant!r}; known are {', '.join(VARIANTS)}")
    rng = np.random.default_rng([seed, number])
    channel = draw_channel(rng)
    made = tuple(_scenes(rng, channel, scenes, variant, seed))
    return Recording(name=f"{channel.name.lower()}-{number:03}", channel=channel, scenes=made)


def _scenes(rng: np.random.Generator, channel: Channel, count: int, variant: str, seed: int) -> Iterator[Scene]:
    """Blocks of three to six scenes, in turn; as many of ads as of programmes, but for the last block."""
    label = CLASSES[rng.integers(2)]
    number = 0
    while number < count:
        grade, brand = draw_grade(rng), None
        for step in range(min(int(rng.integers(3, 7)), count - number)):
            again = None
            if label == "ad":
                if brand is None or step % 3 == 0:
                    again = [seed, 7, int(rng.integers(AGAIN))] if rng.random() < AIRED_AGAIN else None
                    brand = Brand(np.random.default_rng(again) if again else rng)
                grade = draw_grade(rng)
                kind, paint, logo = _ad(np.random.default_rng(again) if again else rng, channel, brand, variant)
            else:
                kind, paint = draw_programme(rng, channel, variant)
                logo = channel.shows_logo and rng.random() > LOGO_GONE
            drawn = int(rng.integers(1 << 31))
            yield Scene(number=number, label=label, kind=kind, paint=paint, grade=grade, logo=logo, seed=drawn)
            number += 1
        label = CLASSES[label == "ad"]


def _ad(rng: np.random.Generator, channel: Channel, brand: Brand, variant: str) -> tuple[str, Paint, bool]:
    if rng.random() < PROMOTIONS:
        return "promotion", promotion(rng, channel, variant), True
    kind, paint = draw_shot(rng, brand)
    return kind, paint, bool(channel.shows_logo and rng.random() < LOGO_STAYS)
