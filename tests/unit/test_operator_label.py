"""Handing frames of recordings to a deployed domain: what is no frame, which domain takes none, what is sent."""

import json
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import boto3
import pytest
from PIL import Image

from clients.operator.__main__ import main
from clients.operator.errors import OperatorError
from clients.operator.label.deployed import Queue, find_queue, frames_below, send
from inference.contracts.reviews import Frame, detection_id
from lambdas.common.artifacts import incoming_picture
from lambdas.common.incoming import unpack

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
QUEUE = Queue("artifacts", "detections/ads/incoming/", "vigil-ads-review")


class Functions:
    """Lambda, which notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def invoke(self, **asked: Any) -> None:
        self.asked.append(asked)


@pytest.fixture
def frames(tmp_path: Path) -> Path:
    for number, name in enumerate(("evening/0000-0", "evening/0000-10", "evening/0000-2", "morning/0001-0")):
        picture(tmp_path / "frames" / f"{name}.jpg", number)
    return tmp_path / "frames"


@pytest.fixture
def s3(aws: None) -> Any:
    client = boto3.client("s3")
    client.create_bucket(Bucket="artifacts", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    return client


def picture(file: Path, shade: int = 0) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (16, 12), (shade, 0, 0)).save(file, "JPEG")


def stack(**outputs: str) -> None:
    told = {"TriggerFunction": "vigil-ads-trigger-training", **outputs}
    template = {
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {key: {"Value": value} for key, value in told.items()},
    }
    boto3.client("cloudformation").create_stack(StackName="ads", TemplateBody=json.dumps(template))


@pytest.mark.parametrize("name", ["alone-0.jpg", "evening/part/0000-1.jpg", "evening/cover.jpg", "evening/-1.jpg"])
def test_a_picture_that_is_no_frame_of_a_recording_is_named_and_nothing_is_sent(frames: Path, name: str) -> None:
    picture(frames / name)
    with pytest.raises(OperatorError, match=f"{name}: no frame of a recording; <recording>/<scene>-<number>.jpg"):
        frames_below(frames)


def test_a_broken_frame_is_named_and_nothing_is_sent(frames: Path) -> None:
    (frames / "evening" / "0003-0.jpg").write_bytes(b"\xff\xd8 no picture")
    with pytest.raises(OperatorError, match=r"evening/0003-0.jpg: no whole picture.*Nothing was sent"):
        frames_below(frames)


def test_without_frames_the_way_to_some_is_told(aws: None, tmp_path: Path, capsys: Any) -> None:
    assert main(["label", "--out", str(tmp_path), "--domain", "ads"]) == 1
    assert "has no frames; give --video-dir" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("outputs", "said"), [(None, "no stack here is that of vigil-ads"), ({}, "vigil-ads takes no frames")]
)
def test_a_domain_that_takes_no_frames_is_refused(
    aws: None, frames: Path, capsys: Any, outputs: Any, said: str
) -> None:
    if outputs is not None:
        stack(**outputs)
    assert main(["label", "--out", str(frames.parent), "--domain", "ads"]) == 1
    assert said in capsys.readouterr().err


def test_frames_are_taken_alone_or_handed_over(capsys: Any) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["label", "--frames-only", "--domain", "ads"])


def test_the_domains_stack_says_where_frames_go(aws: None) -> None:
    stack(Frames="s3://artifacts/detections/ads/incoming/", ReviewFunction="vigil-ads-review")
    assert find_queue(boto3.client("cloudformation"), "vigil", "ads") == QUEUE


def test_frames_go_in_the_recordings_order_with_all_that_makes_them_items(frames: Path, s3: Any) -> None:
    functions, done = Functions(), []
    send(frames_below(frames), "ads", QUEUE, s3, functions, AT, lambda: done.append(1))
    found = [
        (entry["Key"], *unpack(s3.get_object(Bucket="artifacts", Key=entry["Key"])["Body"].read()))
        for entry in s3.list_objects_v2(Bucket="artifacts")["Contents"]
    ]
    assert all(key == incoming_picture("ads", detection_id("ads", told.request_id)) for key, told, _ in found)
    assert [told.frame for _, told, _ in sorted(found, key=lambda one: one[1].at)] == [
        *(Frame(recording="evening", scene="0000", number=number) for number in (0, 2, 10)),
        Frame(recording="morning", scene="0001", number=0),
    ]
    assert {Image.open(BytesIO(body)).size for *_, body in found} == {(16, 12)}
    tags = s3.get_object_tagging(Bucket="artifacts", Key=found[0][0])["TagSet"]
    assert tags == [{"Key": "retention_days", "Value": "1"}], "the bucket's rule for what is left"
    assert {json.loads(one["Payload"])["detection_id"] for one in functions.asked} == {
        key.rpartition("/")[2] for key, *_ in found
    }
    assert {(one["FunctionName"], one["InvocationType"]) for one in functions.asked} == {("vigil-ads-review", "Event")}
    assert len(done) == 4


def test_the_same_frames_again_are_the_same_items_and_other_pictures_are_others(frames: Path, s3: Any) -> None:
    def keys() -> set[str]:
        send(frames_below(frames), "ads", QUEUE, s3, Functions(), AT, lambda: None)
        return {entry["Key"] for entry in s3.list_objects_v2(Bucket="artifacts")["Contents"]}

    first = keys()
    assert keys() == first
    picture(frames / "evening" / "0000-2.jpg", 200)
    assert len(keys()) == len(first) + 1
