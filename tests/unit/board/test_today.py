"""The page "Today": what wants work, within what the officer reaches, and nothing of any consumer."""

import re

from catalog.dates import PartialDate
from catalog.inquiry import Address, Correction, Invitation, Role
from catalog.officers import OfficerRole
from tests.board import HERE, BoardTown, OfficerBrowser
from tests.conftest import Stock
from tests.unit.board.today import DAY, asks, looks, looks_in_vain, thing

LONG_AGO = PartialDate(2020, 1, 10)
_SECTION = re.compile(r'<section class="card" aria-labelledby="([a-z0-9-]+)">(.*?)</section>', re.DOTALL)


async def opened(browser: OfficerBrowser) -> dict[str, str]:
    """The page's sections by the name of their list."""
    assert (await browser.opens("/board")).status == 200
    return dict(_SECTION.findall(browser.said))


async def listed(browser: OfficerBrowser, name: str, page: int = 1) -> str:
    """One list by itself, the whole page."""
    assert (await browser.opens(f"/board/today/{name}?page={page}")).status == 200
    return browser.said


async def test_certificates_stand_in_the_list_of_their_days(board: BoardTown, stock: Stock) -> None:
    """The day is 24 November 2026; a star lasts 36 months."""
    await stock(
        thing("in-ten", decided=PartialDate(2023, 12, 4)),
        thing("in-fifty", decided=PartialDate(2024, 1, 13)),
        thing("in-eighty", decided=PartialDate(2024, 2, 12)),
        thing("in-a-hundred", decided=PartialDate(2024, 3, 4)),
        thing("gone-this-month", decided=PartialDate(2023, 11, 2)),
    )
    browser = await board.signed_in(OfficerRole.COMMUNE)
    found = {}
    for name in ("ending-30", "ending-60", "ending-90", "month"):
        shown = await listed(browser, name)
        found[name] = [each for each in re.findall(r"Tương ([a-z-]+)</strong>", shown) if each != "here"]
    assert found == {
        "ending-30": ["in-ten"],
        "ending-60": ["in-ten", "in-fifty"],
        "ending-90": ["in-ten", "in-fifty", "in-eighty"],
        "month": ["gone-this-month"],
    }
    assert "ends 04/12/2026, in 10 days" in (await opened(browser))["ending-90"]


async def test_lapsed_products_are_listed_once_several_people_look_at_them(board: BoardTown, stock: Stock) -> None:
    await stock(
        thing("known", decided=LONG_AGO), thing("seen-by-two", decided=LONG_AGO), thing("new", decided=LONG_AGO)
    )
    store = board.context.store
    await looks(store, "known", people=3, at=board.now - DAY)
    await looks(store, "seen-by-two", people=2, at=board.now - DAY)
    await looks(store, "new", people=3, at=board.now - 100 * DAY)
    section = (await opened(await board.signed_in(OfficerRole.COMMUNE)))["lapsed"]
    assert re.findall(r"<strong>(.*?)</strong>", section) == ["Tương known"]
    assert "looked at by 3 people in 90 days" in section
    assert '<span class="tag bad">ended 10/01/2023</span>' in section


async def test_late_inquiries_are_counted_by_producer_and_nothing_of_them_is_told(
    board: BoardTown, stock: Stock
) -> None:
    await stock(thing("a", decided=LONG_AGO), thing("b", decided=LONG_AGO, at="there"))
    store = board.context.store
    await asks(store, "AAAA2345", "a", at=board.now - 5 * DAY)
    await asks(store, "BBBB2345", "a", at=board.now - 3 * DAY)
    await asks(store, "CCCC2345", "a", at=board.now - DAY)
    await asks(store, "DDDD2345", "b", at=board.now - 9 * DAY)
    province, commune = await board.signed_in(), await board.signed_in(OfficerRole.COMMUNE)
    section = (await opened(province))["inquiries"]
    # By commune: Cao Đức comes before Nhân Thắng.
    assert re.findall(r"<strong>(.*?)</strong>", section) == ["HTX Tương there", "HTX Tương here"]
    assert '<span class="tag">3</span>' in section
    mine = (await opened(commune))["inquiries"]
    assert "2 inquiries wait" in mine
    assert "the oldest for 5 days" in mine
    assert 'href="tel:+84912345671"' in mine
    assert "there" not in mine
    for private in ("Lời riêng", "Trần Kín", "khach-", "AAAA2345"):
        assert private not in province.said + commune.said


