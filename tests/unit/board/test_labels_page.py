"""Labels and invitations on A4 sheets: chosen within reach, looked at, and read back from the drawn page."""

import io
import re
from dataclasses import replace

import zxingcpp
from PIL import Image

from catalog import label, passport
from catalog.audit import Deed
from catalog.dates import PartialDate
from catalog.inquiry import Address, Member
from catalog.label import GRIDS
from catalog.officers import Act, BoardSession, OfficerRole
from catalog.store import Refusal
from handlers.board.desk import Desk
from handlers.board.labels import AT_ONCE, invite_many, product_url, wording_in
from handlers.context import Context
from handlers.phrases import speech
from tests.board import HERE, THERE, BoardTown, open_board
from tests.conftest import Stock
from tests.unit.board.today import thing

IN_FORCE = PartialDate(2026, 1, 10)


def codes_on(png: bytes) -> list[str]:
    """What stands in the codes of a picture."""
    return sorted(each.text for each in zxingcpp.read_barcodes(Image.open(io.BytesIO(png))))


async def deeds(town: BoardTown, deed: Deed) -> list[str]:
    return [row.entry.subject async for row in town.context.store.audit.every_row() if row.entry.deed == deed]


async def test_every_code_of_a_full_sheet_is_read_back(board: BoardTown, stock: Stock) -> None:
    """On the smallest labels, at the resolution of an office printer."""
    await stock(*(thing(f"tuong-{number:02}", decided=IN_FORCE) for number in range(24)))
    found = await board.context.store.products([f"tuong-{number:02}" for number in range(24)])
    for size, grid in GRIDS.items():
        some = found[: grid.places]
        drawn = [
            label.arrange(
                each,
                passport.of(each.certificates, board.context.today()),
                url=product_url(each, "https://hoi-ocop.bacninh.gov.vn"),
                wording=wording_in(speech("vi")),
            )
            for each in some
        ]
        pages = label.arrange_pages([*drawn, *drawn[:1]], grid)
        assert len(pages) == 2, size
        read = codes_on(label.draw_preview(pages[0], dpi=300))
        assert read == sorted(product_url(each, "https://hoi-ocop.bacninh.gov.vn") for each in some), size
        assert len(codes_on(label.draw_preview(pages[1], dpi=300))) == 1
        pdf = label.draw_pages(pages, title="x", today=board.context.today())
        assert pdf.count(b"/Type /Page\n") == 2
        assert pdf.count(b"/MediaBox [0 0 595.28 841.89]") == 2


def test_labels_stay_in_their_places() -> None:
    """Nothing crosses a cut, whatever the size."""
    for grid in GRIDS.values():
        width, height = grid.cell
        assert label.WIDTH * grid.scale <= width - 2
        assert label.HEIGHT * grid.scale <= height - 2


async def test_an_officer_chooses_looks_and_downloads(board: BoardTown, stock: Stock) -> None:
    await stock(thing("a", decided=IN_FORCE), thing("b", decided=IN_FORCE), thing("c", decided=IN_FORCE, at="there"))
    browser = await board.signed_in(OfficerRole.COMMUNE)
    assert (await browser.opens("/board/labels")).status == 200
    assert "file.pdf" not in browser.said
    await browser.opens(f"/board/labels?find=1&commune={HERE}&words=Tương&copies=15&size=3x8")
    assert "30 labels" in browser.said
    assert "2 sheets" in browser.said
    url = re.search(r'href="([^"]+file\.pdf[^"]+)"', browser.said)
    assert url, browser.said
    response = await browser.client.get(url[1].replace("&amp;", "&"))
    assert response.status == 200
    assert response.content_type == "application/pdf"
    assert (await response.read()).startswith(b"%PDF-")
    preview = await browser.client.get(url[1].replace("&amp;", "&").replace("file.pdf", "preview.png"))
    shown = codes_on(await preview.read())
    assert set(shown) <= {"https://ocop.test/p/a", "https://ocop.test/p/b"}
    assert await deeds(board, Deed.LABELS_PRINTED) == ["labels"]
    assert (await browser.opens(url[1].replace("&amp;", "&").replace("part=1", "part=9"))).status == 404


async def test_a_list_names_products_and_what_is_not_theirs_is_told(board: BoardTown, stock: Stock) -> None:
    await stock(thing("a", decided=IN_FORCE), thing("b", decided=IN_FORCE), thing("c", decided=IN_FORCE, at="there"))
    browser = await board.signed_in(OfficerRole.COMMUNE)
    await browser.opens("/board/labels?list=tương b%0D%0Aa%0D%0Ac%0D%0Akhông có%0D%0Aa&copies=x&size=y")
    assert "2 labels" in browser.said
    assert "<li>c</li>" in browser.said
    assert "<li>không có</li>" in browser.said
    await browser.opens("/board/labels?find=1&words=zzzzqqq")
    assert "No product of yours meets that." in browser.said
    assert (await browser.opens("/board/labels/file.pdf?list=c")).status == 404
    assert (await browser.opens("/board/labels/preview.png?list=c")).status == 404


