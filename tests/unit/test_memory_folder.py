"""Temporary files lie in memory only where there is room, and where nobody has chosen a place for them."""

import tempfile

import pytest

from tests.memory_folder import use_memory_folder


@pytest.fixture(autouse=True)
def _kept(monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", tempfile.gettempdir())


def test_a_folder_with_room_is_taken_here_and_by_processes_to_come(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", "")
    monkeypatch.delenv("TMPDIR")
    assert use_memory_folder(tmp_path, room=1)
    assert tempfile.gettempdir() == str(tmp_path)


def test_too_little_room_leaves_them_on_the_disk(tmp_path):
    before = tempfile.gettempdir()
    assert not use_memory_folder(tmp_path, room=1 << 60, environment={})
    assert tempfile.gettempdir() == before


def test_a_folder_that_is_not_there_is_not_taken(tmp_path):
    assert not use_memory_folder(tmp_path / "none", room=1, environment={})


def test_who_has_chosen_a_place_keeps_it(tmp_path):
    chosen = {"TMPDIR": "/somewhere"}
    assert not use_memory_folder(tmp_path, room=1, environment=chosen)
    assert chosen == {"TMPDIR": "/somewhere"}
