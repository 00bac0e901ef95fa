"""What becomes of the pictures people really send."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from inference.errors import BadRequest
from inference.image_classification.input import ImageInput, decode, to_input

SIZE = 64


def encoded(picture: Image.Image, format: str, **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, format=format, **options)
    return stream.getvalue()


def photograph(width: int = 300, height: int = 200) -> Image.Image:
    """Noise, so that an encoded file is long enough to be cut."""
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


def png_that_claims(width: int, height: int) -> bytes:
    """A tiny PNG whose header names any size."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        pytest.param(b"", r"empty \(0 bytes\)", id="0 bytes"),
        pytest.param(b"timestamp,voltage\n1,3.7\n", "24 bytes are not a JPEG or PNG picture", id="not a picture"),
        pytest.param(encoded(photograph(), "GIF"), "are not a JPEG or PNG picture", id="another format"),
        pytest.param(encoded(photograph(), "JPEG")[:9000], "truncated: its end is missing", id="truncated JPEG"),
        pytest.param(encoded(photograph(), "PNG")[:9000], "truncated: its end is missing", id="truncated PNG"),
        pytest.param(png_that_claims(10_000, 5_000), r"10000 x 5000 pixels \(50\.0 megapixels\)", id="50 megapixels"),
        pytest.param(png_that_claims(12_000, 9_000), r"108\.0 megapixels", id="108 megapixels"),
        pytest.param(png_that_claims(60_000, 60_000), "far more than 50 megapixels", id="3600 megapixels"),
        pytest.param(b"\xff\xd8\xff\xe0" + b"\0" * 40, "JPEG or PNG|header is damaged|damaged", id="JPEG magic only"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "JPEG or PNG|header is damaged", id="PNG magic only"),
    ],
)
def test_a_bad_picture_gets_its_own_sentence(body: bytes, sentence: str) -> None:
    with pytest.raises(BadRequest, match=sentence):
        decode(body, SIZE)


def test_flipped_bits_never_escape_as_another_error() -> None:
    generator = np.random.default_rng(0)
    for original in (encoded(photograph(), "JPEG"), encoded(photograph(), "PNG")):
        for _ in range(150):
            damaged = bytearray(original)
            for position in generator.integers(0, min(len(damaged), 2000), 5):
                damaged[position] ^= 1 << int(generator.integers(0, 8))
            try:
                picture = decode(bytes(damaged), SIZE)
            except BadRequest:
                continue
            assert picture.mode == "RGB"


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "CMYK", "1", "I;16"])
def test_every_mode_becomes_rgb(mode: str) -> None:
    if mode == "I;16":
        picture = Image.fromarray(np.full((40, 60), 128 << 8, dtype=np.uint16))
    else:
        picture = Image.new("RGB", (60, 40), (128, 128, 128)).convert(mode)
    decoded = decode(encoded(picture, "JPEG" if mode == "CMYK" else "PNG"), SIZE)
    assert (decoded.mode, decoded.size) == ("RGB", (60, 40))
    assert abs(float(np.asarray(decoded).mean()) - 128) < 3


def test_a_picture_is_turned_upright_by_its_exif_orientation() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown turned by 90 degrees
    left_half_white = Image.new("RGB", (60, 40))
    left_half_white.paste((255, 255, 255), (0, 0, 30, 40))
    upright = decode(encoded(left_half_white, "JPEG", exif=exif), SIZE)
    assert upright.size == (40, 60)
    assert np.asarray(upright)[:25].mean() > 250
    assert np.asarray(upright)[35:].mean() < 5


def test_a_large_jpeg_is_decoded_at_a_smaller_scale_but_never_below_twice_the_input() -> None:
    picture = decode(encoded(photograph(1600, 1200), "JPEG"), SIZE)
    assert picture.size == (200, 150)


def test_the_input_is_square_bytes() -> None:
    pixels = to_input(photograph(), ImageInput(size=SIZE))
    assert (pixels.shape, pixels.dtype) == ((SIZE, SIZE, 3), np.uint8)


def test_a_picture_of_the_inputs_own_size_is_left_as_it_is() -> None:
    picture = photograph(SIZE, SIZE)
    assert np.array_equal(to_input(picture, ImageInput(size=SIZE)), np.asarray(picture))
