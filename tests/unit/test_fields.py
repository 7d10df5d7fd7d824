"""Each field says all of itself in its one entry, and what it says goes from the list to the card and back."""

from dataclasses import fields as parts_of
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from catalog.cells.problems import CellRefused
from catalog.dates import PartialDate
from catalog.entries import entries
from catalog.field import Field, Home, Kept
from catalog.fields import BY_NAME, CORRECTABLE, FIELDS, HEADINGS, fields_of, make_row, words_over
from catalog.list_io import BadLine, open_sheet
from catalog.list_io.export import rows_of, write_list
from catalog.model import Certificate, CertificateEvent, Producer, Product, ProductRow
from catalog.places import Places
from catalog.search import Index
from catalog.store import open_store
from handlers import card_facts, cards
from handlers.messages import Card
from handlers.phrases import speech

TODAY = date(2026, 6, 24)
LINE = "Mã,Tên sản phẩm,Chủ thể,Giá tham khảo,Mùa vụ,Ngày ghi nhận,Nguồn\n"


def test_a_field_that_lacks_a_part_is_an_error_at_once():
    parts = {part.name: getattr(FIELDS[0], part.name) for part in parts_of(Field)}
    for part in ("heading", "synonyms", "how", "example", "read", "write", "home", "kept", "card", "correction"):
        with pytest.raises(TypeError, match=part):
            Field(**{name: value for name, value in parts.items() if name != part})


def test_a_heading_over_two_fields_is_an_error_at_once():
    with pytest.raises(ValueError, match="chu the"):
        words_over((*FIELDS, replace(BY_NAME["price"], name="other", heading="Khác", synonyms="chu the")))
    with pytest.raises(ValueError, match="Giá"):
        words_over((replace(BY_NAME["price"], synonyms="Giá"),))


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_a_field_has_its_place_in_the_model_and_its_example_is_taken(field):
    homes = {
        Home.PRODUCT: Product,
        Home.PRODUCER: Producer,
        Home.CERTIFICATE: Certificate,
        Home.EVENT: CertificateEvent,
    }
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


def read(tmp_path: Path, *lines: str) -> list[ProductRow | BadLine]:
    path = tmp_path / "list.csv"
    path.write_text(LINE + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    sheet = open_sheet(path, today=TODAY)
    return [*sheet, *sheet.noticed.doubtful]


def card_of(product: Product, language: str = "vi") -> Card:
    return cards.whole(product, card_facts.View(speech(language), TODAY, Places.load_shipped()))


def facts_of(card: Card) -> dict[str, str]:
    return {fact.label: fact.value for section in card.sections for fact in section.facts}


def test_a_price_is_as_of_the_day_of_its_line_or_its_own(tmp_path):
    own, line, neither = read(
        tmp_path,
        "a,Nem,HTX,120k/kg (tính đến 5/2026),,1/6/2026,Sở",
        "b,Vải,HTX,60.000đ/kg,,1/6/2026,Sở",
        "c,Cam,HTX,40.000đ/kg,,,Sở",
    )
    assert [row.details["price"] for row in (own, line, neither)] == [
        "120.000 đ/kg (tính đến 05/2026)",
        "60.000 đ/kg (tính đến 01/06/2026)",
        "40.000 đ/kg",
    ]


def test_what_says_no_day_is_as_of_the_import(tmp_path):
    read(tmp_path, "a,Nem,HTX,120k/kg,,,Sở", "b,Vải,HTX,60k/kg (tính đến 5/2026),,1/6/2026,Sở")
    sheet = open_sheet(tmp_path / "list.csv", today=TODAY)
    sheet.as_of = "20/6/2026"
    told, own = sheet
    assert (told.as_of, told.details["price"]) == (PartialDate(2026, 6, 20), "120.000 đ/kg (tính đến 20/06/2026)")
    assert (own.as_of, own.details["price"]) == (PartialDate(2026, 6, 1), "60.000 đ/kg (tính đến 05/2026)")


@pytest.mark.parametrize(
    ("cells", "column", "said"),
    [
        ("rẻ,6-7", "Giá tham khảo", "không phải giá"),
        ("120.000,6-7", "Giá tham khảo", "thiếu đơn vị"),
        ("120k/kg (tính đến 7/2026),6-7", "Giá tham khảo", "tương lai"),
        ("120k/kg,mùa hè", "Mùa vụ", "Không hiểu mùa vụ"),
    ],
)
def test_nonsense_costs_its_cell_and_says_why(tmp_path, cells, column, said):
    row, doubtful = read(tmp_path, f"a,Nem,HTX,{cells},1/6/2026,Sở")
    assert isinstance(row, ProductRow)
    assert isinstance(doubtful, BadLine)
    assert [(problem.column, said in problem.reason) for problem in doubtful] == [(column, True)]


async def test_price_and_season_go_to_card_and_search_and_back(tmp_path):
    rows = read(
        tmp_path,
        "a,Vải thiều,HTX,60.000đ/kg (tính đến 5/2026),6-7,1/6/2026,Sở",
        "b,Cam,HTX,,tháng 11 đến tháng 2,1/6/2026,Sở",
        "c,Nem,HTX,,,1/6/2026,Sở",
    )
    async with open_store(f"sqlite:///{tmp_path / 'a.db'}", migrate=True) as store:
        await store.import_rows(rows, who="test")
        again = await store.import_rows(rows, who="test")
        products = {each.id: each for each in await store.products("abc")}
        index = Index.build(entries(await store.searchable.list_all(), Places.load_shipped()))
    assert (again.added, again.updated, again.unchanged) == (0, 0, 3)
    assert facts_of(card_of(products["a"]))["Giá tham khảo"] == "60.000 đ/kg (tính đến 05/2026)"
    assert facts_of(card_of(products["a"], "en"))["Reference price"] == "60.000 đ/kg (as of 05/2026)"
    assert facts_of(card_of(products["b"]))["Mùa vụ"] == "tháng 11-2"
    assert {"Giá tham khảo", "Mùa vụ"}.isdisjoint(facts_of(card_of(products["c"])))
    for query, found in (("dưới 100 nghìn", {"a"}), ("mùa này", {"a"}), ("tháng 12", {"b"})):
        assert {hit.id for hit in index.find(query, today=TODAY).hits} == found
    for ending in ("csv", "xlsx"):
        exported = [row for product in products.values() for row in rows_of(product)]
        write_list(tmp_path / f"again.{ending}", exported)
        assert [replace(row, line=0) for row in open_sheet(tmp_path / f"again.{ending}", today=TODAY)] == exported


def test_a_row_is_made_of_values_and_details():
    row = make_row({"name": "Nem", "price": "1.000 đ/kg", "as_of": PartialDate(2026)}, line=3)
    assert row == ProductRow(name="Nem", producer="", line=3, as_of=PartialDate(2026), details={"price": "1.000 đ/kg"})
    assert set(HEADINGS) == set(BY_NAME)
