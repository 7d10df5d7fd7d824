"""Workbooks read in a process of their own, so that no file takes this one's memory or time."""

import json
import subprocess
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import catalog
from catalog.cells.problems import Cell
from catalog.errors import BadSheet

_ROOT = Path(catalog.__file__).resolve().parent.parent
_TOO_MUCH = (
    "Tệp này mở ra quá lớn nên không đọc được. Thường là có ô nằm rất xa (ví dụ cột XFD hay dòng 1048576): "
    "hãy chép riêng bảng sản phẩm sang một tệp mới rồi nhập lại."
)


def worksheets(path: Path) -> Generator[tuple[str, Iterator[list[Cell]]]]:
    """Give each visible worksheet's name and its rows, as `workbook.worksheets` does; BadSheet when that fails."""
    command = [sys.executable, "-m", "catalog.list_io.child", str(path.resolve())]
    with subprocess.Popen(  # noqa: S603 - our own module
        command,
        cwd=_ROOT,
        env={"PYTHONPATH": str(_ROOT), "PYTHONIOENCODING": "utf-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as child:
        try:
            yield from _sheets(map(json.loads, child.stdout or ()))
        finally:
            child.kill()


def _sheets(events: Iterator[Any]) -> Generator[tuple[str, Iterator[list[Cell]]]]:
    """Part *events* into sheets; what is left of a sheet is passed over before the next."""
    following: list[dict[str, Any]] = [next(events, {})]
    while "sheet" in following[-1]:
        rows = _rows(events, following)
        yield following[-1]["sheet"], rows
        for _ in rows:
            pass
    if "bad" in following[-1]:
        raise BadSheet(following[-1]["bad"])
    if "end" not in following[-1]:
        raise BadSheet(_TOO_MUCH)


def _rows(events: Iterator[Any], following: list[dict[str, Any]]) -> Iterator[list[Cell]]:
    for event in events:
        if "rows" not in event:
            following.append(event)
            return
        yield from event["rows"]
    following.append({})
