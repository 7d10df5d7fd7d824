"""Products and producers are found within an officer's reach, opened, and lead on to each other."""

from catalog.audit import Doer
from catalog.dates import PartialDate
from catalog.officers import OfficerRole
from tests.board import HERE, BoardTown
from tests.conftest import Stock
from tests.unit.board.today import asks, thing

DECIDED = PartialDate(2025, 2, 10)
PRODUCTS, PRODUCERS = "/board/products", "/board/producers"


async def maker(board: BoardTown, product: str) -> str:
    found = await board.context.store.product(product)
    assert found is not None
    return found.producer.id


async def test_a_product_is_found_as_in_a_chat(board: BoardTown, stock: Stock) -> None:
    """By its name typed any way, by a code, by the number of its certificate, by conditions in words."""
    await stock(
        thing("tuong-a", decided=DECIDED, name="Tương nếp Nhân Thắng", gtins=("8936012345674",), certificate="GCN-77"),
        thing("tuong-b", decided=DECIDED, name="Tương nếp Cao Đức", at="there", stars=4),
    )
    browser = await board.signed_in(OfficerRole.VIEWER)
    for words in ("tuong nep nhan thang", "tuowng neesp nhaan thawsng", "8936012345674", "GCN 77", "tuong-a"):
        await browser.opens(f"{PRODUCTS}?q={words}")
        assert f'href="{PRODUCTS}/tuong-a"' in browser.said, words
    await browser.opens(f"{PRODUCTS}?q=tuong 4 sao o cao duc")
    assert f'href="{PRODUCTS}/tuong-b"' in browser.said
    assert f'href="{PRODUCTS}/tuong-a"' not in browser.said


async def test_the_filters_narrow_and_an_empty_list_says_what_to_do(board: BoardTown, stock: Stock) -> None:
    await stock(
        thing("a", decided=DECIDED, group="Nhóm Một", buy="Chợ Nhân Thắng"),
        thing("b", decided=PartialDate(2019, 1, 1), at="there", group="Nhóm Hai", stars=5, phones=()),
    )
    browser = await board.signed_in()
    for asked, found in (
        (f"commune={HERE}&group=Nhóm Một", {"a"}),
        ("stars=5&group=Nhóm Hai", {"b"}),
        ("state=in-force&q=Tương a", {"a"}),
        ("group=Nhóm Hai&missing=phones", {"b"}),
        ("group=Nhóm Một&missing=buy", set()),
        ("group=Nhóm Hai&missing=any&state=ended", {"b"}),
    ):
        await browser.opens(f"{PRODUCTS}?{asked}")
        assert {key for key in "ab" if f'href="{PRODUCTS}/{key}"' in browser.said} == found, asked
    await browser.opens(f"{PRODUCTS}?group=Nhóm Một&missing=buy")
    assert "No product within your reach is like that." in browser.said


async def test_a_long_list_has_pages(board: BoardTown, stock: Stock) -> None:
    await stock(*(thing(f"t{number:02}", decided=DECIDED, group="Nhóm Ba") for number in range(35)))
    browser = await board.signed_in()
    await browser.opens(f"{PRODUCTS}?group=Nhóm Ba")
    assert f'href="{PRODUCTS}/t00"' in browser.said
    assert "Page 1 of 2" in browser.said
    assert "page=2" in browser.said
    await browser.opens(f"{PRODUCTS}?group=Nhóm Ba&page=2")
    assert f'href="{PRODUCTS}/t34"' in browser.said
    assert f'href="{PRODUCTS}/t00"' not in browser.said
    assert (await browser.opens(f"{PRODUCTS}?group=Nhóm Ba&page=999")).status == 200


async def test_a_commune_sees_its_own_and_nothing_else(board: BoardTown, stock: Stock) -> None:
    await stock(thing("a", decided=DECIDED), thing("b", decided=DECIDED, at="there"))
    here, there = await maker(board, "a"), await maker(board, "b")
    browser = await board.signed_in(OfficerRole.COMMUNE)
    await browser.opens(f"{PRODUCTS}?q=tuong")
    assert f'href="{PRODUCTS}/a"' in browser.said
    assert f'href="{PRODUCTS}/b"' not in browser.said
    await browser.opens(f"{PRODUCERS}?q=tuong")
    assert f'href="{PRODUCERS}/{here}"' in browser.said
    assert f'href="{PRODUCERS}/{there}"' not in browser.said
    assert (await browser.opens(f"{PRODUCTS}/a")).status == 200
    assert (await browser.opens(f"{PRODUCERS}/{here}")).status == 200
    assert (await browser.opens(f"{PRODUCTS}/b")).status == 403
    assert (await browser.opens(f"{PRODUCERS}/{there}")).status == 403
    assert (await browser.opens(f"{PRODUCTS}/no-such-product")).status == 404
    assert (await browser.opens(f"{PRODUCERS}/no-such-producer")).status == 404


async def test_a_product_shows_its_sources_its_history_and_how_many_ask(board: BoardTown, stock: Stock) -> None:
    store = board.context.store
    await stock(thing("a", decided=DECIDED, buy="Chợ cũ"))
    later = {"source": "Danh sách tháng 5", "as_of": PartialDate(2025, 5, 1)}
    await stock(thing("a", decided=DECIDED, buy="Chợ mới", **later))
    await store.naming.add_alias("a", "Tương cụ Hai", by=Doer())
    await store.naming.bind_code("trace", "tem.example/a", shown="tem.example/a", product="a", by=Doer())
    await asks(store, "K1", "a", at=board.now)
    browser = await board.signed_in(OfficerRole.VIEWER)
    await browser.opens(f"{PRODUCTS}/a")
    for said in ("Danh sách tháng 5", "as of 01/05/2025", "<del>Chợ cũ</del>", "<ins>Chợ mới</ins>", "1 inquiry"):
        assert said in browser.said, said
    assert "Code given to a product" in browser.said
    assert "Tương cụ Hai" in browser.said
    assert f'href="{PRODUCERS}/{await maker(board, "a")}"' in browser.said
    assert "Trần Kín" not in browser.said
    await browser.opens(f"{PRODUCERS}/{await maker(board, 'a')}")
    assert f'href="{PRODUCTS}/a"' in browser.said
    assert "Nobody yet" in browser.said


async def test_the_rows_of_today_open_their_product_or_producer(board: BoardTown, stock: Stock) -> None:
    await stock(thing("a", decided=DECIDED, phones=(), buy=""))
    browser = await board.signed_in()
    await browser.opens("/board/today/missing?page=1")
    pages = browser.said
    for page in range(2, 9):
        await browser.opens(f"/board/today/missing?page={page}")
        pages += browser.said
    assert f'href="{PRODUCTS}/a"' in pages
    await browser.opens("/board/today/unreached")
    assert f'href="{PRODUCERS}/' in browser.said
    await browser.opens("/board/programme/rows?state=in-force")
    assert f'href="{PRODUCTS}/' in browser.said
