"""The officers' page tells of the same columns as the template."""

from pathlib import Path

from catalog.list_io import HEADINGS

PAGE = Path(__file__).parents[3] / "docs" / "import.md"


def test_every_column_is_explained_on_the_page() -> None:
    told = PAGE.read_text(encoding="utf-8")
    assert [heading for heading in HEADINGS.values() if f"`{heading}`" not in told] == []
