"""The officers' page and the template tell of the same columns."""

from pathlib import Path

from catalog.list_io import HEADINGS
from catalog.list_io.guide import GUIDE

PAGE = Path(__file__).parents[3] / "docs" / "import.md"


def test_every_column_is_explained_on_the_page_and_in_the_template():
    told = PAGE.read_text(encoding="utf-8")
    assert [heading for heading in HEADINGS.values() if f"`{heading}`" not in told] == []
    assert list(GUIDE) == list(HEADINGS)
