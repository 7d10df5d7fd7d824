"""In a chat: "tiến độ OCOP xã Nhân Thắng" is answered with the board's figures, to everybody, as on the public page."""

import re

from catalog.dates import PartialDate
from catalog.officers import Act, reach
from catalog.places import Unit
from catalog.programme import count_all, draw_radar
from catalog.targets import Area, within
from catalog.text import fold
from catalog.translated_words import to_vietnamese
from handlers import programme
from handlers.board.programme import list_targets
from handlers.context import Context, Session
from handlers.inquiries.consumer import who
from handlers.messages import Card, Choice, Incoming, Reply
from handlers.programme import load_figures

_NOW = r"(?:(?:nam|quy|thang) nay|hien nay)"
_HOW_FAR = r"(?:den dau|the nao|ra sao)(?: roi)?"
_ASKED = re.compile(
    rf"(?:(?:tien do|so lieu|tinh hinh) (?:chuong trinh )?ocop(?: {_NOW})?(?: {_HOW_FAR})?"
    rf"|(?:tien do|tinh hinh)(?: (?:chuong trinh|thuc hien|{_NOW}))* {_HOW_FAR}"
    r"|ocop (?:tien do|tinh hinh|progress)|progress of ocop)(?: (?:cua|o|tai|in|of))?\b"
)
_MINE = frozenset({"xa toi", "phuong toi", "xa minh", "phuong minh", "xa cua toi", "my commune", "my ward"})
_PROVINCE = frozenset({"", "tinh", "toan tinh", "ca tinh", "bac ninh", "tinh bac ninh", "the province"})
_LONGEST = 120


async def answer(body: str, *, incoming: Incoming, context: Context, session: Session) -> Reply | None:
    """The figures that *body* asks for; None where it asks for something else. Raises StoreError."""
    words = to_vietnamese(body.strip()).strip(" ?!.？。").split()
    asked = _ASKED.match(" ".join(map(fold, words)) if len(body) <= _LONGEST else "")
    if asked is None:
        return None
    place = " ".join(words[len(asked[0].split()) :])
    if fold(place) in _PROVINCE:
        return await _figures(Area.PROVINCE, context=context, session=session)
    if fold(place) in _MINE:
        codes = await _own_communes(incoming, context)
        if not codes:
            text = session.say("Which commune is yours? Write it like this: tiến độ OCOP xã Nhân Thắng.")
            return Reply(text)
        return await _figures(codes[0], context=context, session=session)
    unit = _unit(place, context)
    return await _figures(unit.code, context=context, session=session) if unit else _unknown(place, context, session)


def _unit(place: str, context: Context) -> Unit | None:
    return context.places.called(place)


def _unknown(place: str, context: Context, session: Session) -> Reply:
    several = context.places.since_july_2025("", commune=place).candidates
    if several:
        names = ", ".join(map(str, several[:5]))
        return Reply(
            session.say("{words} may be several communes: {several}. Say one of them.", words=place, several=names)
        )
    return Reply(session.say("I know no commune called “{place}” in Bắc Ninh.", place=place))


async def _own_communes(incoming: Incoming, context: Context) -> list[str]:
    """The communes of an officer who is known in this chat, where nobody else reads along."""
    if incoming.public:
        return []
    number = await context.store.officer_chats.officer_of(who(incoming))
    officer = await context.store.officers.by_number(number) if number is not None else None
    today = context.today()
    grants = officer.grants_in_force(today) if officer else ()
    return sorted(reach(grants, Act.READ_FIGURES, today=today).communes)


async def _figures(area: str, *, context: Context, session: Session) -> Reply:
    say, day = session.say, context.today()
    figures = await load_figures(context, day)
    held = within(figures.products, area)
    total, names = count_all(held), programme.state_names(say)
    place = programme.area_name(area, context.places, say)
    stars = " · ".join(f"{each}★ {total.stars.get(each, 0)}" for each in (5, 4, 3))
    lines = [
        say("OCOP in {place}, counted on {day}:", place=place, day=say.day(PartialDate.of(day))),
        f"• {total.in_force} {say('with a star in force')} ({stars})",
        *(
            f"• {names[state]}: {total.states[state]}"
            for state in names
            if state != "in-force" and total.states.get(state)
        ),
        "• " + say("Stars that end in the next twelve months: {number}", number=draw_radar(held, day).total),
    ]
    areas = {area} if area != Area.PROVINCE else {Area.PROVINCE, Area.OLD_BAC_NINH, Area.OLD_BAC_GIANG}
    for line in await list_targets(context, say, day):
        target, value = line.target, line.progress.value
        if target.area in areas and target.until.latest >= day and value is not None:
            share = f"{value:g}/{target.least:g} ({line.percent}%)"
            lines.append(f"• {line.measure}: {share}, {line.area}, {target.plan}")
    lines.append(say("Published totals may be larger: the catalogue holds what was entered or imported."))
    card = _map(area, context=context, session=session)
    choices = (Choice(say("All figures"), url=card.url),)
    return Reply("\n".join(lines), cards=(card,), choices=choices, language=say.language)


def _map(area: str, *, context: Context, session: Session) -> Card:
    """The map as a picture, the commune marked, and the way to all figures."""
    marked = f"?commune={area}" if context.places.with_code(area) else ""
    picture = f"{context.public_url}{programme.MAP_PICTURE}{marked}"
    return Card(session.say("OCOP in figures"), picture=picture, url=f"{context.public_url}/figures")
