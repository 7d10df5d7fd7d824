"""A list in CSV as an officer writes it."""

import csv
from datetime import date

import pytest

from catalog.list_io import open_sheet

TODAY = date(2026, 11, 25)
HEAD = ["TT", "Tên sản phẩm", "Chủ thể", "Điện thoại", "Hạng sao", "Số QĐ", "Ngày QĐ"]


@pytest.fixture
def read(tmp_path):
    def opened(*rows):
        path = tmp_path / "list.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        return open_sheet(path, today=TODAY)

    return opened
