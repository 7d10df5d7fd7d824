"""A house small enough to look into: the real web channel and server, an inbox of dicts, replies of every shape."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from aiohttp import web

from bot.channel import Accepted, Answered, Busy, Delivery, Talk
from bot.channels.web import Settings, WebChannel, open_channel
from catalog.errors import StoreUnavailable
from catalog.passport import Standing
from handlers.actions import Action, Verb
from handlers.messages import (
    Card,
    Choice,
    Fact,
    Incoming,
    Link,
    Location,
    Page,
    Person,
    Photo,
    Reply,
    Section,
    SourceLine,
    Style,
    Tap,
    Text,
    Want,
)

Key = tuple[str, str]


class Memory:
    """What this channel never asks for."""

    async def get(self, key: str) -> str | None:
        return None

    async def put(self, key: str, value: str) -> None:
        raise AssertionError(key)

    async def exchange(self, key: str, *, expected: str | None, new: str) -> bool:
        raise AssertionError(key)

    async def forget(self, key: str) -> None:
        raise AssertionError(key)

    async def keep_personal(self, key: str, value: str) -> None:
        raise AssertionError(key)

    async def personal(self) -> Mapping[str, str]:
        return {}

    async def forget_personal(self, keys: Collection[str]) -> None:
        raise AssertionError(keys)


@dataclass
class Tray:
    """An inbox that outlives its server: what came in by person and ref, and what was said to it."""

    kept: dict[Key, Incoming] = field(default_factory=dict)
    said: dict[Key, Answered] = field(default_factory=dict)
    puts: list[str] = field(default_factory=list)
    broken: int = 0
    busy: int = 0
    speaking: asyncio.Event = field(default_factory=asyncio.Event)
    slow: asyncio.Event | None = None
    arrived: asyncio.Queue[Incoming] = field(default_factory=asyncio.Queue)

    async def put(self, incoming: Incoming) -> Accepted:
        self.puts.append(incoming.ref)
        if self.busy:
            self.busy -= 1
            raise Busy
        if self.broken:
            self.broken -= 1
            raise StoreUnavailable
        key = (incoming.person.address, incoming.ref)
        if key in self.kept:
            return Accepted.AGAIN
        self.kept[key] = incoming
        self.arrived.put_nowait(incoming)
        return Accepted.NEW

    async def answers(self, person: Person, *, after: int, before: int = 0, most: int = 80) -> Sequence[Answered]:
        if self.broken:
            self.broken -= 1
            raise StoreUnavailable
        found = [answered for (address, _), answered in self.said.items() if address == person.address]
        wanted = [each for each in found if each.seq > after and (not before or each.seq < before)]
        if self.slow is not None:
            await self.slow.wait()
        return sorted(wanted, key=lambda each: each.seq)[-most:]

    def answer(self, incoming: Incoming, reply: Reply) -> Delivery:
        """Keep *reply*, and say how it is to be delivered."""
        seq = len(self.said) + 1
        content = incoming.content
        asked = replace(content, image=b"") if isinstance(content, Photo) else content
        self.said[(incoming.person.address, incoming.ref)] = Answered(seq, incoming.ref, reply, asked)
        return Delivery(incoming.person, reply, key=str(seq), to=incoming)


@dataclass
class House:
    """One server over one tray; it can be stopped, killed and started again on the same port."""

    tray: Tray
    settings: Settings
    public_url: str = ""
    extra: Sequence[web.AbstractRouteDef] = ()
    port: int = 0
    channel: WebChannel = field(init=False)
    _stop: Callable[[], Awaitable[None]] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        opening = open_channel(self.settings, Talk(self.tray, suggestions, Memory(), self.public_url))
        self.channel = await opening.__aenter__()
        app = web.Application()
        app.add_routes([*self.channel.routes(), *self.extra])
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self.port).start()
        self.port = runner.addresses[0][1]

        async def stop() -> None:
            await opening.__aexit__(None, None, None)
            await runner.cleanup()

        self._stop = stop

    async def stop(self) -> None:
        if self._stop is not None:
            stop, self._stop = self._stop, None
            await stop()

    async def say(self, incoming: Incoming, reply: Reply) -> None:
        await self.channel.deliver(self.tray.answer(incoming, reply))

    async def serve(self, answer: Callable[[Incoming], Reply]) -> None:
        """Answer what arrives, in its order, until cancelled."""
        while True:
            incoming = await self.tray.arrived.get()
            await self.tray.speaking.wait()
            await self.say(incoming, answer(incoming))


@asynccontextmanager
async def open_app(
    settings: Settings | None = None, *, answering: bool = False, public_url: str = ""
) -> AsyncIterator[House]:
    house = House(Tray(), settings or Settings(), public_url)
    house.tray.speaking.set()
    await house.start()
    try:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(house.serve(answer_of)) if answering else None
            yield house
            if task is not None:
                task.cancel()
    finally:
        await house.stop()


# Replies of every shape -------------------------------------------------------------------------------------------

NAMES = deque(
    ["Bánh phu thê Đình Bảng", "Nem Bùi Ninh Xá", "Vải thiều Lục Ngạn", "Mỳ gạo Chũ", "Rượu làng Vân", "Gà Hồ"]
)
NASTY = "<img src=x onerror=\"document.title='hacked'\"><script>document.title='hacked'</script>"


def short_card(number: int) -> Card:
    standing = list(Standing)[number % len(Standing)]
    return Card(
        title=NAMES[number % len(NAMES)],
        subtitle="HTX Nông nghiệp sản xuất và kinh doanh dịch vụ tổng hợp Hồng Xuân — phường Chũ",
        stars=None if standing in {Standing.UNRATED, Standing.NONE} else 3 + number % 3,
        standing=standing,
        verdict={
            Standing.VALID: "Còn hiệu lực đến 31/08/2027 (còn 280 ngày)",
            Standing.ENDING: "Sắp hết hạn: đến 10/12/2026 (còn 16 ngày)",
            Standing.PRESUMED_LAPSED: "Hết hạn trong tháng 12/2025, chưa rõ gia hạn chưa.",
            Standing.WITHDRAWN: "Thu hồi chứng nhận OCOP từ 02/11/2026.",
            Standing.ANNULLED: "Hủy công nhận OCOP từ 02/11/2026.",
            Standing.LAPSED: "Hết hạn ngày 09/12/2025, chưa công nhận lại.",
        }.get(standing, "Chưa rõ thời hạn."),
        choices=(Choice("Xem", Action(Verb.PRODUCT, f"san-pham-{number}"), style=Style.MAIN),),
        url=f"/p/san-pham-{number}",
    )


def whole_card(title: str = "Vải thiều Lục Ngạn", standing: Standing = Standing.VALID) -> Card:
    certificate = Section(
        "Chứng nhận OCOP",
        (
            Fact("Hạng", "4 sao (tiềm năng 5 sao)", sources=(1, 2)),
            Fact("Số giấy chứng nhận", "chưa rõ", known=False),
            Fact("Quyết định", "1234/QĐ-UBND ngày 12/11/2024", sources=(1,)),
        ),
    )
    phones = (Link("0912 345 678", "tel:+84-91-234-56-78"), Link("0222 3 123 456", "tel:+84-222-3123-456"))
    producer = Section(
        "Nhà sản xuất",
        (
            Fact("Nhà sản xuất", "HTX nông nghiệp sản xuất và kinh doanh dịch vụ tổng hợp Hồng Xuân — Hợp tác xã"),
            Fact("Địa chỉ từ 01/07/2025", "Phường Chũ, Bắc Ninh", sources=(2,)),
            Fact("Điện thoại", "0912 345 678, 0222 3 123 456", links=phones),
            Fact(
                "Trang web", "htxhongxuan.example", links=(Link("htxhongxuan.example", "https://htxhongxuan.example"),)
            ),
            Fact("Thư", "a@b.example", links=(Link("a@b.example", "mailto:a@b.example"),)),
            Fact("Lạ", "đừng chạm", links=(Link("đừng chạm", "javascript:document.title='hacked'"),)),
        ),
    )
    return Card(
        title=title,
        subtitle="HTX Hồng Xuân",
        stars=4,
        standing=standing,
        verdict=short_card(list(Standing).index(standing)).verdict,
        sections=(certificate, producer),
        sources=(
            SourceLine("Báo Bắc Giang điện tử", "https://baobacgiang.example/1", "ngày 12/11/2024"),
            SourceLine("Danh mục của Sở", "", "ngày 01/07/2025"),
        ),
        note="Có trong danh mục không chứng minh rằng món hàng trong tay bạn là hàng thật.",
        url="/p/vai-thieu",
        choices=(
            Choice("Gọi 0912 345 678", url="tel:+84-91-234-56-78"),
            Choice("Sản phẩm khác của nơi này", Action(Verb.MAKER, "vai-thieu")),
        ),
    )


def fold_card(card: Card) -> Card:
    """*card* with all but its first section folded."""
    return replace(card, sections=(*card.sections[:1], *(replace(each, folds=True) for each in card.sections[1:])))


def a_list(page: int) -> Reply:
    turns = [Choice("← Trang trước", Action(Verb.PAGE, f"abc {page - 1}"))] if page > 1 else []
    turns += [Choice("Trang sau →", Action(Verb.PAGE, f"abc {page + 1}"))] if page < 3 else []
    chips = [Choice("Nhiều sao trước", Action(Verb.NEAR), style=Style.CHIP)]
    cards = tuple(short_card(number) for number in range(5 * page - 5, 5 * page))
    return Reply(f"Danh sách, trang {page}", cards=cards, choices=(*turns, *chips), page=Page(page, 3, 15))


def answer_of(incoming: Incoming) -> Reply:
    """A reply whose shape is asked for by name."""
    match incoming.content:
        case Tap(Action(Verb.PRODUCT)):
            return Reply(cards=(whole_card(str(incoming.content.action)),))
        case Tap(Action(Verb.PAGE, subject)):
            return a_list(int(subject.split()[1]))
        case Photo(image=image):
            return Reply(f"Đã nhận ảnh {len(image)} byte", cards=(whole_card(),))
        case Location(latitude, longitude):
            return Reply(f"Quanh {latitude:.2f}, {longitude:.2f}")
        case Text(body):
            return _words(body, incoming.person.language)
    return Reply(f"Đã bấm {incoming.content}")


def _words(body: str, language: str) -> Reply:
    shapes = {
        "thẻ": Reply(cards=(whole_card(),)),
        "hết hạn": Reply(cards=(whole_card(standing=Standing.LAPSED),)),
        "chưa có tin": Reply(cards=(whole_card(standing=Standing.PRESUMED_LAPSED),)),
        "thu hồi": Reply(cards=(whole_card(standing=Standing.WITHDRAWN),)),
        "hủy": Reply(cards=(whole_card(standing=Standing.ANNULLED),)),
        "gấp": Reply(cards=(fold_card(whole_card()),)),
        "danh sách": a_list(1),
        "cảnh báo": Reply(
            "Đây là mã thanh toán.", warnings=("Mã này chuyển tiền. Đừng quét bằng ứng dụng ngân hàng!",)
        ),
        "ảnh": Reply("Mời bạn chụp nhãn.", wants=Want.PHOTO),
        "ở đâu": Reply("Bạn đang ở đâu?", wants=Want.LOCATION),
        "độc": Reply(NASTY, cards=(whole_card(NASTY),), warnings=(NASTY,), choices=(Choice(NASTY, Action(Verb.HELP)),)),
    }
    return shapes.get(body) or Reply(f"[{language}] {body}")


async def suggestions(words: str, *, language: str, limit: int, offset: int = 0) -> Sequence[Card]:
    if words.startswith("hỏng"):
        raise StoreUnavailable
    return [short_card(number) for number in range(len(NAMES)) if words.lower() in NAMES[number].lower()][:limit]
