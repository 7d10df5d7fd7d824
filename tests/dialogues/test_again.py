"""Who asks what somebody asked before hears the same, until the catalogue changes."""

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
