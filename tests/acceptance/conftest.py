"""The command in a folder of its own, and with the shipped catalogue."""

import shutil
from pathlib import Path

import pytest

from tests.acceptance.command import Command


@pytest.fixture
def command(tmp_path: Path, empty_file: Path) -> Command:
    """The command beside an empty, migrated database."""
    shutil.copy(empty_file, tmp_path / "catalogue.db")
    return Command(tmp_path)


@pytest.fixture
def stocked(tmp_path: Path, shipped_file: Path) -> Command:
    """The command beside the shipped catalogue."""
    shutil.copy(shipped_file, tmp_path / "catalogue.db")
    return Command(tmp_path)
