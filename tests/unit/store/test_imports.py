"""What a list does to the tables: only what differs is written, nothing is erased, and history is kept."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select

from catalog.dates import PartialDate
from catalog.model import ImportReport, Product, ProductRow, Source
from catalog.store import Store, tables
from tests.unit.store.lists import JULY, MARCH, row


async def load(store: Store, *rows: ProductRow, dry_run: bool = False) -> ImportReport:
    return await store.import_rows(rows, who="test", dry_run=dry_run)


async def only(store: Store, ref: str = "nem-bui") -> Product:
    found = await store.product(ref)
    assert found is not None
    return found


async def changes(store: Store) -> Sequence[tuple[str, str, str, str]]:
    table = tables.changes
    async with store._engine.connect() as connection:
        query = select(table.c.subject, table.c.field, table.c.old, table.c.new).order_by(table.c.number)
        return [tuple(each) for each in await connection.execute(query)]


async def test_everything_on_a_line_is_kept(store: Store) -> None:
    report = await load(store, row())
    assert report == ImportReport(added=1, certificates_added=1)
    product = await only(store)
    assert product.ref == "nem-bui"
    assert (product.name, product.aliases, product.group, product.buy) == (
        "Nem Bùi",
        ("Nem Ninh Xá",),
        "Thực phẩm",
        "Chợ Dâu",
    )
    maker = product.producer
    assert (maker.name, maker.kind, maker.commune, maker.phones) == (
        "HTX Hằng Hiếu",
        "cooperative",
        "xã Ninh Xá",
        ("0912345678",),
    )
    (held,) = product.certificates
    assert (held.stars, held.number, held.decision, held.issuer) == (
        3,
        "OCOP-3-001",
        "12/QĐ-UBND",
        "UBND huyện Thuận Thành",
    )
    assert (held.decided, held.score, held.source) == (PartialDate(2024, 12, 20), 62.5, Source("Sở NN&MT", MARCH))
    assert product.facts["name"] == maker.facts["phones"] == Source("Sở NN&MT", MARCH)
    assert await changes(store) == []


async def test_the_same_list_again_changes_nothing(store: Store) -> None:
    rows = (row(), row(certificate="", decision="9/QĐ", stars=4, decided=PartialDate(2021), as_of=JULY))
    await load(store, *rows)
    before, revision = await only(store), await store.revision()
    assert await load(store, *rows) == ImportReport(unchanged=1)
    assert await load(store, *reversed(rows)) == ImportReport(unchanged=1)
    assert (await only(store), await store.revision(), await changes(store)) == (before, revision, [])


async def test_a_changed_line_updates_and_what_was_there_is_written_down(store: Store) -> None:
    await load(store, row())
    revision = await store.revision()
    report = await load(store, row(buy="Siêu thị", phones=("0987654321",), as_of=JULY))
    assert (report.added, report.updated, report.unchanged) == (0, 1, 0)
    product = await only(store)
    assert (product.buy, product.producer.phones) == ("Siêu thị", ("0987654321",))
    assert product.facts["buy"] == Source("Sở NN&MT", JULY)
    assert [each[1:] for each in await changes(store) if each[1] != "as_of"] == [
        ("phones", '["0912345678"]', '["0987654321"]'),
        ("buy", "Chợ Dâu", "Siêu thị"),
    ]
    assert await store.revision() == revision + 1


async def test_a_renewed_certificate_stands_beside_the_earlier_one(store: Store) -> None:
    await load(store, row())
    renewed = row(certificate="OCOP-4-009", stars=4, decided=PartialDate(2026, 6, 1), issuer="UBND tỉnh Bắc Ninh")
    report = await load(store, renewed)
    assert (report.certificates_added, report.certificates_updated, report.updated) == (1, 0, 1)
    assert [(each.number, each.issuer) for each in (await only(store)).certificates] == [
        ("OCOP-4-009", "UBND tỉnh Bắc Ninh"),
        ("OCOP-3-001", "UBND huyện Thuận Thành"),
    ]


async def test_a_corrected_certificate_changes_in_its_place(store: Store) -> None:
    await load(store, row())
    report = await load(store, row(certificate="ocop 3-001", stars=4, as_of=JULY))
    assert (report.certificates_added, report.certificates_updated) == (0, 1)
    (held,) = (await only(store)).certificates
    assert (held.stars, held.decision) == (4, "12/QĐ-UBND")
    assert ("nem-bui", "stars", "3", "4") in await changes(store)


async def test_a_former_name_still_finds_it(store: Store) -> None:
    await load(store, row())
    await load(store, row(name="Nem Bùi Ninh Xá", aliases=(), as_of=JULY))
    product = await only(store)
    assert (product.name, product.aliases) == ("Nem Bùi Ninh Xá", ("Nem Ninh Xá", "Nem Bùi"))
    await load(store, row(name="Nem Bùi", aliases=("Nem Ninh Xá", "Nem chua"), as_of=JULY))
    assert (await only(store)).aliases == ("Nem Ninh Xá", "Nem Bùi", "Nem chua", "Nem Bùi Ninh Xá")


async def test_an_older_word_does_not_override_a_newer_one(store: Store) -> None:
    await load(store, row(as_of=JULY))
    report = await load(store, row(name="Tên cũ", buy="Chợ cũ", phones=("0999999999",), stars=5, as_of=MARCH))
    assert report == ImportReport(unchanged=1)
    product = await only(store)
    assert (product.name, product.buy, product.producer.phones) == ("Nem Bùi", "Chợ Dâu", ("0912345678",))
    assert product.certificates[0].stars == 3


async def test_within_one_list_the_newer_word_counts_wherever_it_stands(store: Store) -> None:
    new, old = row(buy="Mới", stars=4, as_of=JULY), row(buy="Cũ", as_of=MARCH, score=70.0)
    await load(store, new, old)
    product = await only(store)
    assert (product.buy, product.certificates[0].stars, product.certificates[0].score) == ("Mới", 4, 62.5)


async def test_an_older_line_of_the_list_fills_what_the_newer_leaves_blank(store: Store) -> None:
    await load(store, row(issuer="", score=None, as_of=JULY), row(as_of=MARCH))
    (held,) = (await only(store)).certificates
    assert (held.issuer, held.score, held.source.as_of) == ("UBND huyện Thuận Thành", 62.5, JULY)


async def test_a_blank_erases_nothing(store: Store) -> None:
    await load(store, row(stars=4, potential_five=True))
    before = await only(store)
    bare = ProductRow(name="Nem Bùi", producer="HTX Hằng Hiếu", id="nem-bui", commune="xã Ninh Xá")
    assert await load(store, bare) == ImportReport(updated=1)  # its words now come from a list without a source
    bare_certificate = replace(bare, certificate="OCOP-3-001")
    assert (await load(store, bare_certificate)).certificates_updated == 0
    after = await only(store)
    assert replace(after, facts=before.facts, producer=before.producer) == before
    assert replace(after.producer, facts=before.producer.facts) == before.producer


async def test_a_star_without_a_tick_is_no_potential_five(store: Store) -> None:
    await load(store, row(stars=4, potential_five=True))
    await load(store, row(stars=4, potential_five=False, as_of=JULY))
    assert not (await only(store)).certificates[0].potential_five


async def test_a_line_without_any_certificate_makes_none(store: Store) -> None:
    bare = row(stars=None, score=None, decision="", decided=None, certificate="")
    assert (await load(store, bare)).certificates_added == 0
    assert (await only(store)).certificates == ()


async def test_what_tells_certificates_apart(store: Store) -> None:
    blank = {"certificate": "", "decision": "", "decided": None}
    rows = (
        row(**blank | {"decision": "7/QĐ-UBND"}),
        row(**blank | {"decided": PartialDate(2020, 5)}),
        row(**blank),
        row(**blank | {"stars": 4}),
    )
    await load(store, *rows)
    assert len((await only(store)).certificates) == 4
    assert await load(store, *rows) == ImportReport(unchanged=1)


async def test_a_dry_run_tells_and_leaves_nothing(store: Store) -> None:
    assert (await load(store, row(), dry_run=True)).added == 1
    assert (await store.count(), await store.revision()) == (0, 0)
    await load(store, row())
    assert (await load(store, row(buy="Siêu thị", as_of=JULY), dry_run=True)).updated == 1
    assert (await only(store)).buy == "Chợ Dâu"


async def test_without_an_id_it_is_the_same_product_at_every_import(store: Store) -> None:
    await load(store, row(id=""))
    assert await load(store, row(id="", name="NEM BÙI")) == ImportReport(updated=1)
    assert await store.count() == 1


async def test_one_name_in_two_communes_is_two_producers(store: Store) -> None:
    await load(store, row(), row(id="nem-2", commune="xã Đại Bái", producer="HTX HẰNG HIẾU"))
    one, two = await only(store), await only(store, "nem-2")
    assert one.producer.id != two.producer.id
    assert [each.id for each in await store.of_producer(two.producer.id)] == ["nem-2"]


async def test_a_producer_told_anew_touches_all_its_products(store: Store) -> None:
    await load(store, row(), row(id="gio", name="Giò lụa"))
    report = await load(store, row(phones=("0900000000",), as_of=JULY))
    assert (report.updated, report.unchanged) == (2, 0)
    assert (await only(store, "gio")).producer.phones == ("0900000000",)


async def test_a_code_given_later_is_added(store: Store) -> None:
    await load(store, row())
    assert (await load(store, row(gtins=("8936012345670", "8936012345687")))).updated == 1
    assert (await only(store)).gtins == ("8936012345670", "8936012345687")


async def test_progress_grows_to_its_total(store: Store) -> None:
    told: list[tuple[int, int]] = []
    rows = [row(id=f"sp-{number}", name=f"Sản phẩm {number}") for number in range(1200)]
    await store.import_rows(rows, who="test", progress=lambda done, total: told.append((done, total)))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert len({total for _, total in told}) == 1
    assert told[-1][0] == told[-1][1]
    assert await store.count() == 1200
    assert len([product async for product in store.every_product()]) == 1200


async def test_a_long_value_is_cut_in_the_log_only(store: Store) -> None:
    await load(store, row(buy="x" * 50_000))
    await load(store, row(buy="y", as_of=JULY))
    (kept,) = [old for _, field, old, _ in await changes(store) if field == "buy"]
    assert kept == "x" * 32_000


async def test_too_much_at_once_is_held(store):
    """More than the share that is allowed of what was there: nothing is written."""
    rows = [row(id=f"p{n}", name=f"Nem {n}", producer=f"HTX {n}", gtins=(), traces=()) for n in range(10)]
    assert (await store.import_rows(rows, who="test", most_changed=0.1)).changed == {}
    one = [replace(rows[0], stars=4, score=None), *rows[1:]]
    taken = await store.import_rows(one, who="test", most_changed=0.1)
    assert (taken.changed, taken.held) == ({"stars": (1, 10)}, False)
    many = [replace(each, phones=("0987654321",), producer="HTX Khác") for each in rows[1:4]]
    held = await store.import_rows(many, who="test", most_changed=0.1)
    assert (held.held, held.changed) == (True, {"producers": (3, 10)})
    assert (await store.product("p1")).producer.name == "HTX 1"
    phones = [replace(each, phones=("0987654321",)) for each in rows[1:4]]
    assert (await store.import_rows(phones, who="test", most_changed=0.1)).changed == {"phones": (3, 10)}
    upgraded = [replace(each, stars=4, score=None, decision=f"{each.id}/QĐ", certificate="") for each in rows[:3]]
    assert (await store.import_rows(upgraded, who="test", most_changed=0.1)).changed["stars"] == (2, 10)
    assert not (await store.import_rows(upgraded, who="test")).held
