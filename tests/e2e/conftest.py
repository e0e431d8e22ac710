"""The real server and a real browser. Without Chromium these tests say so and are skipped (never in `.ci/run`)."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from kotacerdas.instrument import DATA
from tests.e2e.visit import CHROMIUM_FLAGS, Visit

ROOT = DATA.parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM:
        return
    if os.environ.get("KOTACERDAS_NEED_BROWSER"):
        pytest.exit("Chromium is needed for the browser tests and was not found.", returncode=1)
    skip = pytest.mark.skip(reason="Chromium not found: the browser tests did not run")
    for item in items:
        if "e2e" in item.path.parts:
            item.add_marker(skip)


@contextmanager
def running_server() -> Iterator[str]:
    """A fresh server process on a free loopback port; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "kotacerdas.ui.server", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                with urllib.request.urlopen(f"{address}/healthz", timeout=1) as answer:
                    if answer.status == 200:
                        break
            except OSError:
                if process.poll() is not None:
                    pytest.fail("the server did not start")
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """One server for the tests of a module that do not need a cold one."""
    with running_server() as address:
        yield address


@pytest.fixture
def cold_server() -> Iterator[str]:
    """A server that has served nobody yet: the state in which a deep link arrives first."""
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
    """Open pages as a reader would: `visit(address, width=390, scheme="dark")`."""
    open_visits: list[Visit] = []

    def start(address: str, **options: object) -> Visit:
        open_visits.append(Visit(browser, address, **options))
        return open_visits[-1]

    yield start
    for one in open_visits:
        one.close()
