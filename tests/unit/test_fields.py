"""Each field says all of itself in its one entry, and what it says goes from the list to the card and back."""

from dataclasses import fields as parts_of
from dataclasses import replace
from datetime import date

import pytest

from catalog.cells.problems import CellRefused
from catalog.dates import PartialDate
from catalog.field import Field, Home, Kept
from catalog.fields import BY_NAME, CORRECTABLE, FIELDS, HEADINGS, fields_of, make_row, words_over
from catalog.model import Certificate, Producer, Product, ProductRow

TODAY = date(2026, 6, 24)


def test_a_field_that_lacks_a_part_is_an_error_at_once():
    parts = {part.name: getattr(FIELDS[0], part.name) for part in parts_of(Field)}
    for part in ("heading", "synonyms", "how", "example", "read", "write", "home", "kept", "card", "correction"):
        with pytest.raises(TypeError, match=part):
            Field(**{name: value for name, value in parts.items() if name != part})


def test_a_heading_over_two_fields_is_an_error_at_once():
    with pytest.raises(ValueError, match="chu the"):
        words_over((*FIELDS, replace(BY_NAME["website"], name="other", heading="Khác", synonyms="chu the")))
    with pytest.raises(ValueError, match="Giá"):
        words_over((replace(BY_NAME["website"], synonyms="Giá"),))


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_a_field_has_its_place_in_the_model_and_its_example_is_taken(field):
    homes = {Home.PRODUCT: Product, Home.PRODUCER: Producer, Home.CERTIFICATE: Certificate}
    if not field.is_detail:
        assert field.name in {part.name for part in parts_of(ProductRow)}
        home = homes.get(field.home)
        assert home is None or (field.attribute or field.name) in {part.name for part in parts_of(home)}
    if field.correction and not field.card:
        assert field.correction.label
    try:
        field.read(field.example)
    except CellRefused as refused:  # pragma: no cover - what the message is for
        pytest.fail(refused.reason)


def test_only_facts_of_products_and_producers_are_details_or_corrected():
    for name in (*CORRECTABLE, *(field.name for field in FIELDS if field.kept is Kept.DETAIL)):
        assert BY_NAME[name] in (*fields_of(Home.PRODUCT), *fields_of(Home.PRODUCER))


def test_a_row_is_made_of_values_and_details():
    row = make_row({"name": "Nem", "website": "https://nem.example.vn", "as_of": PartialDate(2026)}, line=3)
    assert row == ProductRow(name="Nem", producer="", line=3, as_of=PartialDate(2026), website="https://nem.example.vn")
    assert set(HEADINGS) == set(BY_NAME)
