"""The bots under test, each in its own process, and what they use of the machine."""

import asyncio
import csv
import gzip
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.resources import as_file
from pathlib import Path

from bench.telegram import SECRET, TOKEN
from bot.commands.lists import SHIPPED
from catalog.list_io import open_sheet
from catalog.model import ProductRow
from catalog.store import open_store

ROOT = Path(__file__).parent.parent
AIOGRAM = ROOT / ".venv" / "aiogram" / "bin" / "python"
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A database file with products, and their names beside it as the peer wants them."""

    title: str
    file: Path
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bot:
    """A running bot. *port* takes its webhook at *path*."""

    process: subprocess.Popen[bytes]
    port: int
    path: str

    @property
    def cpu(self) -> float:
        """Seconds of processor time so far, its children's left out."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    @property
    def rss(self) -> float:
        """MiB resident now, of the process and of its children (our two readers of photos)."""
        family = [self.process.pid, *_children(self.process.pid)]
        return sum(_resident(each) for each in family) / 1024


def _children(pid: int) -> list[int]:
    found = [int(each) for task in Path(f"/proc/{pid}/task").glob("*/children") for each in task.read_text().split()]
    return [*found, *(below for each in found for below in _children(each))]


def _resident(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)


def peak_of(pid: int | str) -> float:
    """The most that the process ever had resident, in MiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0)


async def measure_idle(folder: Path) -> str:
    """What ``hoi-ocop serve`` holds with the shipped catalogue before anybody asks: with Telegram, and without."""
    catalogue, found = await shipped(folder), []
    for title, block in (("web chat only", {}), ("and Telegram", {"TELEGRAM__TOKEN": TOKEN})):
        settings = {f"HOI_OCOP_{name}": value for name, value in block.items()}
        settings |= {"HOI_OCOP_DATABASE_URL": f"sqlite:///{catalogue.file}", "HOI_OCOP_LOG_LEVEL": "error"}
        settings["HOI_OCOP_TELEGRAM__API_URL" if block else "HOI_OCOP_HOST"] = (
            "http://127.0.0.1:1" if block else "127.0.0.1"
        )
        command = [sys.executable, "-m", "bot", "serve", "--port", str(free_port())]
        async with running(command, settings, folder=folder) as process:
            await asyncio.sleep(8)
            children = len(_children(process.pid))
            found.append(f"{title} {_resident(process.pid) / 1024:.0f} MiB and {children} children")
    return f"serve, idle, the shipped catalogue: {', '.join(found)}"


def shipped_rows() -> list[ProductRow]:
    """The products that come with us."""
    with as_file(SHIPPED) as path:
        return [row for row in open_sheet(path) if isinstance(row, ProductRow)]


async def shipped(folder: Path) -> Catalogue:
    """A database with them."""
    return await _filled("shipped", shipped_rows(), folder)


async def large(folder: Path, data: Path) -> Catalogue:
    """The 20,000 measured products."""
    with gzip.open(data, "rt", encoding="utf-8") as file:
        rows = [
            ProductRow(
                name=row["name"],
                producer=row["producer"] or "?",
                id=row["id"],
                commune=row["place"],
                stars=int(row["star"]) if row["star"] else None,
            )
            for row in csv.DictReader(file)
        ]
    return await _filled("20k", rows, folder)


async def _filled(title: str, rows: list[ProductRow], folder: Path) -> Catalogue:
    file = folder / f"{title}.db"
    async with open_store(f"sqlite:///{file}", migrate=True) as store:
        await store.import_rows(rows, who="bench")
    names = tuple(dict.fromkeys(row.name for row in rows))
    file.with_suffix(".json").write_text(json.dumps(names), encoding="utf-8")
    return Catalogue(f"{title} ({len(names)} names)", file, names)


@asynccontextmanager
async def ours(catalogue: Catalogue, *, mode: str, api: int) -> AsyncIterator[Bot]:
    """``hoi-ocop serve`` over a copy of the catalogue, with an empty inbox."""
    database = catalogue.file.with_suffix(".serving.db")
    for left in database.parent.glob(f"{database.name}*"):
        left.unlink()
    database.write_bytes(catalogue.file.read_bytes())
    port = free_port()
    settings = settings_for(f"sqlite:///{database}", mode=mode, api=api)
    command = [*_through(), "-m", "bot", "serve", "--port", str(port)]
    async with running(command, settings, folder=database.parent) as process:
        yield Bot(process, port, "/telegram/webhook")


def settings_for(url: str, *, mode: str, api: int) -> dict[str, str]:
    """Our settings over the database at *url*, beside a Bot API on port *api* that sets no limits."""
    block = {
        "TOKEN": TOKEN,
        "MODE": mode,
        "WEBHOOK_SECRET": SECRET,
        "USERNAME": "bench_bot",
        "API_URL": f"http://127.0.0.1:{api}",
        "PER_SECOND": "10000",
        "CONNECTIONS": "256",
    }
    return {
        "HOI_OCOP_DATABASE_URL": url,
        "HOI_OCOP_PUBLIC_URL": "https://bench.example",
        "HOI_OCOP_ANSWERS_AT_ONCE": "256",
        "HOI_OCOP_LOG_LEVEL": "warning",
        **{f"HOI_OCOP_TELEGRAM__{name}": value for name, value in block.items()},
    }


@asynccontextmanager
async def aiogram(catalogue: Catalogue, *, mode: str, api: int) -> AsyncIterator[Bot]:
    """aiogram over the names of the catalogue, in memory."""
    port = free_port()
    script = ROOT / "bench" / "peers" / "aiogram_bot.py"
    names = catalogue.file.with_suffix(".json")
    command = [str(AIOGRAM), str(script), f"http://127.0.0.1:{api}", mode, str(port), str(names)]
    async with running(command, {}, folder=names.parent) as process:
        yield Bot(process, port, "/webhook")


def _through() -> list[str]:
    """The interpreter; a profiler may stand before it (BENCH_PROFILER="py-spy record -o out.svg --")."""
    return [*os.environ.get("BENCH_PROFILER", "").split(), sys.executable]  # noqa: TID251 - a bench reads its own


@asynccontextmanager
async def running(
    command: list[str], settings: Mapping[str, str], *, folder: Path
) -> AsyncIterator[subprocess.Popen[bytes]]:
    plain = {"PATH": os.defpath, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, env={**plain, **settings}, cwd=folder, stderr=subprocess.PIPE)  # noqa: ASYNC220 - returns at once
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            _, said = await asyncio.to_thread(process.communicate, timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            _, said = process.communicate()
        if process.returncode not in {0, -signal.SIGINT, 128 + signal.SIGINT}:
            print(*said.decode().splitlines()[-12:], sep="\n", file=sys.stderr)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
