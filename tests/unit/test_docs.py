"""The papers name files, commands and targets that are there."""

import re
from pathlib import Path

import pytest
import typer

from bot.__main__ import app

ROOT = Path(__file__).parent.parent.parent
PAPERS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / ".github" / "CONTRIBUTING.md"]
_PATH = re.compile(r"`((?:bot|handlers|catalog|tests|bench|deploy|docs)/[\w./-]*)`")
_NAME = re.compile(r"`([a-z_]+\.(?:py|toml))`")
_TARGET = re.compile(r"`make ([a-z-]+)|^make ([a-z-]+)", re.MULTILINE)
# Connections to PostgreSQL have names too that begin as commands do.
_COMMAND = re.compile(
    r"(?:`|^ *)(?:\.venv/bin/)?hoi-ocop ([a-z]+)\b(?: ([a-z-]+))?(?!`? in `pg_stat_activity)", re.MULTILINE
)
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.name)
def test_every_path_in_the_papers_is_there(paper: Path) -> None:
    text = paper.read_text("utf-8")
    missing = [path for path in _PATH.findall(text) if not (ROOT / path).exists()]
    missing += [link for link in _LINK.findall(text) if not (paper.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.name)
def test_every_file_command_and_target_in_the_papers_is_there(paper: Path) -> None:
    text = paper.read_text("utf-8")
    files = {
        path.name for room in ("bot", "handlers", "catalog", "tests", "bench") for path in (ROOT / room).rglob("*")
    }
    assert set(_NAME.findall(text)) <= files | {path.name for path in ROOT.iterdir()}
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {quoted or line for quoted, line in _TARGET.findall(text)} <= targets
    commands = typer.main.get_command(app).commands
    assert {name for name, _ in _COMMAND.findall(text)} <= commands.keys()
    groups = {name: set(each.commands) for name, each in commands.items() if hasattr(each, "commands")}
    named = [(name, sub) for name, sub in _COMMAND.findall(text) if sub and name in groups]
    assert all(sub in groups[name] for name, sub in named), named
