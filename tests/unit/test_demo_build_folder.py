"""Two demos at once do not write into each other's folder."""

from pathlib import Path

from sandbox.demo.build_folder import build_folder


def test_a_demo_takes_the_first_folder_that_no_other_works_in(tmp_path: Path) -> None:
    with build_folder(tmp_path) as first, build_folder(tmp_path) as second:
        assert (first, second) == (tmp_path / "demo", tmp_path / "demo-2")
        with build_folder(tmp_path) as third:
            assert third == tmp_path / "demo-3"


def test_a_folder_is_free_when_its_demo_has_ended(tmp_path: Path) -> None:
    for _ in range(2):
        with build_folder(tmp_path) as folder:
            assert folder == tmp_path / "demo"
