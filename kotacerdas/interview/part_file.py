"""A file that is there whole or not at all: written beside its place, made durable, then put there in one step."""

from __future__ import annotations

import errno
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from kotacerdas.problem import Problem

_MARK = ".part-"
STALE = 3_600.0
"""Seconds without a write after which an unfinished file belongs to nobody any more."""


@contextmanager
def part_file(place: Path) -> Iterator[BinaryIO]:
    """A file to write to, readable by its owner alone, that takes `place` when the block ends without an error.

    Raises `Problem` where the disk is full or may not be written to; nothing is left behind then.
    """
    part = place.with_name(f".{place.name[:80]}{_MARK}{secrets.token_hex(6)}")
    try:
        with _explained(place):
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
            with os.fdopen(handle, "w+b") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.replace(place)
            sync_folder(place.parent)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


def sweep_parts(folder: Path, older: float = STALE) -> int:
    """Remove what killed writers left in a folder; returns how many. Files still being written to stay."""
    removed = 0
    with suppress(OSError):
        for path in folder.iterdir():
            with suppress(OSError):
                if path.name.startswith(".") and _MARK in path.name and time.time() - path.stat().st_mtime >= older:
                    path.unlink()
                    removed += 1
    return removed


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable (no such thing on Windows, where a folder cannot be opened)."""
    with suppress(PermissionError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _explained(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise disk_problem(error, place) from error


def disk_problem(error: OSError, place: Path) -> Problem:
    """What a failing disk means in one sentence."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return Problem("disk_full", file=place.name)
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return Problem("disk_read_only", file=place.name, folder=str(place.parent))
    return Problem("disk_fault", file=place.name, what=os.strerror(error.errno) if error.errno else str(error))
