"""The files of the evidence on disk: each under the hash of its content, outside of everything a browser can reach.

A file is written before the row that names it, so a kill between the two leaves a file nobody refers to and never a
row without its file. Such orphans are removed once they are a day old (`sweep`), with no lock on the store: the file
is moved aside, the store is asked again, and whoever referred to it in between puts it back.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from kotacerdas.interview.part_file import disk_problem, part_file, sweep_parts
from kotacerdas.problem import Problem

ORPHAN = 86_400.0
"""Seconds an unreferenced file is left alone: an upload may still be on its way to its row."""
_HASH = re.compile(r"[0-9a-f]{64}")
_ASIDE = ".swept"


def path_of(folder: Path, digest: str) -> Path:
    """Where a file of that hash stands. Raises `Problem` where it is no hash: a place is never made of other text."""
    if not _HASH.fullmatch(digest):
        raise Problem("evidence_damaged", file=digest[:80])
    return folder / digest[:2] / digest


def put(folder: Path, content: bytes) -> str:
    """Keep a content; returns its hash. What is there already stays, unless it is damaged: then it is mended."""
    digest = hashlib.sha256(content).hexdigest()
    place = path_of(folder, digest)
    if _whole(place, digest):
        with suppress(OSError):
            os.utime(place)  # young again, so that no sweep takes it before its new row is written
        return digest
    with part_file(place) as file:
        file.write(content)
    return digest


def get(folder: Path, digest: str, name: str) -> bytes:
    """The content of a file shown as `name`. Raises `Problem` where it is missing or is not what was kept."""
    place = path_of(folder, digest)
    try:
        handle = os.open(place, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as file:
            content = file.read()
    except FileNotFoundError as error:
        raise Problem("evidence_missing", file=name) from error
    except OSError as error:
        raise disk_problem(error, place) from error
    if hashlib.sha256(content).hexdigest() != digest:
        raise Problem("evidence_damaged", file=name)
    return content


def stored(folder: Path) -> Iterator[Path]:
    """The files that stand under a hash."""
    with suppress(OSError):
        for group in sorted(folder.iterdir()):
            if re.fullmatch(r"[0-9a-f]{2}", group.name) and group.is_dir() and not group.is_symlink():
                yield from (path for path in sorted(group.iterdir()) if _HASH.fullmatch(path.name))


def sweep(folder: Path, referenced: Callable[[], frozenset[str]], older: float = ORPHAN) -> int:
    """Remove files older than a day that no row refers to, and what killed uploads left; returns how many."""
    aside = folder / _ASIDE
    removed = 0
    with suppress(OSError):
        for group in folder.iterdir():
            removed += sweep_parts(group)
        named = referenced()
        moved = list(aside.iterdir()) if aside.is_dir() else []
        for place in stored(folder):
            with suppress(FileNotFoundError):
                if place.name not in named and time.time() - place.stat().st_mtime >= older:
                    aside.mkdir(exist_ok=True, mode=0o700)
                    place.replace(aside / place.name)
                    moved.append(aside / place.name)
        named = referenced() if moved else named
        for path in moved:
            place = folder / path.name[:2] / path.name
            if path.name in named and not place.exists():
                place.parent.mkdir(exist_ok=True, mode=0o700)
                path.replace(place)
            else:
                path.unlink()
                removed += 1
    return removed


def _whole(place: Path, digest: str) -> bool:
    try:
        return not place.is_symlink() and hashlib.sha256(place.read_bytes()).hexdigest() == digest
    except OSError:
        return False
