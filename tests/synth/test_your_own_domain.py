"""docs/your-own-domain.md: the files it shows, where it says, are all that two new domains need."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from sandbox.demo import domains as demos
from sandbox.demo.domain import Demo
from stacks import domains
from stacks.pipeline.ml_domain import MlDomain
from stacks.shared.source_tree import ROOT
from tests.synth.conftest import Templates, synthesize
from tests.unit.documents import blocks, files

PAGE = (ROOT / "docs" / "your-own-domain.md").read_text(encoding="utf-8")
NEW = ("fruit", "fans")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the page's files."""
    folder = tmp_path_factory.mktemp("page")
    for path, code in files(PAGE).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(code)
    return folder


@pytest.fixture(scope="module")
def beside_ours(written: Path) -> Iterator[None]:
    """As if the files lay in the repository."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(domains, "__path__", [*domains.__path__, str(written / "stacks" / "domains")])
        patch.setattr(demos, "__path__", [*demos.__path__, str(written / "sandbox" / "demo" / "domains")])
        yield
    for name in [name for name in sys.modules if re.search(rf"\.domains\.({'|'.join(NEW)})\b", name)]:
        del sys.modules[name]


@pytest.fixture(scope="module")
def found(beside_ours: None) -> Mapping[str, type[MlDomain]]:
    return domains.find()


@pytest.fixture(scope="module")
def found_demos(beside_ours: None) -> Mapping[str, Demo]:
    return demos.find()


@pytest.fixture(scope="module")
def templates(found: Mapping[str, type[MlDomain]], tmp_path_factory: pytest.TempPathFactory) -> Templates:
    context = {"environment": "development", "domains": ",".join(NEW)}
    return synthesize(tmp_path_factory.mktemp("own"), context, found)


def test_every_file_has_a_place() -> None:
    told = [path for name in NEW for path in (f"stacks/domains/{name}/__init__.py", f"sandbox/demo/domains/{name}.py")]
    assert sorted(files(PAGE)) == sorted([*told, *(f"toy_{name}.py" for name in NEW)])


def test_the_code_is_formatted_as_ours(written: Path) -> None:
    config = ["--config", str(ROOT / "pyproject.toml"), "--config", f"src=['{ROOT}']"]
    for command in (["check", *config], ["format", "--check", *config]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, written], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout


def test_the_domains_are_found_beside_ours(
    found: Mapping[str, type[MlDomain]], found_demos: Mapping[str, Demo]
) -> None:
    assert set(found) == {*domains.ALL_DOMAINS, *NEW}
    assert set(found_demos) == set(found)


def test_they_synthesize_with_the_names_that_the_page_tells(templates: Templates, of_type) -> None:
    for name in NEW:
        (template,) = (one for stack, one in templates.items() if stack.lower().endswith(name))
        functions = of_type(template, "AWS::Lambda::Function").values()
        routes = of_type(template, "AWS::ApiGatewayV2::Route").values()
        assert f"vigil-{name}-trigger-training" in {one["Properties"].get("FunctionName") for one in functions}
        assert f"POST /v1/{name}/predict" in {one["Properties"]["RouteKey"] for one in routes}


def test_the_commands_name_the_domains_and_the_folders_of_their_toys(found: Mapping[str, type[MlDomain]]) -> None:
    commands = "".join(blocks(PAGE, "sh"))
    assert re.findall(r"domains=(\w+)", commands) == list(NEW)
    assert re.findall(r"make demo DOMAIN=(\w+) DATA=build/(\w+)$", commands, re.MULTILINE) == [(n, n) for n in NEW]
    assert re.findall(r"^python (.+)$", commands, re.MULTILINE) == [f"toy_{name}.py" for name in NEW]


@pytest.mark.parametrize("name", NEW)
def test_toy_data_are_in_the_form_that_the_demo_takes(
    name: str, written: Path, found_demos: Mapping[str, Demo], monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run([sys.executable, f"toy_{name}.py"], cwd=written, check=True, env=os.environ)

    found_demos[name].check(written / "build" / name)
