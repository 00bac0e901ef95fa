"""Tiny model packages, made by hand and put where a training job would leave them."""

import io
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import onnx
from PIL import Image

from inference.contracts import Evaluation, GoldenRequest
from tests.integration.loop.graphs import CLASSES, CONTRACT
from training_containers.packaging import PackageDraft, golden_request, make_baseline, write_package

LIGHT, DARK = 230, 25


def picture(grey: int) -> bytes:
    """A plain picture as PNG."""
    file = io.BytesIO()
    Image.new("RGB", (48, 36), (grey, grey, grey)).save(file, "PNG")
    return file.getvalue()


def package(
    folder: Path,
    graph: onnx.ModelProto,
    *,
    shown: Sequence[int] = (DARK, LIGHT),
    golden_of: Path | None = None,
    domain: str = "cats",
    classes: tuple[str, ...] = CLASSES,
    edge: Mapping[str, bytes] | None = None,
) -> bytes:
    """The model.tar.gz of `graph`. Its golden requests are its own answers to pictures that are so light.

    `golden_of`: a folder with another package, whose golden requests it claims to answer alike. `edge`: files for
    devices.
    """
    folder.mkdir()
    for name, content in (edge or {}).items():
        (folder / "edge").mkdir(exist_ok=True)
        (folder / "edge" / name).write_bytes(content)
    onnx.save(graph, folder / "model.onnx")
    draft = PackageDraft(
        domain=domain,
        task="image_classification",
        classes=classes,
        input=CONTRACT.model_dump(),
        dataset_version="by-hand",
        libraries=("onnx",),
    )
    predictor = draft.open(folder)
    bodies = [picture(grey) for grey in shown]
    answers = [predictor.predict(body, "image/png") for body in bodies]
    golden = [golden_request(body, "image/png", answer) for body, answer in zip(bodies, answers, strict=True)]
    if golden_of is not None:
        lines = (golden_of / "golden.jsonl").read_text().splitlines()
        golden = [GoldenRequest.model_validate_json(line) for line in lines]
    columns = {name: [answer["scores"][name] for answer in answers] for name in classes}
    write_package(
        folder,
        draft,
        evaluation=Evaluation(
            task="image_classification", dataset_version="by-hand", test_items=2, metrics={"macro_f1": 1.0}, dummy={}
        ),
        baseline=make_baseline([answer["label"] for answer in answers], columns),
        golden=golden,
    )
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        archive.add(folder, arcname=".")
    return file.getvalue()
