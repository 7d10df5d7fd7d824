"""Somebody follows a product, its producer or a commune, sees what they follow, and stops; news: handlers.follow_news.

Fairs that they are reminded of stand in the same list; what is told of these is handlers.fairs.notices's.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from catalog.follows import MOST_FOLLOWED, Follow, FollowKind
from catalog.inquiry import Address, Role
from catalog.search import Band
from catalog.text import fold, last_words
from catalog.translated_words import to_vietnamese
from handlers.actions import Action, Verb, number_in
from handlers.apologies import not_in_public
from handlers.catalogue.search import clean
from handlers.context import Context, Session
from handlers.follow_news import read_marks
from handlers.messages import Choice, Incoming, Reply
from handlers.phrases import Speech

_PER_PAGE = 8
_STOPS = re.compile(r"(?:bo|thoi|huy|ngung|dung|ngung nhan|unfollow|stop following) ?(?:theo doi)?(?P<words> .*)?")
_SURELY_STOPS = re.compile(r"(?:(?:bo|thoi|huy|ngung|dung) theo doi|unfollow|stop following)\b")
_ASKS = re.compile(
    r"(?:cho )?(?:toi |minh |em )?(?:muon |xin )?(?:theo doi|follow)(?: (?:san pham|giup|giup toi))?(?P<words> .*)?"
)
_LISTS = re.compile(
    r"(?:xem )?(?:toi |minh |em )?(?:dang theo doi(?: gi)?|danh sach theo doi)|(?:what am i |what i am |)?following"
    r"|(?:my follows|what do i follow)"
)
# With its marks: xạ đen is a herb.
_PLACE = re.compile(r"(?:xã|phường|thị trấn)\s+", re.IGNORECASE)
_EASTERN = (
    (re.compile(r"(?:팔로우 ?(?:목록|중)|구독 ?목록|我(?:的)?关注(?:的)?|关注列表|关注了什么)"), "list"),
    (re.compile(r"(?P<words>.*?) ?(?:팔로우|구독) ?(?:취소|해제|중지)(?:해줘)?|取消关注(?P<chinese>.*)"), "stop"),
    (re.compile(r"(?P<words>.*?) ?(?:팔로우|구독)(?: ?하기|해줘)?|关注(?P<chinese>.*)"), "follow"),
)


async def answer(said: str, *, incoming: Incoming, context: Context, session: Session) -> Reply | None:
    """Follow or stop what *said* names or what was shown last, or list it; None for another wish. Raises StoreError."""
    wish = _read_wish(said)
    if wish is None:
        return None
    if incoming.public:
        return not_in_public(session.say)
    what, words = wish
    named = _named(words, context=context, session=session) if what != "list" else None
    if what == "stop" and named is not None:
        return await _stop_named(named, incoming=incoming, context=context, session=session)
    if what == "follow":
        if named is None:
            return _which(words, session.say)
        return await act(named, incoming=incoming, context=context, session=session)
    return await act("", incoming=incoming, context=context, session=session)


def stops(said: str) -> bool:
    """Whether *said* surely wants to follow something no more, whatever it is said within."""
    wish, folded = _read_wish(said), fold(said).strip()
    # The patterns of Korean and Chinese are narrow by themselves.
    return wish is not None and wish[0] == "stop" and (not folded.isascii() or bool(_SURELY_STOPS.match(folded)))


@lru_cache(maxsize=1024)
def _read_wish(said: str) -> tuple[str, str] | None:
    """What *said* wants ("follow", "stop", "list") and the words that name of what."""
    bare = said.strip(" ?!.。？！")
    for pattern, what in _EASTERN:
        if found := pattern.fullmatch(bare):
            return what, to_vietnamese(next(filter(None, found.groups()), "")).strip()
    folded = fold(bare)
    if _LISTS.fullmatch(folded):
        return "list", ""
    stops = _STOPS.fullmatch(folded)
    if stops is not None and ("theo doi" in folded or "follow" in folded):
        return "stop", last_words(bare, stops["words"] or "")
    asks = _ASKS.fullmatch(folded)
    return ("follow", last_words(bare, asks["words"] or "")) if asks is not None else None


def _named(words: str, *, context: Context, session: Session) -> str | None:
    """The subject of an action that follows what *words* name; without words, what was spoken of. None: nothing."""
    if fold(words) in {"", "no", "san pham nay", "cai nay", "it", "this"}:
        return f"p {session.thread.product}" if session.thread.product else None
    placed = _PLACE.match(words)
    unit = context.places.named(words) or (context.places.called(words[placed.end() :]) if placed else None)
    if unit is not None and unit.code:
        return f"c {unit.code}"
    if placed:
        # Who says that it is a commune means no product of a like name.
        return None
    found = context.find(clean(to_vietnamese(words)), limit=1)
    if not found.hits:
        return None
    if found.filters.producer is not None and not found.rest:
        return f"m {found.hits[0].id}"
    return f"p {found.hits[0].id}" if found.band is Band.ANSWER else None


def _which(words: str, say: Speech) -> Reply:
    if words:
        text = say("I do not find “{name}”. Open its card, then press “Follow”.", name=words[:60])
    else:
        text = say("Follow what? Open a product's card and press “Follow”, or write: theo dõi xã Đình Tổ.")
    return Reply(text, choices=(Choice(say("What I follow"), Action(Verb.FOLLOW)),), language=say.language)


async def act(subject: str, *, incoming: Incoming, context: Context, session: Session) -> Reply:
    """Do what a button about following asks for. Raises StoreError."""
    if incoming.public:
        return not_in_public(session.say)
    who = Address(incoming.person.channel, incoming.person.address)
    what, _, rest = subject.partition(" ")
    match what:
        case "p" | "m" | "c" if rest:
            return await _follow(what, rest, who, context=context, session=session)
        case "no" if number := number_in(rest):
            return await _stop_one(number, who, context=context, session=session)
        case "none":
            return await _stop_all(who, context=context, session=session)
        case "quiet" | "stop":
            return await _be_quiet(who, context=context, session=session)
        case _:
            return await _list(who, context=context, session=session)


async def _follow(what: str, ref: str, who: Address, *, context: Context, session: Session) -> Reply:
    say = session.say
    found = await _subject(what, ref, context=context)
    if found is None:
        return _which("", say)
    kind, subject, name = found
    before = await context.store.follows.of_person(who)
    same = next((each for each in before if (each.kind, each.subject) == (kind, subject)), None)
    if same is not None:
        text = say("You follow {name} already.", name=name)
        return Reply(text, choices=_after_follow(same.number, say), language=say.language)
    marks = await read_marks({kind: {subject}}, context=context)
    follow = Follow(who, kind, subject, say.language, context.now())
    if not await context.store.follows.add(follow, marks=marks):
        text = say("You follow {number} things already: stop one of them first.", number=MOST_FOLLOWED)
        return Reply(text, choices=(Choice(say("What I follow"), Action(Verb.FOLLOW)),), language=say.language)
    kept = await context.store.follows.of_person(who)
    number = next((each.number for each in kept if (each.kind, each.subject) == (kind, subject)), 0)
    lines = [say("You follow {name}.", name=name), _promise(kind, say)]
    if not before:
        lines.append(
            say(
                "I keep that you follow it, only to tell you, until you stop. Where a messenger lets me write no more, "
                "the news waits until you write again."
            )
        )
    return Reply(" ".join(lines), choices=_after_follow(number, say), language=say.language)


def _promise(kind: FollowKind, say: Speech) -> str:
    """What is told of it, and when."""
    return {
        FollowKind.PRODUCT: say(
            "At 8 in the morning, once a day at most, I tell you when its star is renewed, raised, about to end, over "
            "or taken away, and when it is in season again."
        ),
        FollowKind.PRODUCER: say(
            "At 8 in the morning, once a day at most, I tell you when it has a new product, and when the star of one "
            "is renewed, raised, about to end, over or taken away, or one is in season again."
        ),
        FollowKind.COMMUNE: say(
            "At 8 in the morning, once a day at most, I tell you when there is a new product, and when a star is "
            "raised or taken away."
        ),
    }[kind]


def _after_follow(number: int, say: Speech) -> tuple[Choice, ...]:
    return (
        Choice(say("Stop following"), Action(Verb.FOLLOW, f"no {number}")),
        Choice(say("What I follow"), Action(Verb.FOLLOW)),
    )


async def _subject(what: str, ref: str, *, context: Context) -> tuple[FollowKind, str, str] | None:
    """What an action names: its kind, its id and how it is called; None where it is not there."""
    if what == "c":
        unit = context.places.with_code(ref)
        return (FollowKind.COMMUNE, unit.code, str(unit)) if unit is not None else None
    product = await context.store.product(ref)
    if product is None:
        return None
    if what == "m":
        return FollowKind.PRODUCER, product.producer.id, product.producer.name
    return FollowKind.PRODUCT, product.id, product.name


async def _list(who: Address, *, context: Context, session: Session) -> Reply:
    say, held = session.say, await context.store.follows.of_person(who)
    fairs = await context.store.fairs.list_reminders_of(who)
    if not (held or fairs):
        text = say("You follow nothing yet. Open a product's card and press “Follow”.")
        return Reply(text, language=say.language)
    names = await _names(held, context=context)
    lines = [say("You follow:"), *(f"• {names[each.number]}" for each in held), *(f"• {each.name}" for each in fairs)]
    choices = [
        Choice(say("Stop: {name}", name=names[each.number]), Action(Verb.FOLLOW, f"no {each.number}"))
        for each in held[:_PER_PAGE]
    ]
    choices += [
        Choice(say("Stop: {name}", name=each.name), Action(Verb.FAIR, f"stop {each.key}")) for each in fairs[:_PER_PAGE]
    ]
    choices.append(Choice(say("Stop all of it"), Action(Verb.FOLLOW, "none")))
    return Reply("\n".join(lines), choices=tuple(choices), language=say.language)


async def _be_quiet(who: Address, *, context: Context, session: Session) -> Reply:
    """What somebody who wants to hear no more can stop, and what else they may hear of. Raises StoreError."""
    say, listed = session.say, await _list(who, context=context, session=session)
    head = listed.text if listed.choices else say("You follow nothing: I send you no news.")
    lines = [
        head,
        say(
            "Besides, I write only about what you began here yourself (a question, a rating, a correction, a "
            "purchase, moving to another messenger), and if something you looked up is recalled. Erasing everything "
            "ends that too."
        ),
    ]
    choices = [*listed.choices, Choice(say("Erase everything"), Action(Verb.ERASE))]
    roles = {each.role for each in await context.store.members.roles_of(who)}
    if Role.PRODUCER in roles:
        lines.append(
            say(
                "As one who answers for a producer you are told as well of customers' questions, buyers, new ratings, "
                "fairs, what is missing or ends soon, and whether you are still there: set quiet hours, pause or leave "
                "in the settings."
            )
        )
        choices.insert(-1, Choice(say("Quiet hours, pause, leave"), Action(Verb.SETTINGS)))
    if (
        Role.OFFICER in roles
        or who in context.officers
        or await context.store.officer_chats.officer_of(who) is not None
    ):
        lines.append(
            say(
                "As an officer you are told as well of complaints, questions without an answer, what producers report, "
                "corrections, proposals, and each morning of your work: that one you can turn off on the board."
            )
        )
    return Reply("\n".join(lines), choices=tuple(choices), language=say.language)


async def _names(held: Sequence[Follow], *, context: Context) -> dict[int, str]:
    """How what is followed is called, by the number of the follow."""
    by_kind: dict[FollowKind, list[str]] = {kind: [] for kind in FollowKind}
    for each in held:
        by_kind[each.kind].append(each.subject)
    named = {each.id: each.name for each in await context.products(by_kind[FollowKind.PRODUCT])}
    named |= {each.id: each.name for each in await context.store.producers(by_kind[FollowKind.PRODUCER])}
    units = [context.places.with_code(code) for code in by_kind[FollowKind.COMMUNE]]
    named |= {unit.code: str(unit) for unit in units if unit is not None}
    return {each.number: named.get(each.subject, each.subject) for each in held}


async def _stop_named(named: str, *, incoming: Incoming, context: Context, session: Session) -> Reply:
    who = Address(incoming.person.channel, incoming.person.address)
    what, _, ref = named.partition(" ")
    found = await _subject(what, ref, context=context) if ref else None
    held = await context.store.follows.of_person(who)
    same = next((each for each in held if found and (each.kind, each.subject) == found[:2]), None)
    if same is None:
        return await _list(who, context=context, session=session)
    return await _stop_one(same.number, who, context=context, session=session)


async def _stop_one(number: int, who: Address, *, context: Context, session: Session) -> Reply:
    say = session.say
    gone = await context.store.follows.stop(who, number=number)
    if not gone:
        return await _list(who, context=context, session=session)
    names = await _names(gone, context=context)
    again = await _again(gone[0], context=context)
    choices = (
        *([Choice(say("Follow it again"), Action(Verb.FOLLOW, again))] if again else []),
        Choice(say("What I follow"), Action(Verb.FOLLOW)),
    )
    text = say("You do not follow {name} any more.", name=names[number])
    return Reply(text, choices=choices, language=say.language)


async def _again(gone: Follow, *, context: Context) -> str:
    """The subject of the action that follows it again; "" where that cannot be."""
    if gone.kind is FollowKind.COMMUNE:
        return f"c {gone.subject}"
    if gone.kind is FollowKind.PRODUCT:
        product = await context.store.product(gone.subject)
        return f"p {product.ref}" if product else ""
    made = await context.store.of_producer(gone.subject)
    return f"m {made[0].ref}" if made else ""


async def _stop_all(who: Address, *, context: Context, session: Session) -> Reply:
    gone = await context.store.follows.stop(who)
    fairs = await context.store.fairs.list_reminders_of(who)
    for fair in fairs:
        await context.store.fairs.stop_reminding(fair.key, who)
    text = session.say.count(
        "I tell you no more news; you followed {number} thing.",
        "I tell you no more news; you followed {number} things.",
        len(gone) + len(fairs),
    )
    return Reply(text, language=session.say.language)
