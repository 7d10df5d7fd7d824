"""The chain of the audit: whatever is changed, moved or taken out is seen, and where."""

from dataclasses import replace

import pytest

from catalog.audit import HOUSE, AuditRow, Break, Deed, Doer, first_break, next_row

LAN = Doer(3, "commune")


def chain(length: int = 5) -> list[AuditRow]:
    rows: list[AuditRow] = []
    for number in range(length):
        entry = LAN.did(Deed.LINK_MADE, f"officer {number}", before={"tên": "Lan"}, reason="vì thế")
        rows.append(next_row(entry, at=1.5 + number, last=rows[-1] if rows else None))
    return rows


def test_a_chain_as_it_was_made_is_whole() -> None:
    assert [row.number for row in chain()] == [1, 2, 3, 4, 5]
    assert first_break(chain()) is None
    assert first_break([]) is None
    assert first_break(chain()[3:], after=chain()[2]) is None


@pytest.mark.parametrize("field", ["officer", "level", "deed", "subject", "before", "after", "reason"])
def test_any_field_that_was_changed_is_seen(field: str) -> None:
    rows = chain()
    rows[2] = replace(rows[2], entry=replace(rows[2].entry, **{field: 9 if field == "officer" else "khác"}))
    assert first_break(rows) == Break(3, "changed")
    rows[2] = replace(rows[2], hash=rows[2].computed())
    assert first_break(rows) == Break(4, "unchained"), "whoever makes its hash anew breaks the next"


def test_a_row_that_is_missing_or_was_moved_in_time_is_seen() -> None:
    rows = chain()
    assert first_break([*rows[:2], *rows[3:]]) == Break(3, "missing")
    assert first_break(rows[1:]) == Break(1, "missing")
    rows[0] = replace(rows[0], at=9.0)
    assert first_break(rows) == Break(1, "changed")


def test_an_entry_tells_who_and_fields_in_order() -> None:
    entry = Doer().did(Deed.GRANT_GIVEN, "officer 1", after={"b": "Bắc", "a": 1})
    assert (entry.officer, entry.level, entry.before, entry.after) == (HOUSE, "house", "", '{"a": 1, "b": "Bắc"}')
