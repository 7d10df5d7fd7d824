"""An index kept in a file is the same again, or nothing at all."""

import os
import shutil
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.search import Entry, Index, index_file
from catalog.search.index_file import derivation, digest_of_sources, read_index_file, write_index_file
from tests.unit.search.conftest import ENTRIES
from tests.unit.search.test_change import answers

SMALL = Index.build(ENTRIES[:3]).columns


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "hoi-ocop.db.index"
    write_index_file(path, SMALL, state="seven")
    return path


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    path = tmp_path_factory.mktemp("kept") / "index"
    write_index_file(path, SMALL, state="seven")
    return path, path.read_bytes()


@pytest.mark.parametrize("entries", [ENTRIES, [], [Entry("\ud800", "Bùi\ud800", places=("a", "b"))]])
def test_what_is_kept_answers_the_same(tmp_path: Path, entries: list[Entry]):
    index = Index.build(entries)
    write_index_file(tmp_path / "index", index.columns, state="one")
    found = read_index_file(tmp_path / "index")
    assert found is not None
    assert found.state == "one"
    again = Index.of_columns(found.columns)
    assert answers(again) == answers(index)
    changed = [Entry("new", "Tương bần Mỹ Hào")]
    assert answers(again.change(changed)) == answers(index.change(changed))


def test_it_is_ours_alone_and_nothing_is_left_beside_it(file: Path):
    write_index_file(file, SMALL, state="eight")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert read_index_file(file).state == "eight"


def test_what_a_killed_process_left_is_removed_once_it_is_old(file: Path):
    old, fresh = (file.with_name(f".{file.name}.{name}") for name in ("0badcafe", "cafebabe"))
    old.write_bytes(b"half")
    fresh.write_bytes(b"half")
    os.utime(old, (1.0, 1.0))
    write_index_file(file, SMALL, state="later")
    assert (old.exists(), fresh.exists()) == (False, True)


def test_where_nothing_is_kept_nothing_is_found(tmp_path: Path):
    assert read_index_file(tmp_path / "none") is None


@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_flipped_bit_is_seen(whole: tuple[Path, bytes], place: float, bit: int):
    path, content = whole
    torn = bytearray(content)
    torn[int(place * len(content))] ^= 1 << bit
    path.write_bytes(torn)
    assert read_index_file(path) is None


@given(share=st.floats(0, 1, exclude_max=True), more=st.binary(max_size=3))
def test_a_torn_file_is_seen(whole: tuple[Path, bytes], share: float, more: bytes):
    path, content = whole
    path.write_bytes(content[: int(share * len(content))] + more)
    assert read_index_file(path) is None


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\x00" * 100, b"HOI-OCOP index\r\n", os.urandom(500)])
def test_what_is_no_index_is_seen(file: Path, content: bytes):
    file.write_bytes(content)
    assert read_index_file(file) is None


def test_an_index_of_another_version_is_built_anew(file: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(index_file, "LAYOUT", index_file.LAYOUT + 1)
    assert read_index_file(file) is None


def test_an_index_of_other_words_or_places_is_built_anew(file: Path, monkeypatch: pytest.MonkeyPatch):
    """Nobody has to think of LAYOUT for that."""
    monkeypatch.setattr(index_file, "derivation", lambda: "another program's")
    assert read_index_file(file) is None


def test_whatever_an_index_is_derived_from_tells_it_apart(tmp_path: Path):
    ours = Path(index_file.__file__).parents[1]
    copy = tmp_path / "catalog"
    shutil.copytree(ours, copy, ignore=shutil.ignore_patterns("__pycache__", "fonts"))
    assert digest_of_sources(copy) == digest_of_sources(ours) == derivation()
    known = {derivation()}
    for name in ("entries.py", "places.py", "search/chitchat.py", "cells/seasons.py", "data/communes.csv"):
        with (copy / name).open("a", encoding="utf-8") as file:
            file.write("\n")
        known.add(digest_of_sources(copy))
    assert len(known) == 6
    (copy / "data" / "products.csv").unlink()
    assert digest_of_sources(copy) in known


@pytest.mark.parametrize("mode", [0o620, 0o602])
def test_what_others_can_change_is_not_believed(file: Path, mode: int, caplog: pytest.LogCaptureFixture):
    file.chmod(mode)
    assert read_index_file(file) is None
    assert "can be changed by others" in caplog.text


def test_links_and_pipes_are_not_followed(file: Path):
    link, pipe = file.with_name("link"), file.with_name("pipe")
    link.symlink_to(file)
    os.mkfifo(pipe)
    assert (read_index_file(link), read_index_file(pipe), read_index_file(file.parent)) == (None, None, None)
    write_index_file(link, SMALL, state="nine")
    assert not link.is_symlink()
    assert read_index_file(file).state == "seven"


def test_a_place_that_is_full_leaves_what_was_there(file: Path, monkeypatch: pytest.MonkeyPatch):
    def full(_number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_index_file(file, SMALL, state="ten")
    assert read_index_file(file).state == "seven"
    assert [path.name for path in file.parent.iterdir()] == [file.name]
