"""Promotions: a channel advertises its own programmes, which is an ad that looks like content."""

import numpy as np
from PIL import Image, ImageDraw

from sandbox.simulators.ads.brands import INK
from sandbox.simulators.ads.canvas import HEIGHT, WIDTH, sentence, shade, write
from sandbox.simulators.ads.channels import Channel
from sandbox.simulators.ads.programmes import Paint, draw_programme


def promotion(rng: np.random.Generator, channel: Channel, variant: str) -> Paint:
    """The channel advertises what it will show: its logo, its colours and its programmes, and yet an ad."""
    _, scene = draw_programme(rng, channel, variant)
    when = f"{rng.choice(['tonight', 'sunday', 'friday', 'tomorrow'])} {rng.integers(17, 23)}:{rng.integers(6)}0"
    called, left = sentence(rng, 2).upper(), rng.random() < 0.5

    def paint(t: float) -> Image.Image:
        image = scene(t)
        draw = ImageDraw.Draw(image)
        x = 0 if left else WIDTH * 0.45
        draw.polygon([(x, 0), (x + WIDTH * 0.56, 0), (x + WIDTH * 0.5, HEIGHT), (x - 20, HEIGHT)], channel.main)
        write(draw, (x + 22, HEIGHT * 0.38), called[:13], 31, INK, shade(channel.main, 0.5))
        write(draw, (x + 22, HEIGHT * 0.58), when.upper(), 27, INK, shade(channel.main, 0.5))
        return image

    return paint
