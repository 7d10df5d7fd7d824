"""The real command, in a process of its own."""

import asyncio
import contextlib
import json
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from bot.__main__ import app

ROOT = Path(__file__).parent.parent.parent
_URL = re.compile(r"http://127\.0\.0\.1:\d+")


@dataclass(frozen=True)
class Said:
    """What the command said, and how it ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> list[dict[str, Any]]:
        """Each line of its output, read."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True)
class Command:
    """``hoi-ocop`` in a folder of its own, with a database and, where they matter, *settings* of its own."""

    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict, kw_only=True)

    @property
    def program(self) -> tuple[str, ...]:
        """What is run."""
        return (sys.executable, "-m", "bot")

    @property
    def environment(self) -> dict[str, str]:
        """Only what it is told here: nothing of whoever runs the tests."""
        return {
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(ROOT),
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "HOI_OCOP_DATABASE_URL": f"sqlite:///{self.folder / 'catalogue.db'}",
            **self.settings,
        }

    def __call__(self, *words: str | Path, environment: Mapping[str, str] | None = None) -> Said:
        """Run it to its end."""
        done = subprocess.run(  # noqa: S603 - our own command
            [*self.program, *map(str, words)],
            cwd=self.folder,
            env=self.environment | dict(environment or {}),
            capture_output=True,
            timeout=60,
            check=False,
        )
        return Said(done.returncode, done.stdout.decode(), done.stderr.decode())

    def here(self, *words: str | Path, environment: Mapping[str, str] | None = None) -> Said:
        """Run it in this process, which spares its start: for what was tried in one of its own already."""
        told = self.environment | dict(environment or {})
        with contextlib.chdir(self.folder):
            done = CliRunner().invoke(app, [str(word) for word in words], env=told, catch_exceptions=False)
        return Said(done.exit_code, done.stdout, done.stderr)

    @asynccontextmanager
    async def serving(self, *words: str) -> AsyncIterator["Served"]:
        """Serve on a free port until left (by then politely told to stop)."""
        process = await asyncio.create_subprocess_exec(
            *self.program,
            *(words or ("serve", "--port", "0")),
            cwd=self.folder,
            env=self.environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        assert process.stdout is not None
        said = ""
        while not (found := _URL.search(said)):
            line = await process.stdout.readline()
            assert line, f"it stopped: {said}"
            said += line.decode()
        served = Served(process, found[0])
        try:
            yield served
        finally:
            await served.stop()


@dataclass(frozen=True)
class Served:
    """A serving process, and where it is."""

    process: asyncio.subprocess.Process
    url: str

    async def kill(self) -> None:
        """End it at once, as a power cut would."""
        self.process.kill()
        await self.process.wait()

    async def stop(self) -> int:
        """Tell it to stop, and wait; how it ended."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
            # Whatever else it says is read, so that it cannot be kept by a full pipe.
            await self.process.communicate()
        return self.process.returncode or 0
