"""Published data packages and which of them is current.

An interview round that is published, and results that are imported, make a new complete data folder: the official
figures of `data/` with the new rows. Its folder is named by the digest of its content and never changes; the file
`current` beside it names the one the public pages read. Without that file they read `data/`.

The pointer is one small file, replaced in one step, so that reading it on every run of a page costs next to nothing.
Nothing here knows the interview store (`kotacerdas.interview.publication` writes the folders and keeps the audit).
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from kotacerdas.problem import Problem

ROOT = Path(__file__).resolve().parent.parent
POINTER = "current"
FOLDER = "packages"
TRYOUT = "tryout-packages"
"""The packages of a try-out: never among those of the real store."""

_NAME = re.compile(r"[0-9a-f]{64}")
_PARTIAL = re.compile(r"\.new-(\d+)-[0-9a-f]+")


def folder(environment: Mapping[str, str], *, tryout: bool = False) -> Path:
    """Where the published packages lie: under `KOTACERDAS_HOME`, by default the folder `var` beside `app.py`."""
    home = Path(environment.get("KOTACERDAS_HOME") or ROOT / "var").expanduser()
    return home / (TRYOUT if tryout else FOLDER)


def current_name(packages: Path) -> str | None:
    """The name of the current package; None where nothing has been published.

    Raises `Problem` where the pointer cannot be read or names no package.
    """
    try:
        name = (packages / POINTER).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise Problem("package_pointer", file=str(packages / POINTER)) from error
    if not _NAME.fullmatch(name):
        raise Problem("package_pointer", file=str(packages / POINTER))
    return name


def current(packages: Path) -> Path | None:
    """The data folder of the current package; None where nothing has been published.

    Raises `Problem` where the pointer cannot be read, or names a package that is not there: the official data in its
    place would be a silent step back.
    """
    name = current_name(packages)
    if name is None:
        return None
    if not (packages / name / "datapackage.json").is_file():
        raise Problem("package_gone", name=name[:12], file=str(packages / POINTER))
    return packages / name


def point(packages: Path, name: str) -> None:
    """Make a package the current one, in one step that survives a power cut. Raises `Problem` without that package."""
    if not _NAME.fullmatch(name) or not (packages / name / "datapackage.json").is_file():
        raise Problem("package_gone", name=name[:12], file=str(packages / POINTER))
    partial = packages / f".new-{os.getpid()}-{secrets.token_hex(4)}"
    with partial.open("w", encoding="ascii") as file:
        file.write(name + "\n")
        file.flush()
        os.fsync(file.fileno())
    partial.replace(packages / POINTER)
    sync(packages)


@contextmanager
def building(packages: Path) -> Iterator[Path]:
    """A place for a folder that is not finished: removed again unless `keep` has taken it."""
    packages.mkdir(parents=True, exist_ok=True)
    partial = packages / f".new-{os.getpid()}-{secrets.token_hex(4)}"
    try:
        yield partial
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def keep(partial: Path, packages: Path, name: str) -> Path:
    """Give a finished folder its name, in one step. A package of that name has the same content and stays.

    A package that lost its list of files (a copy cut short) is set aside for the whole one.
    """
    target = packages / name
    sync_all(partial)
    if target.exists() and not (target / "datapackage.json").is_file():
        target.rename(packages / f"damaged-{name[:12]}-{secrets.token_hex(4)}")
    if not target.exists():
        partial.rename(target)
        sync(packages)
    return target


def sweep(packages: Path) -> int:
    """Remove what killed processes left half-done; returns how many. What a living process is writing stays."""
    swept = 0
    for path in packages.glob(".new-*") if packages.is_dir() else ():
        made = _PARTIAL.fullmatch(path.name)
        if made is None or _alive(int(made[1])):
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
        swept += 1
    return swept


def sync_all(folder: Path) -> None:
    """Bring a folder with everything in it to the disk."""
    for path in [*folder.rglob("*"), folder]:
        sync(path)


def sync(path: Path) -> None:
    """Bring a file, or the names in a folder, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _alive(process: int) -> bool:
    if process == os.getpid():
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
