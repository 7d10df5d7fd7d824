"""JSON is read as Python's own reader does it, whatever is quicker; what cannot be read is refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram import transport

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_it_reads_what_others_spell(value: object) -> None:
    assert transport.parse_json(json.dumps(value).encode()) == value
    assert transport.parse_json(json.dumps(value, ensure_ascii=False).encode()) == value


@given(VALUES)
def test_others_read_what_it_spells(value: object) -> None:
    assert json.loads(transport.dump_json(value)) == value


def test_a_lone_surrogate_is_read() -> None:
    assert transport.parse_json(rb'{"text":"\ud83d"}') == {"text": "\ud83d"}


def test_a_number_of_many_digits_stays_whole() -> None:
    assert transport.parse_json(b"[12345678901234567890123]") == [12345678901234567890123]


@pytest.mark.parametrize("body", [b"", b"{", b"{}{}", b"\xff", b'{"a":1,}', b"nul"])
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        transport.parse_json(body)


def test_nesting_without_end_is_refused() -> None:
    with pytest.raises((ValueError, RecursionError)):
        transport.parse_json(b"[" * 200_000 + b"]" * 200_000)
