"""`python -m clients.device` with a real TFLite file, whose answers are known; see assets/make_tiny.py."""

import base64
import json
import math
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from clients.device.__main__ import main
from stacks.shared.source_tree import ROOT
from tests.device.conftest import enrolled_by
from tests.device.toys import BLUE, RED, edge_files, picture, tar

TINY = (Path(__file__).parent / "assets" / "tiny.tflite").read_bytes()
AD_IF_RED = 1 / (1 + math.exp(-(200 - 40) / 32))


def golden() -> bytes:
    body = base64.b64encode(picture(RED)).decode()
    scores = {"ad": AD_IF_RED, "content": 1 - AD_IF_RED}
    answer = {"label": "ad", "confidence": AD_IF_RED, "scores": scores}
    return json.dumps({"content_type": "image/png", "body_base64": body, "answer": answer}).encode()


@pytest.fixture
def config(tmp_path: Path, cloud, capsys) -> Path:
    """Of a device set up as docs/devices.md says."""
    assert main(["keygen", str(tmp_path / "key.pem")]) == 0
    enrolled_by(cloud)("kitchen", capsys.readouterr().out.strip())
    (tmp_path / "root.json").write_bytes(cloud.repository.first_root)
    path = tmp_path / "device.toml"
    path.write_text(
        f'url = "{cloud.url}"\ndomain = "ads"\ndevice_id = "kitchen"\n'
        'key = "key.pem"\nroot = "root.json"\nfolder = "data"\npoll_s = 1\n'
    )
    cloud.repository.release("r1", tar(edge_files(TINY, golden())))
    return path


def test_a_device_is_set_up_updated_and_predicts(config, tmp_path, capsys):
    (tmp_path / "red.png").write_bytes(picture(RED))
    (tmp_path / "blue.png").write_bytes(picture(BLUE))
    capsys.readouterr()

    assert main(["update", "--config", str(config)]) == 0
    assert json.loads(capsys.readouterr().out) == {"state": "updated", "release": "r1", "why": ""}
    pictures = [str(tmp_path / name) for name in ("red.png", "blue.png")]
    assert main(["predict", "--config", str(config), *pictures]) == 0
    red, blue = map(json.loads, capsys.readouterr().out.splitlines())
    assert (red["label"], blue["label"]) == ("ad", "content")
    assert red["scores"]["ad"] == pytest.approx(AD_IF_RED, abs=1e-4)
    assert main(["status", "--config", str(config)]) == 0
    assert json.loads(capsys.readouterr().out)["serving"] == "r1"


def test_the_service_answers_a_folder_of_pictures_and_ends_when_told_to(config, cloud, tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "1.png").write_bytes(picture(RED))
    (folder / "2.jpg").write_bytes(b"no picture")
    command = [sys.executable, "-m", "clients.device", "run", "--config", str(config), "--pictures", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as running:
        first, second = (json.loads(running.stdout.readline()) for _ in range(2))
        running.send_signal(signal.SIGTERM)
        assert running.wait(60) == 0

    assert (first["picture"], first["release"], first["label"]) == ("1.png", "r1", "ad")
    assert "not a JPEG or PNG picture" in second["error"]
    assert list(folder.iterdir()) == []
    assert [counts.inferences for report in cloud.reports for counts in report.counts] == [1]


def test_a_key_is_its_owners_alone_and_never_overwritten(config, tmp_path, capsys):
    key = tmp_path / "key.pem"
    before = key.read_bytes()

    assert main(["keygen", str(key)]) == 2
    assert "is there already" in capsys.readouterr().err
    assert (key.read_bytes(), stat.S_IMODE(os.stat(key).st_mode)) == (before, 0o600)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("url = ", "is not TOML"),
        ('url = "ftp://x"', "url: String should match pattern"),
        ('url = "http://api.example.com"', "url: String should match pattern"),
        ('url = "http://127.0.0.1.example.com"', "url: String should match pattern"),
        ('colour = "red"', "colour: Extra inputs are not permitted"),
    ],
)
def test_a_wrong_configuration_is_told(tmp_path, capsys, text: str, told: str):
    path = tmp_path / "device.toml"
    path.write_text(text)

    assert main(["status", "--config", str(path)]) == 2
    assert told in capsys.readouterr().err


def test_without_a_model_or_a_file_nothing_is_predicted(config, tmp_path, capsys):
    assert main(["predict", "--config", str(config), "x.png"]) == 1
    assert "no release is installed" in capsys.readouterr().err
    assert main(["predict", "--config", str(tmp_path / "none.toml"), "x.png"]) == 2
    assert "name the file with --config" in capsys.readouterr().err


def test_the_program_needs_only_the_files_that_the_page_names_and_what_its_requirements_name(tmp_path):
    sentence = (ROOT / "docs" / "devices.md").read_text().partition("of which it uses ")[2].partition(")")[0]
    for path in re.findall(r"`(.+?)`", sentence):
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(ROOT / path, target) if (ROOT / path).is_dir() else shutil.copy(ROOT / path, target)
    absent = ("boto3", "botocore", "torch", "onnxruntime", "pandas", "requests", "rich", "starlette")
    program = (
        f"import sys; sys.modules |= dict.fromkeys({absent}); import clients.device.device, clients.device.service; "
        "print(clients.device.device.__file__)"
    )
    python = [sys.executable, "-c", program]
    done = subprocess.run(python, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert Path(done.stdout.strip()).is_relative_to(tmp_path)

    lines = (ROOT / "clients/device/requirements.txt").read_text().splitlines()
    named = {line.partition("==")[0].lower() for line in lines if not line.startswith("#")}
    assert named == {
        "ai-edge-litert",
        "cryptography",
        "numpy",
        "pillow",
        "pydantic",
        "pyjwt",
        "securesystemslib",
        "tuf",
        "urllib3",
    }


def test_its_versions_are_those_that_are_tested():
    lines = (ROOT / "clients/device/requirements.txt").read_text().lower().splitlines()
    tested = (ROOT / "constraints.txt").read_text().lower().splitlines()

    assert [line for line in lines if "==" in line and line not in tested] == []


def test_the_unit_file_leaves_a_folder_to_download_into():
    """Strict protection makes /tmp read-only too, and The Update Framework's client downloads into a temporary file.

    https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#ProtectSystem=
    """
    page = (ROOT / "docs" / "devices.md").read_text()
    unit = page.partition("```ini")[2].partition("```")[0].splitlines()

    assert "ProtectSystem=strict" in unit
    assert "PrivateTmp=true" in unit
