"""The typed view of SageMaker's folder."""

import json
from pathlib import Path

import pytest

from training_containers.contract import ConfigurationFault, OptMl, ResourceConfig


def test_the_base_folder_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SAGEMAKER_BASE_DIR", str(tmp_path))
    assert OptMl.from_environment().failure == tmp_path / "output" / "failure"
    monkeypatch.delenv("SAGEMAKER_BASE_DIR")
    assert OptMl.from_environment().base == Path("/opt/ml")


def test_a_missing_channel_is_named_with_those_that_are_there(tmp_path: Path) -> None:
    (tmp_path / "input" / "data" / "images").mkdir(parents=True)
    with pytest.raises(ConfigurationFault, match=r"'dataset' is missing \(present: images\)"):
        OptMl(tmp_path).channel("dataset")


def test_an_empty_optional_channel_counts_as_absent(tmp_path: Path) -> None:
    (tmp_path / "input" / "data" / "champion").mkdir(parents=True)
    assert OptMl(tmp_path).optional_channel("champion") is None


def test_configuration_that_is_not_json_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "input" / "config"
    folder.mkdir(parents=True)
    (folder / "hyperparameters.json").write_text("{epochs: 3")
    with pytest.raises(ConfigurationFault, match=r"hyperparameters\.json is not JSON"):
        _ = OptMl(tmp_path).hyperparameters


def test_newer_fields_of_the_resource_configuration_are_ignored(tmp_path: Path) -> None:
    folder = tmp_path / "input" / "config"
    folder.mkdir(parents=True)
    config = {"current_host": "algo-2", "hosts": ["algo-2", "algo-1"], "current_group_name": "homogeneousCluster"}
    (folder / "resourceconfig.json").write_text(json.dumps(config))
    resources = OptMl(tmp_path).resource_config
    assert resources == ResourceConfig(current_host="algo-2", hosts=("algo-2", "algo-1"))
    assert (resources.rank, resources.main_host) == (1, "algo-1")
