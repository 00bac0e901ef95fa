"""Labels as they are kept and compared; the browser's side is in tests/e2e/test_labelling.py."""

import json
from pathlib import Path

import pytest
from PIL import Image
from starlette.testclient import TestClient

from clients.operator.__main__ import main
from clients.operator.errors import OperatorError
from clients.operator.label.agreement import agreements, consensus
from clients.operator.label.frames import Scene, moments, recording_name, recordings
from clients.operator.label.log import Entry, LabelLog
from clients.operator.label.project import Project
from clients.operator.label.server import LARGEST_BODY, make_app


def entry(number: int, label: str | None = "ad", frame: str = "m/0000-0.jpg") -> Entry:
    return Entry(id=str(number), at="2026-11-21T12:00:00Z", frame=frame, label=label)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    for name in ("0000-0", "0000-1", "0001-0"):
        (tmp_path / "frames" / "m").mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 8)).save(tmp_path / "frames" / "m" / f"{name}.jpg")
    return Project(tmp_path, ("ad", "content"))


@pytest.fixture
def client(project: Project) -> TestClient:
    return TestClient(make_app(project), base_url="http://127.0.0.1")


def body(*entries: Entry, labeller: str = "ann") -> dict:
    return {"labeller": labeller, "entries": [one._asdict() for one in entries]}


def test_an_entry_that_comes_twice_counts_once(tmp_path):
    log = LabelLog(tmp_path / "ann.jsonl")
    log.append([entry(1), entry(2, None)])
    log.append([entry(1)])

    assert log.labels() == {}
    assert LabelLog(tmp_path / "ann.jsonl").labels() == {}


def test_a_line_that_a_power_cut_left_unfinished_is_cut_off(tmp_path):
    path = tmp_path / "ann.jsonl"
    LabelLog(path).append([entry(1)])
    with path.open("a") as file:
        file.write('{"id": "2", "at"')

    log = LabelLog(path)
    log.append([entry(3, "content", "m/0000-1.jpg")])

    assert LabelLog(path).labels() == {"m/0000-0.jpg": "ad", "m/0000-1.jpg": "content"}


def test_a_damaged_line_within_is_an_error_that_names_it(tmp_path):
    path = tmp_path / "ann.jsonl"
    path.write_text("nonsense\n")

    with pytest.raises(OperatorError, match=r"ann.jsonl, line 1 is no label"):
        LabelLog(path)


def test_most_decide_and_a_tie_is_disputed():
    labels = {
        "ann": {"one": "ad", "two": "ad"},
        "bob": {"one": "content", "two": "content"},
        "eve": {"one": "content"},
    }

    assert consensus(labels) == ({"one": "content"}, ["two"])


def test_agreement_is_corrected_for_chance():
    """(0.75 - 0.5) / (1 - 0.5), by Cohen's definition."""
    labels = {
        "ann": {"1": "ad", "2": "ad", "3": "content", "4": "content", "5": "ad"},
        "bob": {"1": "ad", "2": "content", "3": "content", "4": "content"},
    }
    (pair,) = agreements(labels)

    assert (pair.frames, pair.alike) == (4, 3)
    assert pair.kappa == pytest.approx(0.5)
    assert agreements({"ann": {"1": "ad"}, "bob": {"1": "ad"}})[0].kappa is None
    assert agreements({"ann": {"1": "ad"}, "bob": {"2": "ad"}}) == []


def test_a_scene_gives_its_middle_and_a_long_one_more():
    assert moments(Scene(3, 10.0, 12.0), 4.0) == [("0003-0", 11.0)]
    assert moments(Scene(3, 10.0, 18.0), 4.0) == [("0003-0", 12.0), ("0003-1", 16.0)]


def test_recordings_are_found_and_named(tmp_path):
    with pytest.raises(OperatorError, match="has no recordings; allowed are .avi"):
        recordings(tmp_path)
    (tmp_path / "a").mkdir()
    for name in ("Match 1.mp4", "a/Match 1.ts"):
        (tmp_path / name).touch()
    with pytest.raises(OperatorError, match="share the name Match_1"):
        recordings(tmp_path)

    assert recording_name(Path("../..mp4")) == "recording"


def test_labels_are_written_for_the_import(client, project):
    assert client.post("/api/labels", json=body(entry(1), entry(2, "content", "m/0001-0.jpg"))).json() == {"kept": 2}

    assert json.loads((project.folder / "labels.json").read_text()) == [
        {"imageName": "m/0000-0.jpg", "label": "ad", "recording": "m", "scene": "0000"},
        {"imageName": "m/0001-0.jpg", "label": "content", "recording": "m", "scene": "0001"},
    ]
    assert client.get("/api/state?labeller=ann").json()["labels"] == {"m/0000-0.jpg": "ad", "m/0001-0.jpg": "content"}


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (body(entry(1, "cat")), "'m/0000-0.jpg' as 'cat'"),
        (body(entry(1, "ad", "../../etc/passwd")), "a frame of this project"),
        (body(entry(1), labeller="../ann"), "labeller '../ann'"),
        (body(entry(1), labeller=""), "labeller ''"),
        ({"labeller": "ann", "entries": [{"id": "1"}]}, "holds no labels"),
        ({"labeller": "ann", "entries": [body(entry(1))["entries"][0] | {"id": 7}]}, "short text"),
        ([], "holds no labels"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_the_reason_and_changes_nothing(client, project, sent, said):
    answer = client.post("/api/labels", json=sent)

    assert (answer.status_code, said in answer.json()["error"]) == (400, True)
    assert not (project.folder / "labels.json").exists()


def test_other_sites_cannot_write_or_read(client):
    """A page of another site may send text/plain without asking the browser, and may rebind a name to 127.0.0.1."""
    plain = client.post("/api/labels", content=json.dumps(body(entry(1))), headers={"content-type": "text/plain"})
    named = client.get("/api/state?labeller=ann", headers={"host": "evil.example"})

    assert (plain.status_code, named.status_code) == (400, 400)
    assert "frame-ancestors 'none'" in client.get("/").headers["content-security-policy"]


def test_a_huge_body_is_refused(client):
    answer = client.post("/api/labels", content=b" " * (LARGEST_BODY + 1), headers={"content-type": "application/json"})

    assert "at most 1000000 are taken" in answer.json()["error"]


@pytest.mark.parametrize("classes", ["ad", "ad,apple", "ad,unknown", "ad,spot", "ad,9"])
def test_classes_need_keys_of_their_own(capsys, classes):
    with pytest.raises(SystemExit) as ended:
        main(["label", "--classes", classes])

    assert ended.value.code == 2
    assert "first letters of their own" in capsys.readouterr().err


def test_without_frames_it_says_what_to_give(tmp_path, capsys):
    assert main(["label", "--out", str(tmp_path)]) == 1
    assert "give --video-dir" in capsys.readouterr().err
