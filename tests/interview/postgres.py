"""A private PostgreSQL for the tests: own folder, own user, loopback only, gone with the process that started it."""

from __future__ import annotations

import ctypes
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy import URL

from tests.absent import POSTGRES as ABSENT

NEED = "KOTACERDAS_NEED_POSTGRES"


def programs() -> Path | None:
    """The newest installed PostgreSQL, as Debian keeps it or on the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def _owner() -> tuple[int, int] | None:
    """The user the server runs as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            user = pwd.getpwnam(name)
            return user.pw_uid, user.pw_gid
    raise RuntimeError("no user to run PostgreSQL as")


def _as_owner(owner: tuple[int, int] | None, *, dies_with_us: bool = False) -> Callable[[], None]:
    libc = ctypes.CDLL(None)

    def before_start() -> None:
        os.setsid()
        if owner is not None:
            os.setgroups([])
            os.setgid(owner[1])
            os.setuid(owner[0])
        if dies_with_us:  # after the change of user, which clears it
            libc.prctl(1, signal.SIGQUIT)

    return before_start


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Cluster:
    """A running server. `url(database)` is an address for `open_store`. Without `durable` it leaves it to the operating
    system when a commit reaches the disk, which a process that is killed does not notice."""

    folder: Path
    bin: Path
    port: int
    password: str
    durable: bool = True
    process: subprocess.Popen[bytes] | None = None

    def url(self, database: str) -> str:
        address = URL.create("postgresql", "tester", self.password, "127.0.0.1", self.port, database)
        return address.render_as_string(hide_password=False)

    def admin(self, *statements: str, database: str = "postgres") -> None:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[arg-type]

    def create(self, database: str, template: str = "template1") -> str:
        """A fresh database, in place of one of that name; its address."""
        self.admin(
            f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)', f'CREATE DATABASE "{database}" TEMPLATE "{template}"'
        )
        return self.url(database)

    def start(self) -> None:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "120",
            "shared_buffers": "32MB",
            "fsync": "on" if self.durable else "off",
            "logging_collector": "off",
            "log_min_messages": "fatal",
        }
        with (self.folder.parent / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    str(self.bin / "postgres"),
                    "-D",
                    str(self.folder),
                    *[f"-c{name}={value}" for name, value in settings.items()],
                ],
                stdout=log,
                stderr=log,
                cwd="/",
                preexec_fn=_as_owner(_owner(), dies_with_us=True),
            )
        until = time.monotonic() + 60
        while True:
            try:
                self.admin("SELECT 1")
                return
            except psycopg.OperationalError:
                if self.process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError((self.folder.parent / "log").read_text()) from None
                time.sleep(0.1)

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """Stop at once: what was committed is there at the next start, and only that. SIGINT: in good order."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(30)
            self.process = None


def _sweep() -> None:
    """Take away what test runs left that were killed a day ago or longer; their servers died with them."""
    for old in (*Path("/tmp").glob("kotacerdas-pg-*"), *Path("/dev/shm").glob("kotacerdas-test-*")):
        with suppress(OSError):
            if time.time() - old.stat().st_mtime > 86_400:
                shutil.rmtree(old, ignore_errors=True)


SECRET = "password"
"""The file beside a kept cluster with its password."""


@contextmanager
def cluster(kept: Path | None = None, *, durable: bool = True) -> Iterator[Cluster]:
    """A new server for the time of the block, empty or a copy of the folder that `keep` made. RuntimeError where
    PostgreSQL is not installed."""
    bin_folder = programs()
    if bin_folder is None:
        raise RuntimeError(ABSENT)
    owner = _owner()
    _sweep()
    base = Path(tempfile.mkdtemp(prefix="kotacerdas-pg-", dir="/tmp"))  # short: every user can reach it
    try:
        if owner is not None:
            os.chown(base, *owner)
        folder = base / "data"
        if kept is None:
            password = _initialised(folder, bin_folder, owner)
        else:
            password = (kept / SECRET).read_text()
            subprocess.run(["cp", "-a", str(kept / "data"), str(folder)], check=True)
        server = Cluster(folder, bin_folder, _free_port(), password, durable)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(base, ignore_errors=True)


def _initialised(folder: Path, bin_folder: Path, owner: tuple[int, int] | None) -> str:
    """A new, empty cluster in a folder; its password."""
    password = secrets.token_hex(16)
    secret = folder.parent / "secret"
    secret.write_text(password)
    if owner is not None:
        os.chown(secret, *owner)
    subprocess.run(
        [
            str(bin_folder / "initdb"),
            *["-D", str(folder), "-U", "tester", "-A", "scram-sha-256", "--pwfile", str(secret)],
            *["-E", "UTF8", "--locale", "C", "--no-sync", "--no-instructions"],
        ],
        check=True,
        capture_output=True,
        cwd="/",
        preexec_fn=_as_owner(owner),
    )
    secret.unlink()
    return password


def keep(server: Cluster, place: Path) -> None:
    """Stop a server and keep its databases in the folder `place`, for `cluster(place)`."""
    server.stop(signal.SIGINT)
    place.mkdir(mode=0o700)
    subprocess.run(["cp", "-a", str(server.folder), str(place / "data")], check=True)
    (place / SECRET).write_text(server.password)
