"""An officer in their own chat: known there by a one-time code, and given a way onto the board whenever they ask."""

from dataclasses import replace

from catalog.audit import Doer
from catalog.errors import NotFound
from catalog.officers import Act, Officer, level
from catalog.store import Refusal
from handlers.apologies import not_in_public
from handlers.board import morning
from handlers.context import Context, Session
from handlers.inquiries.consumer import who
from handlers.inquiries.membership import MOST_WRONG, WRONG_PAUSE
from handlers.messages import Incoming, Reply
from handlers.own_codes import LINK_SECONDS, format_code, invitation_in, new_code, sign_in_link


async def act(subject: str, *, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session]:
    """``/banlamviec``: a link to the board; ``/banlamviec CODE``: be known here from now on. Raises StoreError."""
    say = session.say
    if incoming.public:
        return not_in_public(say), session
    if subject:
        return await _bind(subject, incoming=incoming, context=context, session=session)
    number = await context.store.officer_chats.officer_of(who(incoming))
    officer = await context.store.officers.by_number(number) if number is not None else None
    if officer is None:
        text = say("This is for programme officers. On the board, open “My chats” and send the code from there here.")
        return Reply(text), session
    return await _give_link(officer, context=context, session=session), session


async def _bind(code: str, *, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session]:
    say, now = session.say, context.now()
    lately = now - session.wrong_code_at < WRONG_PAUSE
    if session.wrong_codes >= MOST_WRONG and lately:
        return Reply(say("Too many wrong codes. Please try again in an hour, or ask the programme officer.")), session
    known = invitation_in(code)
    bound = await context.store.officer_chats.bind(known, who(incoming), now=now) if known else Refusal.UNKNOWN
    if isinstance(bound, Refusal):
        wrong = session.wrong_codes + 1 if lately else 1
        text = say("This link or code opens nothing. It counts for ten minutes and once; ask for a new one.")
        return Reply(text), replace(session, wrong_codes=wrong, wrong_code_at=now)
    # Whoever wants to be told at half past seven is told here too, from the next morning on.
    await morning.schedule(context)
    text = say("I know you here now. Send /banlamviec whenever you want to open the board.")
    return Reply(text), replace(session, wrong_codes=0)


async def _give_link(officer: Officer, *, context: Context, session: Session) -> Reply:
    say, today = session.say, context.today()
    role = level(officer.grants_in_force(today), Act.SEE_BOARD, today=today)
    if role is None:
        return Reply(say("Your access has ended"))
    code, expires = new_code(), context.now() + LINK_SECONDS
    try:
        await context.store.officers.make_link(officer.number, code, expires_at=expires, by=Doer(officer.number, role))
    except NotFound:
        return Reply(say("Your access has ended"))
    if not context.public_url:
        return Reply(say("Type this code on the board, once, within ten minutes: {code}", code=format_code(code)))
    link = sign_in_link(code, context.public_url)
    return Reply(say("This opens the board once, within ten minutes: {link}", link=link))
