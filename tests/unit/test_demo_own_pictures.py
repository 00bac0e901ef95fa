"""A person's own pictures: what the demo says of them before anything is deployed, and what it asks about them."""

from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from inference.contracts.limits import MAX_REQUEST_BYTES
from lambdas.data_prep.labelled_images.spec import LabelledImages
from sandbox.demo.domain import DemoError
from sandbox.demo.domains.ads import DEMO as ADS
from sandbox.demo.domains.cats import DEMO as CATS
from sandbox.demo.rehearsal import rehearse
from sandbox.demo.report import DomainReport
from sandbox.demo.request_body import request_body

SPEC = LabelledImages(prefix="somewhere/", classes=("ad", "content"), burst_gap_s=0)


def picture(file: Path, seed: int, form: str = "JPEG") -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 256, (9, 16, 3), dtype=np.uint8)
    Image.fromarray(pixels).resize((64, 36), Image.Resampling.NEAREST).save(file, form)


def frames(folder: Path, each: int = 6) -> Path:
    for number in range(each):
        picture(folder / "ad" / f"{number}.jpg", number)
        picture(folder / "content" / f"{number}.JPG", 100 + number)
    return folder


def rows(folder: Path) -> list[dict[str, Any]]:
    paths = [path.relative_to(folder).as_posix() for path in sorted(folder.glob("*/*"))]
    return [{"imageName": path, "label": path.split("/")[0]} for path in paths]


def test_what_data_prep_will_leave_out_is_said_beforehand_with_names(tmp_path: Path) -> None:
    folder = frames(tmp_path)
    picture(folder / "ad" / "drawn.png", 7, "PNG")
    (folder / "ad" / "cut.jpg").write_bytes((folder / "ad" / "0.jpg").read_bytes()[:200])
    (folder / "ad" / "copy.jpg").write_bytes((folder / "ad" / "0.jpg").read_bytes())
    (folder / "ad" / ".hidden.jpg").touch()
    lines = rehearse(SPEC, folder, [row for row in rows(folder) if ".hidden" not in row["imageName"]])
    assert lines[0] == "12 of 15 pictures can be used"
    assert "left out: 1 surplus copies" in lines
    (undecodable,) = [line for line in lines if "undecodable" in line]
    assert undecodable.startswith("left out: 1 undecodable: ad/cut.jpg: ")
    (unsupported,) = [line for line in lines if "unsupported" in line]
    assert unsupported.startswith("left out: 1 unsupported file: ad/drawn.png: ")
    assert "convert it to JPEG" in unsupported
    assert sorted(path.name for path in folder.iterdir()) == ["ad", "content"]  # and nothing is written


def test_too_few_pictures_are_refused_with_data_preps_own_sentence(tmp_path: Path) -> None:
    folder = frames(tmp_path, each=2)
    with pytest.raises(
        DemoError, match="Every class needs at least 3 distinct usable pictures.*ad has 2, content has 2"
    ):
        rehearse(SPEC, folder, rows(folder))


def test_labels_that_name_other_files_are_refused_with_those_names(tmp_path: Path) -> None:
    folder = frames(tmp_path)
    named = [row | {"imageName": f"x/{row['imageName']}"} for row in rows(folder)]
    with pytest.raises(DemoError, match=r"missing: 12 \(x/ad/0.jpg"):
        rehearse(SPEC, folder, named)


def test_frames_of_one_class_or_of_other_names_are_refused_at_once(tmp_path: Path) -> None:
    frames(tmp_path)
    ADS.check(tmp_path)
    (tmp_path / "content").rename(tmp_path / "programmes")
    with pytest.raises(
        DemoError, match=r"no frames of content: its labels are ad \(6\), programmes \(6\); ad and content"
    ):
        ADS.check(tmp_path)


@pytest.mark.parametrize(
    ("renamed", "said"), [("Cat, one", "take the comma out"), ("Cat", "all pictures are labelled 'Cat'")]
)
def test_classes_that_cannot_be_deployed_are_refused_at_once(tmp_path: Path, renamed: str, said: str) -> None:
    frames(tmp_path)
    (tmp_path / "ad").rename(tmp_path / renamed)
    if renamed == "Cat":
        for file in (tmp_path / "content").iterdir():
            file.unlink()
    with pytest.raises(DemoError, match=said):
        CATS.check(tmp_path)


def test_devices_are_shown_whole_pictures_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frames(tmp_path)
    for name in ("ad/0.jpg", "content/0.JPG"):
        (tmp_path / name).write_bytes(b"cut off")
    monkeypatch.setattr("sandbox.demo.domains.ads.FleetBeside", lambda *given: SimpleNamespace(pictures=given[-1]))
    shown: Any = ADS.beside(tmp_path, SimpleNamespace(), tmp_path, DomainReport())  # type: ignore[arg-type]
    assert shown.pictures == [(tmp_path / name).read_bytes() for name in ("ad/1.jpg", "ad/2.jpg")]


def test_a_photograph_that_is_too_large_for_a_request_is_compressed_and_keeps_its_pixels(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # https://exiftool.org/TagNames/EXIF.html: Orientation, a quarter clockwise
    noise = np.random.default_rng(1).integers(0, 256, (1500, 2000, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "large.jpg", quality=98, exif=exif)
    picture(tmp_path / "small.jpg", 1)
    assert (tmp_path / "large.jpg").stat().st_size > MAX_REQUEST_BYTES

    body = request_body(tmp_path / "large.jpg")

    assert len(body) <= MAX_REQUEST_BYTES
    with Image.open(BytesIO(body)) as image:
        assert (image.size, image.getexif()[0x0112]) == ((2000, 1500), 6)
    assert request_body(tmp_path / "small.jpg") == (tmp_path / "small.jpg").read_bytes()
