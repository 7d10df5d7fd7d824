"""How soon producers answer, as shoppers read it on a card: from enough people on, and worked out anew in time."""

from dataclasses import replace

from catalog.inquiry import Address, Inquiry, Kind, Move, Side, State
from catalog.store import InquiryStep, Store
from handlers import answer_habits
from handlers.context import Context
from tests.conftest import Dialogue

HOUR, DAY = 3600.0, 24 * 3600.0


async def answered(store: Store, ref: str, person: str, *, at: float, after: float) -> None:
    (product,) = await store.products([(await first_product(store))])
    asked = Inquiry(ref, product.id, product.producer.id, Address("web", person), Kind.QUESTION, State.SENT, at, at)
    await store.inquiries.open(asked, text="Còn hàng không?", link=ref)
    await store.inquiries.move(InquiryStep(ref, Move.ANSWER, at + after, Side.PRODUCER, "Còn ạ."))


async def first_product(store: Store) -> str:
    return (await anext(store.every_product())).id


async def test_a_card_tells_it_from_enough_people_on(say: Dialogue, context: Context) -> None:
    store, now = context.store, context.now()
    product = await store.product(await first_product(store))
    assert product is not None
    for number in range(4):
        await answered(store, f"AAAA{number}", f"k{number}", at=now - 9 * DAY, after=2 * HOUR)
    await answer_habits.refresh(context)
    assert not context.habits.usual
    await answered(store, "AAAA9", "k9", at=now - 9 * DAY, after=20 * HOUR)
    await answer_habits.refresh(context)
    assert not context.habits.usual, "it is worked out every ten minutes, not at each look"
    later = replace(context, now=lambda: now + 601)
    await answer_habits.refresh(later)
    assert context.habits.usual == {product.producer.id: 3 * HOUR}
    assert "Khi bạn hỏi: thường trả lời trong 3 giờ" in await say(f"/product {product.ref}")
