"""What the tests may have to do without, and that a run says so: a skipped test is easily taken for a passed one."""

from __future__ import annotations

import pytest

POSTGRES = "PostgreSQL is not installed (apt-get install postgresql): the tests on PostgreSQL are left out"
CHROMIUM = "Chromium is not installed (apt-get install chromium): the browser tests are left out"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """At the end of a run, once, whatever tests were left out for want of something, and how many.

    Read from the reports, which the process in charge has of all test processes (pytest-xdist).
    """
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = [report.longrepr[2] for report in skipped if isinstance(report.longrepr, tuple)]
    for sentence in (POSTGRES, CHROMIUM):
        count = sum(sentence in reason for reason in reasons)
        if count:
            terminalreporter.write_line(f"{sentence} ({count}).", yellow=True, bold=True)
