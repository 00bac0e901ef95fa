"""What the README and the pages below docs/ tell: commands, links, options and examples that are true."""

import importlib.util
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from inference.contracts.tasks.sensor_zones import ZoneDecision, ZoneWindows
from inference.contracts.tasks.tabular import prediction_model
from lambdas.data_prep.sensor_zones.schema import ZoneSchema
from lambdas.data_prep.telemetry.schema import TelemetrySchema
from lambdas.training_trigger.cost import worst_case_usd
from lambdas.training_trigger.spec import RESERVED_OPTIONS
from stacks.context import CONTEXT, read_settings
from stacks.domains import ALL_DOMAINS
from stacks.domains.battery.signals import SIGNALS
from stacks.domains.cats import CATS
from stacks.domains.deer.devices import OPTIONS as DEVICE_OPTIONS
from stacks.domains.fire import FIRE
from stacks.settings import PRODUCTION
from tests.unit.definitions import DEFINITIONS
from tests.unit.documents import blocks, rows

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
ACCEPTED = {name: domain.context_options for name, domain in ALL_DOMAINS.items()}
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
COMMANDS = [line for block in blocks(README, "sh") for line in block.replace("\\\n", " ").splitlines()]


def page(domain: str) -> str:
    return (ROOT / "docs" / "domains" / f"{domain}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
    lost = [link for link in links if "://" not in link and not (path.parent / link).exists()]
    assert lost == []


def test_paths_in_the_readme_exist() -> None:
    folders = "app.py|stacks|lambdas|training_containers|inference|clients|sandbox|benchmarks|docs"
    named = re.findall(rf"`((?:{folders})/[\w./]*)`", README)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_make_targets_exist() -> None:
    targets = {word for line in COMMANDS if line.startswith("make ") for word in line.split()[1:2]}
    assert {"demo", "test", "setup"} <= targets
    assert [name for name in targets if not re.search(rf"^{name}:", MAKEFILE, re.MULTILINE)] == []


def test_variables_of_the_demo_are_the_makefiles() -> None:
    table = {cell.strip("`").split("=")[0] for cell in rows(README, "variable")}
    assert table == {"DOMAIN", "DATA", "KEEP"}
    assert [name for name in table if f"$({name})" not in MAKEFILE] == []


@pytest.mark.parametrize("module", sorted(set(re.findall(r"python -m ([\w.]+)", README + page("battery")))))
def test_programs_explain_themselves(module: str) -> None:
    assert importlib.util.find_spec(module) is not None
    done = subprocess.run(
        [sys.executable, "-m", module, "--help"], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "usage:" in done.stdout


def test_the_payload_of_the_readme_is_taken() -> None:
    (command,) = [line for line in COMMANDS if line.startswith("aws lambda invoke")]
    words = shlex.split(command)
    payload = json.loads(words[words.index("--payload") + 1])
    known = {option.name for option in CATS.training.options} | set(RESERVED_OPTIONS)
    assert words[words.index("--function-name") + 1] == "vigil-cats-trigger-training"
    assert set(payload) <= known


def test_every_cdk_command_names_the_environment() -> None:
    told = [
        line for line in README.splitlines() if re.search(r"\bcdk (bootstrap|deploy|destroy|diff)\b.*(-c|--all)", line)
    ]
    assert len(told) >= 3
    assert [line for line in told if "-c environment=production" not in line] == []


def test_the_settings_of_the_readme_are_read() -> None:
    (section,) = [text for text in blocks(README, "json") if "context" in text]
    settings = read_settings({"environment": "production", **json.loads(section)["context"]}, ACCEPTED)
    assert settings.environment is PRODUCTION
    assert (settings.domains, settings.alarm_email) == (("cats",), "you@example.com")


def test_context_of_the_readme_is_taken() -> None:
    told = [word for cell in rows(README, "context") for word in re.findall(r"`(.+?)`", cell)]
    context = dict(word.split("=", 1) for word in told)
    context["cats:modelManifestSha256"] = "5e" * 32  # the page shortens it
    settings = read_settings(context, ACCEPTED)
    assert set(settings.options["cats"]) == {"classes", "pinned_model", "pretrained", "review", "tracking"}
    assert set(settings.options["fire"]) == {"distributed_instance"}
    words = {f"cats:{word}" for option in ACCEPTED["cats"] for word in option.words}
    assert words == {key for key in context if key.startswith("cats:")}
    assert {"environment", *CONTEXT} - {key for key in context if ":" not in key} == set()


def test_options_of_every_domain_stand_in_the_readme() -> None:
    told = {name for cell in rows(README, "option") for name in re.findall(r"`(\w+)`", cell)}
    assert told == set(RESERVED_OPTIONS)


def told_options(domain: str, table: str = "option") -> dict[str, object]:
    """Name -> default, of the page's table whose first column is called so."""
    told: dict[str, object] = {}
    for cell, defaults in rows(page(domain), table).items():
        names = re.findall(r"`(\w+)`", cell)
        told |= dict(zip(names, map(json.loads, defaults[0].split(", ")), strict=True))
    return told


@pytest.mark.parametrize("domain", ALL_DOMAINS)
def test_a_domains_page_tells_its_options_and_their_defaults(domain: str) -> None:
    definition = DEFINITIONS[domain]
    expected = {option.name: option.default for option in definition.training.options}
    if definition.training.tuning is not None:
        expected["tuningJobs"] = 0
    assert told_options(domain) == expected


def test_deers_page_tells_the_options_that_devices_bring() -> None:
    assert told_options("deer", "option with devices") == {option.name: option.default for option in DEVICE_OPTIONS}


def test_batterys_columns_are_those_that_data_prep_reads() -> None:
    told = [name for cell in rows(page("battery"), "column") for name in re.findall(r"`(\w+)`", cell)]
    assert set(told) == {*SIGNALS.required_columns, *SIGNALS.optional_columns}


def test_batterys_examples_are_what_the_code_takes_and_gives() -> None:
    schema, request, answer = blocks(page("battery"), "json")
    assert TelemetrySchema.parse(schema.encode(), SIGNALS).columns
    reading, _ = json.loads(request)["windows"][0]["readings"]
    assert set(reading) == {"timestamp", *SIGNALS.channel_names}
    (prediction,) = json.loads(answer)["predictions"]
    assert prediction_model(SIGNALS).model_validate(prediction).model_dump()["label"] == "hazard"


def test_fires_examples_are_what_the_code_takes_and_gives() -> None:
    schema, request, answer = blocks(page("fire"), "json")
    assert ZoneSchema.parse(schema.encode(), FIRE.data.signals).required
    (window,) = ZoneWindows.model_validate_json(request).windows
    ((reading,),) = window.sensors.values()
    assert set(reading) == {"timestamp", *FIRE.data.signals.names}
    (prediction,) = json.loads(answer)["predictions"]
    assert ZoneDecision.model_validate(prediction).label == FIRE.data.signals.hazard


def test_fires_page_tells_its_strategies_and_their_price() -> None:
    told = rows(page("fire"), "strategy")
    assert [name.strip("`") for name in told] == [one.name for one in FIRE.training.strategies]
    for way, (_, machines, limits) in zip(FIRE.training.ways, told.values(), strict=True):
        assert f"`{way.instance}`" in machines
        usd = worst_case_usd(way.instance, way.instance_count, way.max_runtime_s)
        assert limits == f"{way.max_runtime_s / 3600:g} h, {usd:.0f} USD"


def test_every_decision_has_a_number_of_its_own_and_stands_in_the_index_in_order() -> None:
    folder = ROOT / "docs" / "decisions"
    pages = sorted(path.name for path in folder.glob("[0-9]*.md"))
    numbers = [name[:4] for name in pages]
    index = re.findall(r"^\| \[(\d{4})\]\(([^)]+)\)", (folder / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    titles = [(folder / name).read_text(encoding="utf-8").partition(".")[0] for name in pages]
    assert len(set(numbers)) == len(numbers)
    assert index == list(zip(numbers, pages, strict=True))
    assert titles == [f"# {int(number)}" for number in numbers]
