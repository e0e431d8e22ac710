"""Damaged data on a real server: one sentence in the page's language that names the file, and recovery when mended."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.serving import ROOT, running_server
from tests.e2e.visit import IDLE, Visit

pytestmark = pytest.mark.browser


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the checkout whose data may be damaged."""
    ignored = shutil.ignore_patterns(".git", ".venv", ".*_cache", ".hypothesis", "__pycache__", "node_modules")
    return Path(shutil.copytree(ROOT, tmp_path / "checkout", ignore=ignored))


def test_a_damaged_file_is_one_sentence_and_mending_it_is_enough(checkout: Path, visit: Callable[..., Visit]) -> None:
    results = checkout / "data" / "results.csv"
    content = results.read_bytes()
    results.write_bytes(content.replace(b",final,3.80,", b",final,three,"))
    with running_server(checkout) as address:
        for path, words in (("/", "Berkas results.csv"), ("/peringkat?lang=en", "results.csv, line")):
            seen = visit(address)
            seen.page.goto(address + path)
            seen.page.get_by_text(words).first.wait_for(timeout=20_000)
            body = seen.page.locator(IDLE).inner_text()
            assert "three" in body and "Traceback" not in body and "Error" not in body
        results.write_bytes(content)
        assert "140" in visit(address).open("/").title()


def test_a_missing_file_is_named(checkout: Path, visit: Callable[..., Visit]) -> None:
    (checkout / "data" / "levels.yaml").unlink()
    with running_server(checkout) as address:
        seen = visit(address)
        seen.page.goto(address + "/kota?city=35.77")
        seen.page.get_by_text("levels.yaml").first.wait_for(timeout=20_000)
        assert "Traceback" not in seen.page.content()
