"""The real server and a real browser. Without Chromium these tests say so and are skipped (never in `.ci/run`)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests import absent
from tests.e2e.serving import running_server
from tests.e2e.visit import CHROMIUM_FLAGS, Visit, new_context

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM:
        return
    if os.environ.get("KOTACERDAS_NEED_BROWSER"):
        pytest.exit("Chromium is needed for the browser tests and was not found.", returncode=1)
    skip = pytest.mark.skip(reason=absent.CHROMIUM)
    for item in items:
        if "e2e" in item.path.parts:
            item.add_marker(skip)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """One server per worker for all tests that leave it as it was."""
    with running_server() as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: object) -> Iterator[Callable[..., Visit]]:
    """Open pages as a reader who is here for the first time: `visit(address, width=390, scheme="dark")`."""
    open_visits: list[Visit] = []

    def start(address: str, **options: object) -> Visit:
        open_visits.append(Visit(browser, address, **options))
        return open_visits[-1]

    yield start
    for one in open_visits:
        one.close()


@pytest.fixture(scope="session")
def known(browser: object) -> Iterator[dict[str, tuple[Any, list[Any]]]]:
    """The contexts of readers who have the app's files in their cache, by what sets them apart, and their free tabs."""
    contexts: dict[str, tuple[Any, list[Any]]] = {}
    yield contexts
    for context, _ in contexts.values():
        context.close()


@pytest.fixture
def revisit(
    visit: Callable[..., Visit], browser: object, known: dict[str, tuple[Any, list[Any]]]
) -> Callable[..., Visit]:
    """Like `visit`, as a reader who has been here before: a new session in a tab that has shown the app already.

    For whatever a page shows or does; what a first visit costs needs `visit`. A tab that goes on has the app's scripts
    compiled, which is most of what a new one costs.
    """

    def start(address: str, **options: object) -> Visit:
        kind = repr(sorted(options.items()))
        if kind not in known:
            known[kind] = new_context(browser, **options), []  # type: ignore[arg-type]
        context, tabs = known[kind]
        tab = tabs.pop() if tabs else None
        screen = {name: value for name, value in options.items() if name in ("width", "height", "scheme")}
        return visit(address, context=context, tab=tab, left=tabs.append, **screen)

    return start
