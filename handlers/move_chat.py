"""Somebody takes what they looked up, follow and rated along to another chat, by a one-time code."""

import re
from collections.abc import Iterator
from dataclasses import replace

from catalog.inquiry import Address, Notice, NoticeKind
from catalog.text import fold
from handlers.actions import Action, Verb
from handlers.apologies import not_in_public
from handlers.context import Context, Session
from handlers.messages import Choice, Incoming, Reply, Style
from handlers.own_codes import LETTERS, new_code
from handlers.phrases import Speech, speech

SECONDS = 600.0
"""For how long a code can be used."""
MOST_WRONG, WRONG_PAUSE = 5, 3600.0
_LENGTH = 10
_CODE = re.compile(
    rf"(?:chuy[eể]n|move|옮기기|转移|/chuyen)[\s:]+((?:[{LETTERS}][\s.\-–]?){{{_LENGTH}}})", re.IGNORECASE
)
_ASKS = re.compile(
    r"(?:cho toi |toi muon |minh muon |muon )?(?:chuyen|doi)(?: (?:lich su|du lieu))? (?:sang|qua)"
    r" (?:zalo|telegram|web|kenh khac|chat khac|may khac|ung dung khac)(?: bot| oa)?"
    r"|move (?:me |my history )?to (?:zalo|telegram|(?:the )?web|another (?:chat|app|channel))"
)
_EASTERN = re.compile(
    r"(?:잘로|텔레그램|웹|다른 (?:채팅|앱))(?:으)?로 (?:옮기기|옮겨줘|이동)"
    r"|(?:转到|换到|转移到)\s?(?:zalo|telegram|网页|别的聊天)",
    re.IGNORECASE,
)
Done = tuple[Reply, Session]


def channel_name(channel: str, context: Context, say: Speech) -> str:
    """What people call a channel."""
    return context.channel_titles.get(channel) or say("the web chat")


async def answer(said: str, *, incoming: Incoming, context: Context, session: Session) -> Done | None:
    """Give a code, or take the one in *said*; None for anything else. Raises StoreError."""
    bare = said.strip(" ?!.。")
    if code := _CODE.fullmatch(bare):
        squeezed = "".join(letter for letter in code[1].upper() if letter in LETTERS)
        return await act(squeezed, incoming=incoming, context=context, session=session)
    if _ASKS.fullmatch(fold(bare)) or _EASTERN.fullmatch(bare):
        return await act("", incoming=incoming, context=context, session=session)
    return None


async def act(subject: str, *, incoming: Incoming, context: Context, session: Session) -> Done:
    """Say what moves, give a code, or take what a code names, after asking. Raises StoreError."""
    say = session.say
    if incoming.public:
        return not_in_public(say), session
    who = Address(incoming.person.channel, incoming.person.address)
    code, _, sure = subject.partition(" ")
    if not code:
        return await _explain(who, context=context, session=session), session
    if code == "give":
        return await _give(who, context=context, session=session), session
    return await _take(code.upper(), who, sure=sure == "yes", context=context, session=session)


async def _explain(who: Address, *, context: Context, session: Session) -> Reply:
    say = session.say
    held = await context.store.moves.count(who)
    if not any(held):
        text = say("There is nothing to take along yet: you have looked up nothing and follow nothing here.")
        return Reply(text, language=say.language)
    lines = (
        *_what_moves(held, say),
        say("Your questions to producers stay here: their answers come here."),
        say("You get a code to type in the other chat. It works once, for 10 minutes."),
    )
    choices = (Choice(say("Give me the code"), Action(Verb.MOVE, "give"), style=Style.MAIN),)
    return Reply("\n".join(lines), choices=choices, language=say.language)


def _what_moves(held: tuple[int, int, int], say: Speech) -> Iterator[str]:
    looks, follows, rated = held
    parts = (
        say.count("{number} look-up", "{number} look-ups", looks),
        say.count("{number} thing that you follow", "{number} things that you follow", follows),
    )
    yield say("This moves: {first} and {second}. The old chat keeps it no more.", first=parts[0], second=parts[1])
    if rated:
        yield say.count(
            "Your rating of {number} product goes along.", "Your ratings of {number} products go along.", rated
        )


async def _give(who: Address, *, context: Context, session: Session) -> Reply:
    say, code = session.say, new_code()[:_LENGTH]
    await context.store.moves.offer(code, who, until=context.now() + SECONDS)
    typed = say("move {code}", code=f"{code[:5]}-{code[5:]}")
    lines = (
        say("In the other chat with me, type this within 10 minutes:"),
        typed,
        say("Give it to nobody: whoever types it gets your history."),
    )
    return Reply("\n".join(lines), language=say.language)


async def _take(code: str, who: Address, *, sure: bool, context: Context, session: Session) -> Done:
    say, now = session.say, context.now()
    lately = now - session.wrong_code_at < WRONG_PAUSE
    if session.wrong_codes >= MOST_WRONG and lately:
        return Reply(say("Too many wrong codes. Please try again in an hour.")), session
    offered = await context.store.moves.owner(code, now=now)
    if offered is not None and offered != who:
        if not sure:
            return await _ask(code, offered, context=context, session=session), session
        notice = Notice(f"moved:{code}"[:200], offered, NoticeKind.MOVED, f"{who.channel} {say.language}")
        if await context.store.moves.take(code, who, now=now, tell=notice):
            text = say("Here it is: what you looked up and what you follow is in this chat now.")
            choices = (
                Choice(say("What I looked up"), Action(Verb.HISTORY)),
                Choice(say("What I follow"), Action(Verb.FOLLOW)),
            )
            return Reply(text, choices=choices, language=say.language), replace(session, wrong_codes=0)
    if offered == who:
        return Reply(say("Type this code in the other chat, not here.")), session
    wrong = session.wrong_codes + 1 if lately else 1
    text = say("This code is not valid, or not any more: it works once, for 10 minutes. Ask for a new one.")
    return Reply(text), replace(session, wrong_codes=wrong, wrong_code_at=now)


async def _ask(code: str, offered: Address, *, context: Context, session: Session) -> Reply:
    say = session.say
    held = await context.store.moves.count(offered)
    lines = (
        say("From {channel} to this chat:", channel=channel_name(offered.channel, context, say)),
        *_what_moves(held, say),
    )
    choices = (
        Choice(say("Yes, bring it here"), Action(Verb.MOVE, f"{code} yes"), style=Style.MAIN),
        Choice(say("No"), Action(Verb.MENU)),
    )
    return Reply("\n".join(lines), choices=choices, language=say.language)


async def compose(notice: Notice, *, context: Context) -> Reply | None:
    """The words that tell the old chat what moved, and where to."""
    channel, _, language = notice.subject.partition(" ")
    say = speech(language)
    text = say(
        "What you looked up and what you follow has moved to {channel}, by the code that was given here. If that was "
        "not you, somebody has read this chat: it cannot be taken back from here.",
        channel=channel_name(channel, context, say),
    )
    return Reply(text, language=say.language)
