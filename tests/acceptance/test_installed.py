"""The program as its wheel installs it, in an environment of its own: what the images of the Dockerfile hold."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from PIL import Image

from tests import labels
from tests.acceptance.command import ROOT, Command

DOCKERFILE = (ROOT / "Dockerfile").read_text()
IMAGE_ROOT = "/opt/hoi-ocop"
# Mebibytes: what an image may hold, and what Debian's slim image with Python and libzbar takes of it.
LIMIT, DEBIAN = 650, 126
LABEL = labels.drawn(("NEM BÙI THƯỢNG HẢI",))


@dataclass(frozen=True)
class Installed(Command):
    """``hoi-ocop`` from the environment *root*, which knows nothing of this checkout."""

    root: Path

    @property
    def program(self) -> tuple[str, ...]:
        return (str(self.root / "bin" / "hoi-ocop"),)

    @property
    def environment(self) -> dict[str, str]:
        return {name: value for name, value in super().environment.items() if name != "PYTHONPATH"}


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Installed]:
    """The command in an empty folder, over an environment that is yet to be built."""
    (tmp_path / "empty").mkdir()
    yield Installed(tmp_path / "empty", root=tmp_path / "root")
    # pytest keeps the folders of three runs, and this is some hundred megabytes of each.
    shutil.rmtree(tmp_path / "root")


@pytest.fixture
def context(tmp_path: Path) -> Path:
    """What the Dockerfile copies: the files that .dockerignore lets through."""
    context = tmp_path / "context"
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        if line.startswith("!"):
            source, target = ROOT / line[1:], context / line[1:]
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, target)
    return context


def python() -> str:
    """The system's, as in the images, where it is new enough."""
    system = Path("/usr/bin/python3")
    is_new = "import sys; sys.exit(sys.version_info < (3, 11))"
    if system.exists() and subprocess.run([system, "-c", is_new], check=False).returncode == 0:  # noqa: S603 - as above
        return str(system)
    return sys.executable


def build(target: str, root: Path, *, context: Path) -> None:
    """Run the step of the Dockerfile's stage build-*target* in *context*, with *root* for the image's."""
    stage = DOCKERFILE.split(f" AS build-{target}\n")[1].split("\nFROM ")[0]
    (step,) = re.findall(r"^RUN (deploy/.*)$", stage, re.MULTILINE)
    pythons = {"PYTHON": python(), "PIP_PYTHON": sys.executable}
    environment = os.environ | pythons  # noqa: TID251 - pip finds its index in the environment
    subprocess.run(step.replace(IMAGE_ROOT, str(root)).split(), cwd=context, env=environment, check=True)  # noqa: S603 - our own script


def files(root: Path) -> dict[Path, os.stat_result]:
    return {path: path.lstat() for path in root.rglob("*") if not path.is_dir()}


async def answer_in_web_chat(url: str, text: str) -> str:
    """Say *text* and wait for the answer, as it came."""
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{url}/chat/ws", origin=url) as socket:
        await socket.send_json({"type": "hello", "token": "an-" + "t" * 30, "after": 0, "language": "vi"})
        await socket.send_json({"type": "say", "id": "an-00000001", "text": text})
        async with asyncio.timeout(30):
            async for message in socket:
                if message.json()["type"] == "answer":
                    return str(message.data)
    raise AssertionError("it hung up")


def scanned(installed: Installed, image: Image.Image) -> str:
    """What somebody is told who sends *image* to the demo's catalogue."""
    image.save(installed.folder / "photo.png")
    return installed("scan", "photo.png", environment={"HOI_OCOP_DATABASE_URL": "sqlite:///demo/hoi-ocop.db"}).out


@pytest.mark.timeout(400)
async def test_the_images_hold_the_wheel_and_what_it_needs(installed: Installed, context: Path) -> None:
    """Slim first: the demo answers, ``check`` and whoever sends a photo are told that words are not read.

    Then full, which reads them. No container engine is needed: the steps are those of the Dockerfile.
    """
    await asyncio.to_thread(build, "slim", installed.root, context=context)
    async with installed.serving("demo", "--port", "0") as served:
        assert "Mỳ gạo Lục Ngạn" in await answer_in_web_chat(served.url, "my gao luc ngan")
        assert is_healthy(installed, served.url)
    assert served.process.returncode == 0
    assert not is_healthy(installed, served.url)
    (words,) = [line for line in installed("check", "--json").json if line["what"] == "words on labels"]
    assert words["state"] == "off"
    assert "hoi-ocop[words]" in words["mend"]
    assert "Ở đây tôi không đọc được chữ trên nhãn: bạn hãy gõ tên sản phẩm." in scanned(installed, LABEL)

    await asyncio.to_thread(build, "full", installed.root, context=context)
    built = files(installed.root)
    assert len(list(installed.root.glob("lib/*/site-packages/opencv*.dist-info"))) == 1, (
        "two would overwrite each other"
    )
    assert "Nem Bùi Thượng Hải" in scanned(installed, LABEL)
    assert files(installed.root).keys() == built.keys(), "an image is read-only"
    mebibytes = sum(each.st_size for each in built.values()) / 2**20
    assert mebibytes <= LIMIT - DEBIAN


def is_healthy(installed: Installed, url: str) -> bool:
    """Run the image's HEALTHCHECK against *url*."""
    (check,) = re.findall(r"^HEALTHCHECK .*\n +CMD (.*)$", DOCKERFILE, re.MULTILINE)
    program, *rest = json.loads(check)
    words = [installed.root / "bin" / program, *rest]
    port = {"HOI_OCOP_PORT": url.rpartition(":")[2]}
    return subprocess.run(words, env=port, check=False, capture_output=True).returncode == 0  # noqa: S603 - our own words
