"""Questions from behind one network address: as many as an office asks, no flood; nothing written is lost."""

from handlers.actions import Action, Verb
from handlers.limits import LINE_SECONDS, PER_LINE, Allowance
from handlers.messages import Incoming, Person, Tap, Text
from tests.town import Town


async def says(town: Town, address: str, content: Text | Tap, *, line: str) -> str:
    visitor = town.someone("web", address)
    await town.takes_in(Incoming(Person("web", address), content, town.ref(), line=line))
    return visitor.last


async def asks(town: Town, number: int, *, line: str) -> str:
    """A visitor of their own asks one of the two makers."""
    address = f"khach-{line}-{number}"
    for content in (
        Tap(Action(Verb.ASK, f"nem-{number % 2 + 1}")),
        Tap(Action(Verb.KIND, "question")),
        Text(f"Nem để được bao lâu, lần {number}?"),
    ):
        await says(town, address, content, line=line)
    return await says(town, address, Tap(Action(Verb.SEND)), line=line)


async def test_a_flood_from_one_line_is_held_back_in_words_and_nothing_written_is_lost(town: Town) -> None:
    for number in range(PER_LINE):
        assert (await asks(town, number, line="nhà")).startswith("Đã gửi.")
    held = await asks(town, PER_LINE, line="nhà")
    assert held.startswith("Vừa có rất nhiều câu hỏi gửi từ mạng bạn đang dùng. Câu hỏi của bạn vẫn còn nguyên")
    assert "Gửi lại sau 2 phút nữa." in held
    assert "1. Gửi" in held
    assert (await asks(town, 0, line="chợ")).startswith("Đã gửi.")
    assert (await asks(town, 0, line="")).startswith("Đã gửi.")
    town.now += LINE_SECONDS
    sent = await says(town, f"khach-nhà-{PER_LINE}", Tap(Action(Verb.SEND)), line="nhà")
    assert sent.startswith("Đã gửi.")
    assert (await asks(town, PER_LINE + 1, line="nhà")).startswith("Vừa có rất nhiều câu hỏi")


def test_an_allowance_comes_back_with_time_and_forgets_the_longest_unused() -> None:
    allowance = Allowance(burst=2, seconds=10, most=2)
    assert [allowance.wait("a", 0.0) for _ in range(3)] == [0.0, 0.0, 10.0]
    assert allowance.wait("a", 9.0) == 1.0
    assert [allowance.wait("a", 30.0) for _ in range(3)] == [0.0, 0.0, 10.0]
    assert [allowance.wait(key, 30.0) for key in ("b", "c", "a")] == [0.0, 0.0, 0.0]
