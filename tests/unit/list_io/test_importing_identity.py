"""Ids made from name and producer."""

import re

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from catalog.list_io import made_id
from catalog.text import fold


def test_an_id_can_be_read_and_never_changes():
    assert made_id("Nem bùi", "HTX Ninh Xá") == "nem-bui-wshtms3cba"
    assert made_id("NEM BUI", "htx  ninh xá") == "nem-bui-wshtms3cba"


def test_another_producer_has_another_id():
    assert made_id("Nem bùi", "HTX A") != made_id("Nem bùi", "HTX B")
    assert made_id("Nem", "bùi HTX") != made_id("Nem bùi", "HTX")


def test_a_name_without_letters_has_an_id_too():
    assert made_id("🍋", "HTX").startswith("sp-")


@settings(deadline=None)
@given(st.text(), st.text())
def test_an_id_has_at_most_forty_plain_letters(name, producer):
    assert re.fullmatch(r"[a-z0-9-]{1,40}", made_id(name, producer))


@settings(deadline=None)
@given(st.text(), st.text(), st.text(), st.text())
def test_ids_differ_where_folded_pairs_differ(name, producer, other_name, other_producer):
    assume((fold(name), fold(producer)) != (fold(other_name), fold(other_producer)))
    assert made_id(name, producer) != made_id(other_name, other_producer)