async def test_codes_and_searches_are_shown_to_who_sees_everywhere(board: BoardTown) -> None:
    store = board.context.store
    await looks_in_vain(store, "code", "https://tem.example/abc")
    await looks_in_vain(store, "code", "https://tem.example/few", people=2)
    await looks_in_vain(store, "name", "Mắm tép chua")
    sections = await opened(await board.signed_in())
    assert "https://tem.example/abc" in sections["codes"]
    assert "few" not in sections["codes"]
    assert "Mắm tép chua" in sections["searches"]
    commune = await board.signed_in(OfficerRole.COMMUNE)
    assert not {"codes", "searches"} & set(await opened(commune))
    assert (await commune.opens("/board/today/codes")).status == 404


async def test_corrections_stand_before_their_commune(board: BoardTown, stock: Stock) -> None:
    await stock(thing("a", decided=LONG_AGO), thing("b", decided=LONG_AGO, at="there"))
    for key in ("a", "b"):
        product = await board.context.store.product(key)
        assert product is not None
        by = Address("zalo", "chu-htx")
        proposed = Correction(0, product.producer.id, key, "website", "", f"https://{key}.example", by, board.now)
        await board.context.store.corrections.propose(proposed)
    assert (await opened(await board.signed_in()))["corrections"].count("<strong>") == 2
    commune = await board.signed_in(OfficerRole.COMMUNE)
    section = (await opened(commune))["corrections"]
    assert "Tương a" in section
    assert "https://a.example" in section
    assert "Tương b" not in section
    assert "chu-htx" not in commune.said


async def test_who_lacks_facts_and_who_lacks_a_messenger(board: BoardTown, stock: Stock) -> None:
    await stock(thing("a", decided=LONG_AGO), thing("b", decided=LONG_AGO))
    browser = await board.signed_in(OfficerRole.COMMUNE)
    sections = await opened(browser)
    assert "missing: " in sections["missing"]
    assert "HTX Tương here" in await listed(browser, "unreached")
    product = await board.context.store.product("a")
    assert product is not None
    invitation = Invitation(Role.PRODUCER, product.producer.id)
    await board.context.store.members.invite(invitation, code="ABCD", expires_at=board.now + DAY)
    await board.context.store.members.enter("ABCD", who=Address("web", "x"), name="", language="vi", now=board.now)
    assert "HTX Tương here" not in await listed(browser, "unreached")


async def test_a_viewer_reads_and_is_offered_no_act(board: BoardTown, stock: Stock) -> None:
    await stock(thing("in-ten", decided=PartialDate(2023, 12, 4)))
    viewer = await board.signed_in(OfficerRole.VIEWER, commune=HERE)
    sections = await opened(viewer)
    assert "Tương in-ten" in sections["ending-90"]
    for section in sections.values():
        assert "tel:" not in section
        assert "mailto:" not in section
        assert "<form" not in section


async def test_what_is_empty_is_said_in_words(board: BoardTown) -> None:
    browser = await board.signed_in(OfficerRole.COMMUNE, commune="99998")
    sections = await opened(browser)
    assert "No certificate that we know of ends in this time." in sections["ending-90"]
    assert "Every inquiry has an answer, or is younger than 2 days." in sections["inquiries"]
    assert "No correction waits for a decision." in sections["corrections"]
    assert "Of every producer somebody answers in a chat." in sections["unreached"]


async def test_a_long_list_goes_on_on_its_second_page(board: BoardTown, stock: Stock) -> None:
    await stock(*(thing(f"so-{number:02}", decided=PartialDate(2023, 12, 4)) for number in range(23)))
    browser = await board.signed_in(OfficerRole.COMMUNE)
    assert "Show the whole list: 23 rows" in (await opened(browser))["ending-90"]
    first = await listed(browser, "ending-30")
    assert first.count("Tương so-") == 20
    assert "Page 1 of 2" in first
    second = await listed(browser, "ending-30", 2)
    assert re.findall(r"Tương (so-\d+)", second) == ["so-20", "so-21", "so-22"]
    assert "Page 2 of 2" in await listed(browser, "ending-30", 99)
    assert "Tương so-00" in await listed(browser, "ending-30", 0)


async def test_a_change_of_the_catalogue_is_seen_at_once(board: BoardTown, stock: Stock) -> None:
    await stock(thing("a", decided=PartialDate(2023, 12, 4)))
    browser = await board.signed_in(OfficerRole.COMMUNE)
    assert "Tương a" in await listed(browser, "ending-30")
    await stock(thing("z", decided=PartialDate(2023, 12, 5)))
    assert "Tương z" in await listed(browser, "ending-30")
