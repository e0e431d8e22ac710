"""The real server as a process of its own, on a free loopback port."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from kotacerdas.instrument import DATA

ROOT = DATA.parent


def free_port() -> int:
    """A loopback port that the system gives."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_server(
    checkout: Path = ROOT,
    *,
    port: int | None = None,
    settings: Mapping[str, str] | None = None,
    log: Path | None = None,
) -> Iterator[str]:
    """A fresh server of a checkout that has served nobody yet; yields its address, ends the process it started.

    `settings` are environment variables on top of this process's own; what it prints goes into `log`.
    """
    port = port or free_port()
    process = start_server(checkout, port, settings, log)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def start_server(
    checkout: Path, port: int, settings: Mapping[str, str] | None = None, log: Path | None = None
) -> subprocess.Popen[bytes]:
    """Start a server and wait until it answers; the process, which the caller ends."""
    with (log or Path(os.devnull)).open("ab") as printed:
        process = subprocess.Popen(
            [sys.executable, "-m", "kotacerdas.ui.server", "--port", str(port)],
            cwd=checkout,
            env={**os.environ, "PYTHONPATH": str(checkout), **(settings or {})},
            stdout=printed,
            stderr=printed,
        )
    try:
        _await_health(f"http://127.0.0.1:{port}", process)
    except BaseException:
        process.kill()
        process.wait(10)
        raise
    return process


def _await_health(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=1):
                return
        except OSError:
            if process.poll() is not None:
                raise RuntimeError("the server ended before it answered") from None
            time.sleep(0.05)
    raise RuntimeError("the server did not answer in 30 seconds")
