"""Shared by all tests: the committed data once per process, and a private copy of it to damage."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from kotacerdas.instrument import DATA
from kotacerdas.published import Published, load
from tests.absent import pytest_terminal_summary
from tests.order import arranged

__all__ = ["pytest_terminal_summary"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In a run of several processes, the order that keeps all of them at work to the end."""
    if workers := getattr(config, "workerinput", None):
        items[:] = arranged(items, workers["workercount"])


@pytest.fixture(scope="session", autouse=True)
def nobodys_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """An empty home: what a developer has published in `var/` must not be on the pages under test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KOTACERDAS_HOME", str(tmp_path_factory.mktemp("nobody")))
        yield


@pytest.fixture(scope="session")
def published() -> Published:
    return load()


@pytest.fixture
def data_read_once(published: Published, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands work on the data this process has read already, instead of reading it anew in every test."""

    def read(folder: Path) -> Published:
        assert folder == DATA
        return published

    for name in ("bands", "goal", "simulate"):
        monkeypatch.setattr(f"kotacerdas.commands.{name}.load", read)


@pytest.fixture
def data_copy(tmp_path: Path) -> Path:
    """A copy of the data folder that a test may damage."""
    return Path(shutil.copytree(DATA, tmp_path / "data"))


settings.register_profile("kotacerdas", deadline=None)  # a busy machine is no failure: speed is shown by the benchmark
settings.load_profile("kotacerdas")
