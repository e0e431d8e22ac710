"""The benchmark file as sections under `## ` headings: every run renews its own and leaves the others as they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

REPORT = Path(__file__).with_name("benchmark.md")
HEADING = "## "


def keep(sections: Sequence[str], head: str | None = None, report: Path = REPORT) -> None:
    """Put sections (each beginning with its heading) into the report: in place of those of the same heading, else last.

    `head` replaces what stands above the first heading.
    """
    above, *found = split(report.read_text(encoding="utf-8") if report.exists() else "")
    kept = {_heading(section): section.strip() for section in found}
    kept |= {_heading(section): section.strip() for section in sections}
    parts = [(head or above).strip(), *kept.values()]
    report.write_text("\n\n".join(filter(None, parts)) + "\n", encoding="utf-8")


def split(text: str) -> list[str]:
    """What stands above the first heading (maybe nothing), then the sections."""
    return re.split(rf"^(?={HEADING})", text, flags=re.MULTILINE)


def _heading(section: str) -> str:
    return section.split("\n", 1)[0].strip()
