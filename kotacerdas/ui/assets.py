"""Files that the browser fetches by address from `static/`: outlines, pictures.

The address carries the hash of the content, so that the server may let browsers keep the file for good and a changed
file is fetched at once.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent.parent / "static"
PREFIX = "/app/static/"


def file(name: str) -> str:
    """The path of a served file, for Streamlit calls that read it."""
    return str(STATIC / name)


def url(name: str) -> str:
    """The address of a file under `static/`: `/app/static/geo/land.json?v=1f0c...`. Not fetched until it is shown."""
    return f"{PREFIX}{name}?v={_version(name, (STATIC / name).stat().st_mtime_ns)}"


@cache
def _version(name: str, changed: int) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
