"""A private PostgreSQL for the tests, from the programs of Debian's package; no cluster of the system is touched.

All processes of a test run share one server. A keeper in a process of its own starts it, and stops it once none of
them lives: each holds a lock on a file, which the kernel releases however the process ends.
"""

import asyncio
import fcntl
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql

from catalog.errors import StoreError
from catalog.store import open_store

MISSING = "PostgreSQL is not installed here (Debian: apt-get install postgresql)"
PORT = 5432
# Nothing here has to outlive a power cut.
_FAST = ("fsync=off", "full_page_writes=off", "max_connections=200", "shared_buffers=64MB")
# Vietnamese order of words, which is not the order of their bytes: what relies on that shall fail here.
_WITH_LANGUAGES = 15
_WITH_STRATEGIES = 15_00_00
_VIETNAMESE = ("--locale-provider=icu", "--icu-locale=vi-VN")


def programs() -> Path | None:
    """The folder with the programs of the newest PostgreSQL on this machine."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if found:
        return max(found, key=lambda folder: float(folder.parent.name))
    elsewhere = shutil.which("initdb")
    return Path(elsewhere).resolve().parent if elsewhere else None


class Cluster:
    """A PostgreSQL with all its files in *folder*, reached by a socket in it, or by *tcp* on a free port.

    Only one that *keeps_commits* still has what was committed just before it is stopped at once.
    """

    def __init__(self, folder: Path, *, tcp: bool = False, keeps_commits: bool = False) -> None:
        self.folder = folder
        self._settings = (*_FAST, f"synchronous_commit={'on' if keeps_commits else 'off'}")
        self._host, self._port = ("127.0.0.1", _free_port()) if tcp else (str(folder), PORT)
        # It refuses to run as root.
        self._user = "nobody" if os.geteuid() == 0 else None

    def url(self, name: str = "postgres") -> str:
        """The URL of one of its databases."""
        return f"postgresql://tester@/{name}?host={self._host}&port={self._port}"

    def start(self) -> None:
        """Make it and start it; it takes connections when this returns."""
        if self._user:
            who = pwd.getpwnam(self._user)
            os.chown(self.folder, who.pw_uid, who.pw_gid)
        language = _VIETNAMESE if _version() >= _WITH_LANGUAGES else ()
        self._run("initdb", "-A", "trust", "-U", "tester", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8", *language)
        listen = "" if self._host.startswith("/") else self._host
        settings = "".join(f" -c {each}" for each in (f"listen_addresses={listen}", *self._settings))
        self._run("pg_ctl", *self._log, "-o", f"-p {self._port} -k {self.folder}{settings}", "start")

    def restart(self) -> None:
        """Stop it as a power cut would, and start it again."""
        self._run("pg_ctl", *self._log, "-m", "immediate", "restart")

    def stop(self) -> None:
        """Stop it, if it runs."""
        if (self.folder / "data" / "postmaster.pid").exists():
            self._run("pg_ctl", "-m", "immediate", "stop")

    @property
    def _log(self) -> tuple[str, str]:
        return "-l", str(self.folder / "log")

    def _run(self, program: str, *words: str) -> None:
        folder = programs()
        assert folder is not None, MISSING
        subprocess.run(  # noqa: S603 - PostgreSQL's own programs
            [str(folder / program), "-D", str(self.folder / "data"), *words],
            user=self._user,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            check=True,
        )


@contextmanager
def private_cluster() -> Iterator[Cluster]:
    """A PostgreSQL that may be restarted, until left: nobody else uses it."""
    with tempfile.TemporaryDirectory(prefix="hoi-ocop-pg-", ignore_cleanup_errors=True) as folder:
        cluster = Cluster(Path(folder), tcp=True, keeps_commits=True)
        try:
            cluster.start()
            yield cluster
        finally:
            cluster.stop()


async def reachable(cluster: Cluster) -> None:
    """Wait until *cluster* takes connections again."""
    async with asyncio.timeout(20), open_store(cluster.url()) as store:
        while True:
            with suppress(StoreError):
                return await store.ping()
            await asyncio.sleep(0.05)


class Databases:
    """Makes databases in a running *cluster*, and drops them; *folder* is that of the test run."""

    def __init__(self, cluster: Cluster, folder: Path) -> None:
        self._cluster = cluster
        self._folder = folder
        self._made = 0
        self._connection = psycopg.connect(cluster.url(), autocommit=True)

    @contextmanager
    def lend(self, *, template: str = "template1") -> Iterator[str]:
        """A database like *template* until left; its URL."""
        self._made += 1
        name = f"test_{os.getpid()}_{self._made}"
        yield self.make(name, template=template)
        self._run("DROP DATABASE {} WITH (FORCE)", name)

    def make(self, name: str, *, template: str = "template1") -> str:
        """Make a database that stays; its URL."""
        # Copying files costs half of what writing the copy to the log does, which is the usual way since version 15.
        copied = self._connection.info.server_version >= _WITH_STRATEGIES
        self._run("CREATE DATABASE {} TEMPLATE {}" + (" STRATEGY file_copy" if copied else ""), name, template)
        return self._cluster.url(name)

    def make_once(self, name: str, fill: Callable[[str], None]) -> str:
        """Make a database that *fill* fills, given its URL, unless another process has; its name."""
        with _locked(self._folder / f"making-{name}", fcntl.LOCK_EX):
            if not self._connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                fill(self.make(f"{name}_unfilled"))
                self._run("ALTER DATABASE {} RENAME TO {}", f"{name}_unfilled", name)
        return name

    def close(self) -> None:
        self._connection.close()

    def _run(self, words: LiteralString, *names: str) -> None:
        self._connection.execute(sql.SQL(words).format(*map(sql.Identifier, names)))


@contextmanager
def shared_databases(folder: Path) -> Iterator[Databases]:
    """The databases on the server that every process with this *folder* shares; whoever comes first starts it."""
    with _locked(folder / "users", fcntl.LOCK_SH):
        address = folder / "address"
        with _locked(folder / "starting", fcntl.LOCK_EX):
            if not address.exists():
                _start_keeper(folder)
        with closing(Databases(Cluster(Path(address.read_text("utf-8"))), folder)) as databases:
            yield databases


def _start_keeper(folder: Path) -> None:
    """Start a keeper; the server is there when this returns."""
    keeper = subprocess.Popen(  # noqa: S603 - this very module
        [sys.executable, "-m", "tests.postgresql", str(folder)],
        cwd=Path(__file__).parent.parent,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        # An interrupt from the keyboard is not meant for it.
        start_new_session=True,
    )
    assert keeper.stdout is not None
    with keeper.stdout:
        assert keeper.stdout.readline(), "the private PostgreSQL did not start"
    # Not waited for: it outlives us.
    keeper.returncode = 0


def keep(folder: Path) -> None:
    """Run a server for the processes that share *folder*, until the last of them has ended."""
    address = folder / "address"
    with tempfile.TemporaryDirectory(prefix="hoi-ocop-pg-", ignore_cleanup_errors=True) as files:
        cluster = Cluster(Path(files))
        try:
            cluster.start()
            address.write_text(files, "utf-8")
            print("started", flush=True)  # noqa: T201 - for whoever started us
            with _locked(folder / "users", fcntl.LOCK_EX):
                # Whoever comes now waits for the lock, and starts another.
                address.unlink(missing_ok=True)
                cluster.stop()
        finally:
            cluster.stop()


@contextmanager
def _locked(path: Path, how: int) -> Iterator[None]:
    """Hold a lock on the file at *path*, waiting for it; children do not inherit it."""
    with path.open("a+") as file:
        fcntl.lockf(file, how)
        yield


def _version() -> float:
    folder = programs()
    try:
        return float(folder.parent.name) if folder else 0
    except ValueError:
        return 0


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
