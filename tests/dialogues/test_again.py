"""Who asks what somebody asked before hears the same, until the catalogue changes."""

from sqlalchemy import event

from catalog.model import ProductRow
from handlers.context import Context
from tests.conftest import Dialogue, Stock


async def test_the_same_question_has_the_same_answer(context: Context) -> None:
    one, other = Dialogue(context), Dialogue(context)
    assert await one("nem bùi") == await other("nem bùi")
    assert one.reply == other.reply
    assert one.session.offered == other.session.offered


async def test_in_another_language_it_is_another_answer(context: Context) -> None:
    said = await Dialogue(context)("nem bùi")
    assert await Dialogue(context, language="en")("nem bùi") != said
    assert await Dialogue(context)("nem bùi") == said


async def test_a_changed_catalogue_is_told_of_at_once(context: Context, stock: Stock) -> None:
    asked = "bánh thử nghiệm lạ"
    await stock(ProductRow(name="Bánh thử nghiệm lạ", producer="HTX Một", id="thu"))
    assert "HTX Một" in await Dialogue(context)(asked)
    await stock(ProductRow(name="Bánh thử nghiệm lạ", producer="HTX Hai", id="thu"))
    assert "HTX Hai" in await Dialogue(context)(asked)


async def test_what_was_not_found_is_counted_each_time(context: Context) -> None:
    for name in ("an", "binh", "chi"):
        await Dialogue(context).another(name)("xyzzy qwfp")
    wanted = await context.store.unmet.list_wanted("name", limit=5)
    assert [each.times for each in wanted] == [3]


async def test_what_was_asked_before_asks_the_database_for_what_is_the_persons_own_alone(context: Context) -> None:
    """Each answer counts: a card that read its product anew made every answer ten times as dear."""
    await Dialogue(context)("nem bùi")
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    engine = context.store._engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        for name in ("nem bùi", "có ship không", "cảm ơn"):
            await Dialogue(context)(name)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert asked == []
