"""A table whose writing ends early: the error is said once, and nothing is left open to raise later."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.cells.problems import Cell
from catalog.list_io.writing import write_table


def _rows(*, ends_early: bool) -> Iterator[list[Cell]]:
    yield ["Tên sản phẩm"]
    yield ["Nem Bùi"]
    if ends_early:
        raise LookupError("the database went away")


@pytest.mark.parametrize("name", ["list.xlsx", "list.csv"])
def test_a_folder_that_is_missing(tmp_path: Path, name: str) -> None:
    with pytest.raises(OSError, match="gone"):
        write_table(tmp_path / "gone" / name, _rows(ends_early=False))
    gc.collect()


@pytest.mark.parametrize("name", ["list.xlsx", "list.csv"])
def test_rows_that_end_early(tmp_path: Path, name: str) -> None:
    with pytest.raises(LookupError):
        write_table(tmp_path / name, _rows(ends_early=True))
    gc.collect()