async def test_many_labels_come_in_several_files(board: BoardTown, stock: Stock) -> None:
    await stock(*(thing(f"t{number}", decided=IN_FORCE) for number in range(3)))
    browser = await board.signed_in(OfficerRole.COMMUNE)
    listed = "%0A".join(f"t{number}" for number in range(3))
    await browser.opens(f"/board/labels?list={listed}&copies=100&size=2x5")
    assert "300 labels" in browser.said
    assert "30 sheets" in browser.said
    assert f"PDF 2 of {-(-300 // AT_ONCE)}" in browser.said


async def test_a_viewer_prints_and_invites_nobody(board: BoardTown) -> None:
    viewer = await board.signed_in(OfficerRole.VIEWER)
    for path in ("/board/labels", "/board/labels/file.pdf", "/board/labels/preview.png", "/board/invitations"):
        assert (await viewer.opens(path)).status == 403


async def test_a_sheet_of_invitations_lets_each_producer_in_once(board: BoardTown, stock: Stock) -> None:
    await stock(thing("a", decided=IN_FORCE), thing("b", decided=IN_FORCE, at="there"))
    store = board.context.store
    mine, other = [each.producer.id for each in await store.products(["a", "b"])]
    browser = await board.signed_in(OfficerRole.COMMUNE)
    await browser.opens("/board/invitations")
    assert f'value="{mine}"' in browser.said
    assert f'value="{other}"' not in browser.said
    form = browser.form
    for fields, status in (
        ({"producer-1": other, "days": "7"}, 403),
        ({"producer-1": "nobody", "days": "7"}, 404),
        ({"days": "7"}, 400),
        ({"producer-1": mine, "days": "365"}, 400),
    ):
        assert (await browser.sends("/board/invitations", form=form, **fields)).status == status
    assert not await deeds(board, Deed.PRODUCER_INVITED)
    sent = {"form": form, "producer-1": mine, "producer-2": mine, "days": "14"}
    response = await browser.client.post("/board/invitations", data=sent)
    assert response.content_type == "application/pdf"
    assert await deeds(board, Deed.PRODUCER_INVITED) == [f"producer {mine}"]
    assert (await response.read()).startswith(b"%PDF-")


async def test_the_code_on_a_card_is_read_back_and_lets_in(board: BoardTown, stock: Stock) -> None:
    """The very pages that are drawn into the PDF, drawn as a picture."""
    await stock(thing("a", decided=IN_FORCE), thing("b", decided=IN_FORCE, at="there"))
    store = board.context.store
    mine, other = [each.producer.id for each in await store.products(["a", "b"])]
    browser = await board.signed_in()
    await browser.opens(f"/board/invitations?commune={THERE}")
    assert f'value="{mine}"' not in browser.said
    session = BoardSession(1, 1, board.now, board.now, board.now + 60)
    desk = Desk(board.context, await board.officer(), session, Act.INVITE_PRODUCER, speech("vi"))
    (page,) = await invite_many(desk, [mine, other], days=7)
    links = codes_on(label.draw_preview(page, dpi=300))
    assert len(links) == 2
    entered = set()
    for link in links:
        code = re.fullmatch(r"https://ocop\.test/\?j=([A-Z2-9]{12})", link)
        assert code, link
        ba = Address("zalo", code[1])
        joined = await store.members.enter(code[1], who=ba, name="", language="vi", now=board.now)
        assert isinstance(joined, Member)
        entered.add(joined.producer_id)
        again = await store.members.enter(code[1], who=Address("zalo", "eve"), name="", language="vi", now=board.now)
        assert again is Refusal.USED
    assert entered == {mine, other}
    late = await browser.client.get("/board/invitations/preview.png")
    assert codes_on(await late.read()) in ([], ["https://ocop.test/?j=ABCDEFGH2345"])


async def test_without_an_address_of_ours_nothing_is_printed(context: Context, stock: Stock) -> None:
    await stock(thing("a", decided=IN_FORCE))
    async with open_board(replace(context, public_url="")) as board:
        browser = await board.signed_in()
        await browser.opens("/board/labels?list=a")
        assert "Our public address is not set" in browser.said
        assert "file.pdf" not in browser.said
        # A code to join can still be a link to our bot.
        await browser.opens("/board/invitations")
        assert "Make the codes" in browser.said
        assert (await browser.opens("/board/labels/file.pdf?list=a")).status == 409
        assert (await browser.opens("/board/labels/preview.png?list=a")).status == 404
