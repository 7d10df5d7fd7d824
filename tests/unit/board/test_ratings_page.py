"""Buyers' points on the board: held ones shown or hidden with a reason, rings counted, within an officer's reach."""

from dataclasses import replace

import pytest

from catalog.audit import Deed
from catalog.inquiry import Address, Notice, NoticeKind
from catalog.model import Product
from catalog.officers import OfficerRole, scope_of
from catalog.ratings import HoldReason, Rating, RatingState
from handlers.board import morning
from handlers.messages import Reply
from tests.board import BoardTown

PAGE = "/board/ratings"
WORDS = "Gọi 0912 345 678 rẻ hơn"
DAY = 24 * 3600.0


@pytest.fixture
async def product(board: BoardTown) -> Product:
    places = board.context.places
    return next(
        [
            each async for each in board.context.store.every_product() if scope_of(each.producer, places).commune
        ].__iter__()
    )


async def held(board: BoardTown, product: Product) -> Rating:
    one = Rating(Address("zalo", "an"), product.id, 1, WORDS, at=board.now)
    return await board.context.store.ratings.give(replace(one, state=RatingState.HELD, holds=(HoldReason.PERSONAL,)))


async def test_what_waits_is_hidden_with_a_reason_and_shown_again(board: BoardTown, product: Product) -> None:
    lan, store = await board.signed_in(), board.context.store
    await lan.opens(PAGE)
    assert "There is none here." in lan.said
    number = (await held(board, product)).number
    await lan.opens("/board/today/ratings")
    assert product.name in lan.said
    assert "0912" not in lan.shown
    await lan.opens(PAGE)
    assert WORDS in lan.said
    assert "it seems to hold a number" in lan.said
    answer = await lan.sends(f"{PAGE}/{number}", what="hide", reason=" ", pile="waiting")
    assert answer.status == 422
    assert "Say why" in lan.said
    await lan.sends(f"{PAGE}/{number}", what="hide", reason="Có số điện thoại")
    await lan.opens(f"{PAGE}?pile=hidden&done=hide")
    assert "Có số điện thoại" in lan.said
    await lan.sends(f"{PAGE}/{number}", what="show")
    await lan.opens(f"{PAGE}?pile=shown")
    assert WORDS in lan.said
    entries = [row.entry async for row in store.audit.every_row() if row.entry.deed.startswith("rating")]
    assert [each.deed for each in entries] == [Deed.RATING_HIDDEN, Deed.RATING_SHOWN]
    assert "0912" not in repr(entries)


async def test_one_of_a_ring_counts_once_an_officer_says_so(board: BoardTown, product: Product) -> None:
    lan, store = await board.signed_in(), board.context.store
    for number in range(3):
        words = "Sản phẩm tuyệt vời, mua ngay"
        await store.ratings.give(Rating(Address("zalo", f"n{number}"), product.id, 5, words, at=number * DAY))
    await lan.opens(f"{PAGE}?pile=rings")
    assert lan.said.count("the same words from several people") == 3
    (first, *_), _ = await store.ratings.in_state(RatingState.SHOWN, limit=1)
    await lan.sends(f"{PAGE}/{first.number}", what="count", reason="Đã gọi hỏi từng người", pile="rings")
    assert (await store.ratings.summary(product.id)).people == 1


async def test_a_commune_decides_about_its_own_only_and_a_producer_about_none(
    board: BoardTown, product: Product
) -> None:
    number = (await held(board, product)).number
    commune = scope_of(product.producer, board.context.places).commune
    other = next(each.code for each in board.context.places.communes() if each.code != commune)
    near = await board.signed_in(OfficerRole.COMMUNE, commune=commune)
    await near.opens(PAGE)
    assert WORDS in near.said
    form = near.form
    far = await board.signed_in(OfficerRole.COMMUNE, commune=other)
    await far.opens(PAGE)
    assert WORDS not in far.said
    assert (await far.sends(f"{PAGE}/{number}", form=far_form(far.said), what="show")).status == 403
    assert form
    maker = await board.signed_in(OfficerRole.PRODUCER, producer=product.producer.id)
    assert (await maker.opens(PAGE)).status == 403
    assert (await board.context.store.ratings.by_number(number)) is not None
    assert (await near.sends(f"{PAGE}/99999", form=form, what="show")).status == 404


def far_form(page: str) -> str:
    """The hidden field of a page, which has one for signing out at least."""
    return page.partition('name="form" value="')[2][:32]


async def test_who_wrote_it_is_told_what_was_decided(board: BoardTown, product: Product) -> None:
    lan, store = await board.signed_in(), board.context.store
    number = (await held(board, product)).number

    async def told() -> list[str]:
        rows = (await store.people.rows_about(Address("zalo", "an")))["outbox"]
        notices = [
            Notice(row["key"], Address("zalo", "an"), NoticeKind(row["kind"]), row["subject"])
            for row in rows
            if row["kind"] == NoticeKind.RATING_JUDGED
        ]
        found = [await morning.prepare(each, context=board.context) for each in notices]
        return [each.text for each in found if isinstance(each, Reply)]

    await lan.opens(PAGE)
    await lan.sends(f"{PAGE}/{number}", what="hide", reason="Có số điện thoại của người khác")
    (said,) = await told()
    assert product.name in said
    assert "Cán bộ ghi: “Có số điện thoại của người khác”" in said
    await lan.opens(f"{PAGE}?pile=hidden")
    await lan.sends(f"{PAGE}/{number}", what="show")
    (said,) = await told()
    assert "Mọi người xem được" in said, "what was decided before is told no more"
    await store.ratings.take_back(Address("zalo", "an"), number)
    assert await told() == []
