"""A run without PostgreSQL or Chromium says so once, with several test processes as `make test` has them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

from tests import absent, conftest

ROOT = Path(__file__).resolve().parents[1]
TINY = f"""
import pytest
@pytest.mark.parametrize("number", range(3))
def test_left_out(number):
    pytest.skip({absent.POSTGRES!r})
@pytest.mark.skip(reason={absent.CHROMIUM!r})
def test_left_out_too():
    pass
def test_something():
    pass
"""


def test_what_was_left_out_stands_at_the_end_once(tmp_path: Path) -> None:
    assert conftest.pytest_terminal_summary is absent.pytest_terminal_summary
    (tmp_path / "test_tiny.py").write_text(TINY)
    options = ["-q", "-c", "/dev/null", "--rootdir", str(tmp_path), "-p", "tests.absent", "-p", "no:cacheprovider"]
    alone = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "-p", "xdist", "-n1", str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, check=False, env=alone,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count(f"{absent.POSTGRES} (3).") == done.stdout.count(absent.POSTGRES) == 1
    assert done.stdout.count(f"{absent.CHROMIUM} (1).") == done.stdout.count(absent.CHROMIUM) == 1


def test_a_run_that_left_nothing_out_for_it_says_nothing() -> None:
    other = SimpleNamespace(longrepr=("test_x.py", 1, "Skipped: no right to mount a small disk"))
    said: list[str] = []
    for stats in ({}, {"skipped": [other]}):
        absent.pytest_terminal_summary(SimpleNamespace(stats=stats, write_line=said.append))  # type: ignore[arg-type]
    assert said == []
