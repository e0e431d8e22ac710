"""Pages under Streamlit's own test harness: the real `app.py`, the real data, no browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit import config
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.testing.v1 import AppTest

from kotacerdas.ui.registry import ROOMS, room

ROOT = Path(__file__).resolve().parents[2]

OpenPage = Callable[..., AppTest]


@pytest.fixture(scope="session", autouse=True)
def no_search_for_components() -> Iterator[None]:
    """The harness searches all installed packages for components anew in every `AppTest`; the app uses none of them.

    (The real server searches once. Here it took more time than drawing the page.)
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BidiComponentManager, "discover_and_register_components", lambda *_, **__: None)
        yield


@pytest.fixture
def open_page() -> OpenPage:
    """`open_page("kota", lang="en", city="35.77")`: the page as a reader gets it by its address, in a fresh session."""

    def open_(slug: str = ROOMS[0].slug, **params: str) -> AppTest:
        at = AppTest.from_file(ROOT / "app.py", default_timeout=30)
        if slug != ROOMS[0].slug:
            at.switch_page(room(slug).page)
        for name, value in params.items():
            at.query_params[name] = value
        return at.run()

    return open_


@pytest.fixture
def interview_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home for the store of the interview; public until a page is opened with an identity provider."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("KOTACERDAS_HOME", str(home))
    monkeypatch.delenv("KOTACERDAS_DATABASE_URL", raising=False)
    monkeypatch.delenv("KOTACERDAS_MODE", raising=False)
    return home


@pytest.fixture
def tryout_home(interview_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The same for a try-out, on a server that only this machine can reach."""
    monkeypatch.setenv("KOTACERDAS_MODE", "local")
    before = config.get_option("server.address")
    config.set_option("server.address", "127.0.0.1")
    yield interview_home
    config.set_option("server.address", before)
