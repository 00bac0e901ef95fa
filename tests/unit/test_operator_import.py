"""Importing labelled pictures: what is wrong with a folder, what is sent where, and what happens the second time."""

import json
from pathlib import Path

import boto3
import numpy as np
import pytest
from PIL import Image

from clients.operator.__main__ import main
from inference.contracts.labels import LabelsError, read_labelled

PREFIX = "ads/sports/"


def picture(file: Path, seed: int = 0, kind: str = "JPEG") -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 256, (24, 40, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(file, kind)


@pytest.fixture
def deployed(aws: None) -> tuple[str, str]:
    """The stack of `vigil-adssports`, beside another: its bucket and table."""
    s3, dynamodb = boto3.client("s3"), boto3.client("dynamodb")
    for bucket in ("raw", "other"):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    dynamodb.create_table(
        TableName="labels",
        KeySchema=[{"AttributeName": "imageName", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "imageName", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for name, bucket in (("ads", "other"), ("adssports", "raw")):
        outputs = {
            "RawBucket": bucket,
            "RawPrefix": PREFIX,
            "LabelsTable": "labels",
            "Classes": "ad,content",
            "TriggerFunction": f"vigil-{name}-trigger-training",
        }
        template = {
            "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
            "Outputs": {key: {"Value": value} for key, value in outputs.items()},
        }
        boto3.client("cloudformation").create_stack(StackName=f"{name}-stack", TemplateBody=json.dumps(template))
    return "raw", "labels"


def keys() -> dict[str, str]:
    listed = boto3.client("s3").list_objects_v2(Bucket="raw").get("Contents", [])
    return {entry["Key"]: str(entry["LastModified"]) for entry in listed}


def rows() -> dict[str, dict[str, str]]:
    items = boto3.resource("dynamodb").Table("labels").scan()["Items"]
    return {str(item.pop("imageName")): {name: str(value) for name, value in item.items()} for item in items}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[", "cannot be read"),
        ("{}", "holds no list"),
        ("[]", "no labelled pictures"),
        ('[{"label": "ad"}]', "tells no imageName; what it has is called label"),
        ('[{"label": "ad"}, {"imageName": "a.jpg", "label": "ad"}]', "row 1: imageName: field required"),
        ('[{"imageName": "a.jpg", "label": ""}]', "row 1: label"),
        ('[{"imageName": "../a.jpg", "label": "ad"}]', "leads out of the folder"),
        ('["a.jpg"]', "'a.jpg' is no object"),
        (
            '[{"imageName": "a", "label": "ad"}, {"imageName": "a", "label": "content"}]',
            "row 2: a is labelled a second",
        ),
    ],
)
def test_a_labels_file_that_is_wrong_is_told_row_by_row(tmp_path, capsys, content, said) -> None:
    (tmp_path / "labels.json").write_text(content)
    assert main(["import", "ads", "--folder", str(tmp_path)]) == 1
    assert said in capsys.readouterr().err


def test_a_folder_that_is_none_and_one_with_two_label_files(tmp_path) -> None:
    with pytest.raises(LabelsError, match="is no folder"):
        read_labelled(tmp_path / "nowhere")
    for name in ("labels.json", "labels.csv"):
        (tmp_path / name).write_text("[]")
    with pytest.raises(LabelsError, match="both"):
        read_labelled(tmp_path)


def test_no_stack_of_the_domain_names_the_arguments(aws, tmp_path, capsys) -> None:
    picture(tmp_path / "ad" / "1.jpg")
    assert main(["import", "ads", "--folder", str(tmp_path)]) == 1
    assert "no stack here is that of vigil-ads" in (said := capsys.readouterr().err)
    assert "--bucket, --prefix and --table" in said


def test_a_bucket_that_is_not_there_is_an_error_of_one_line(aws, deployed, tmp_path, capsys) -> None:
    picture(tmp_path / "ad" / "1.jpg")
    arguments = ["--bucket", "gone", "--prefix", "x/", "--table", "labels"]
    assert main(["import", "ads", "--folder", str(tmp_path), *arguments]) == 1
    said = capsys.readouterr().err
    assert "NoSuchBucket" in said
    assert said.count("\n") == 1


def test_folders_are_classes_and_folders_in_them_recordings(deployed, tmp_path, capsys) -> None:
    picture(tmp_path / "ad" / "1.jpg", 1)
    picture(tmp_path / "content" / "match" / "1.jpg", 2)
    assert main(["import", "adssports", "--folder", str(tmp_path)]) == 0
    assert set(keys()) == {f"{PREFIX}ad/1.jpg", f"{PREFIX}content/match/1.jpg"}
    assert rows() == {
        "ad/1.jpg": {"label": "ad"},
        "content/match/1.jpg": {"label": "content", "recording": "match"},
    }
    assert "1 ad, 1 content: 2 sent, 0 there already, 0 left out" in capsys.readouterr().out


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_labels_of_the_labelling_page_go_with_their_recordings(deployed, tmp_path, kind) -> None:
    entry = {"imageName": "match/003-1.jpg", "label": "ad", "recording": "match", "scene": 3 if kind == "json" else "3"}
    picture(tmp_path / "frames" / entry["imageName"])
    text = (
        json.dumps([entry]) if kind == "json" else f"{','.join(entry)},note\n{','.join(map(str, entry.values()))},x\n"
    )
    (tmp_path / f"labels.{kind}").write_text(text)
    assert main(["import", "adssports", "--folder", str(tmp_path)]) == 0
    assert set(keys()) == {f"{PREFIX}match/003-1.jpg"}
    assert rows() == {"match/003-1.jpg": {"label": "ad", "recording": "match", "scene": "3"}}


def test_the_second_time_nothing_is_sent_and_a_correction_stays(deployed, tmp_path, capsys) -> None:
    for number in range(3):
        picture(tmp_path / "ad" / f"{number}.jpg", number)
    main(["import", "adssports", "--folder", str(tmp_path)])
    boto3.client("dynamodb").update_item(
        TableName="labels",
        Key={"imageName": {"S": "ad/0.jpg"}},
        UpdateExpression="SET reviewedLabel = :to",
        ExpressionAttributeValues={":to": {"S": "content"}},
    )
    boto3.client("s3").put_bucket_versioning(Bucket="raw", VersioningConfiguration={"Status": "Enabled"})
    picture(tmp_path / "ad" / "2.jpg", 99)
    assert main(["import", "adssports", "--folder", str(tmp_path)]) == 0
    assert "3 ad: 1 sent, 2 there already" in capsys.readouterr().out
    versions = boto3.client("s3").list_object_versions(Bucket="raw")["Versions"]
    assert sorted(one["Key"] for one in versions) == sorted([*keys(), f"{PREFIX}ad/2.jpg"])
    assert rows()["ad/0.jpg"] == {"label": "ad", "reviewedLabel": "content"}


def test_bad_files_are_named_and_the_others_go(deployed, tmp_path, capsys) -> None:
    picture(tmp_path / "ad" / "good.jpg")
    whole = (tmp_path / "ad" / "good.jpg").read_bytes()
    for name, body in {"cut.jpg": whole[:-200], "empty.jpg": b"", "text.jpg": b"not a picture"}.items():
        (tmp_path / "ad" / name).write_bytes(body)
    picture(tmp_path / "ad" / "really_a.jpg", kind="PNG")
    picture(tmp_path / "ad" / "drawn.png", kind="PNG")
    assert main(["import", "adssports", "--folder", str(tmp_path)]) == 3
    said = capsys.readouterr()
    for name, why in {
        "cut.jpg": "no whole picture",
        "empty.jpg": "0 bytes",
        "text.jpg": "no whole picture",
        "really_a.jpg": "a PNG in spite of its name",
        "drawn.png": "convert it to JPEG",
    }.items():
        assert f"left out: ad/{name}: {why}" in said.err or (name == "drawn.png" and why in said.err)
    assert list(keys()) == [f"{PREFIX}ad/good.jpg"]
    assert list(rows()) == ["ad/good.jpg"]
    assert "1 ad: 1 sent, 0 there already, 5 left out" in said.out


def test_labels_that_the_domain_does_not_know_are_told_and_not_sent(deployed, tmp_path, capsys) -> None:
    picture(tmp_path / "Ad" / "1.jpg", 1)
    picture(tmp_path / "content" / "1.jpg", 2)
    assert main(["import", "adssports", "--folder", str(tmp_path)]) == 3
    said = capsys.readouterr()
    assert "left out: Ad/1.jpg: of 'Ad', which adssports does not know: ad, content" in said.err
    assert "1 content: 1 sent, 0 there already, 1 left out" in said.out
    assert list(rows()) == ["content/1.jpg"]


def test_labels_of_which_the_domain_knows_none_are_one_sentence(deployed, tmp_path, capsys) -> None:
    for number in range(3):
        picture(tmp_path / "Ad" / f"{number}.jpg", number)
    assert main(["import", "adssports", "--folder", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert "'Ad' in 3 pictures: no class of adssports, which knows ad, content; rename it, or deploy with" in said
    assert said.count("\n") == 1
    assert rows() == {}


def test_a_file_that_a_row_names_and_that_is_not_there(deployed, tmp_path, capsys) -> None:
    (tmp_path / "labels.json").write_text('[{"imageName": "gone.jpg", "label": "ad"}]')
    assert main(["import", "adssports", "--folder", str(tmp_path)]) == 3
    assert "left out: gone.jpg: there is no such file" in capsys.readouterr().err
