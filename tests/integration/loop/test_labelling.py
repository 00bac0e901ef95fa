"""Frames of recordings on the embedded AWS: handed over, labelled through the API, prepared for training, taken back.

The browser's side is in tests/e2e/review/test_frames.py.
"""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from clients.operator.__main__ import main as operator
from clients.predict import PredictClient
from lambdas.common.artifacts import MANIFEST, incoming_folder
from sandbox.deployment import Deployment
from tests.integration.loop.api_document import ask

RECORDINGS, SCENES = 8, 2
LABELS = ("ad", "content")
"""Of a recording's scenes."""
WITHIN_S = 90


def await_(found: Callable[[], Any], what: str) -> Any:
    deadline = time.monotonic() + WITHIN_S
    while not (answer := found()):
        assert time.monotonic() < deadline, f"{what} within {WITHIN_S} s"
        time.sleep(0.3)
    return answer


def listed(client: PredictClient, status: str = "open") -> list[dict[str, Any]]:
    code, page = ask(client, "GET", f"/detections?domain=ads&limit=100&status={status}")
    assert code == 200, page
    return page["detections"]


def rows(deployment: Deployment) -> list[dict[str, str]]:
    items = deployment.dynamodb.scan(TableName=deployment.output("ads", "LabelsTable"), ConsistentRead=True)["Items"]
    return [{name: value["S"] for name, value in item.items()} for item in items]


def copies(deployment: Deployment) -> list[str]:
    bucket, prefix = deployment.output("ads", "RawBucket"), deployment.output("ads", "RawPrefix")
    found = deployment.s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
    return [entry["Key"].removeprefix(prefix) for entry in found]


@pytest.fixture(scope="module")
def handed_over(deployment: Deployment, client: PredictClient, tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """Two frames of each recording, twice; what waits for labels."""
    out, generator = tmp_path_factory.mktemp("labelling"), np.random.default_rng(5)
    for recording in range(RECORDINGS):
        folder: Path = out / "frames" / f"evening-{recording}"
        folder.mkdir(parents=True)
        for scene in range(SCENES):
            noise = generator.integers(0, 256, (24, 32, 3), np.uint8)
            Image.fromarray(noise).resize((96, 72)).save(folder / f"{scene:04}-0.jpg", quality=90)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in deployment.aws_variables.items():
            patch.setenv(name, value)
        for _ in range(2):
            assert operator(["label", "--out", str(out), "--domain", "ads"]) == 0
    incoming = {"Bucket": deployment.artifacts, "Prefix": incoming_folder("ads")}
    await_(lambda: deployment.s3.list_objects_v2(**incoming)["KeyCount"] == 0, "every frame is taken")
    return listed(client)


def test_frames_wait_for_labels_once_scene_by_scene_and_answered_by_nobody(handed_over: list[Any]) -> None:
    places = [(one["frame"]["recording"], one["frame"]["scene"]) for one in handed_over]
    assert places == [(f"evening-{number}", f"{scene:04}") for number in range(RECORDINGS) for scene in range(SCENES)]
    assert {(one["answered"]["label"], one["release"], one["status"]) for one in handed_over} == {(None, "", "open")}


def test_labels_become_a_dataset_whose_recordings_stay_whole_and_undone_they_leave(
    handed_over: list[Any], deployment: Deployment, client: PredictClient
) -> None:
    """All of them are taken back: other tests look at a domain without data."""
    for one in handed_over:
        label = LABELS[int(one["frame"]["scene"])]
        said = {"review_id": f"label-{one['detection_id'][-8:]}", "revision": 0, "verdict": "labelled", "label": label}
        path = f"/detections/{one['detection_id']}/review"
        assert ask(client, "POST", path, {**said, "label": "trailer"})[0] == 422
        assert ask(client, "POST", path, said)[1]["status"] == "reviewed"
    found = await_(lambda: len(now := rows(deployment)) == len(handed_over) and now, "every label is a row")
    assert {(row["recording"], row["scene"], row["label"]) for row in found} == {
        (f"evening-{number}", f"{scene:04}", LABELS[scene]) for number in range(RECORDINGS) for scene in range(SCENES)
    }
    assert sorted(copies(deployment)) == sorted(row["imageName"] for row in found)

    answer = deployment.lambda_.invoke(FunctionName="vigil-ads-data-prep", Payload=json.dumps({"run": "labelled"}))
    prepared = json.load(answer["Payload"])
    assert prepared["items"] == len(handed_over), prepared
    manifest = deployment.dataset_file("ads", prepared["version"], MANIFEST)
    items = [json.loads(line) for line in manifest.splitlines()]
    splits = {item["group"]: {one["split"] for one in items if one["group"] == item["group"]} for item in items}
    assert sorted(splits) == [f"evening-{number}" for number in range(RECORDINGS)]
    assert {len(of_one) for of_one in splits.values()} == {1}
    assert {"train", "validation", "test"} <= set.union(*splits.values())

    for one in handed_over:
        back = {"review_id": f"label-{one['detection_id'][-8:]}", "revision": 1}
        assert ask(client, "POST", f"/detections/{one['detection_id']}/undo", back)[1]["status"] == "open"
    await_(lambda: not rows(deployment) and not copies(deployment), "what was taken back is no training data")
    assert len(listed(client)) == len(handed_over)
