"""A way onto the officers' board by e-mail: the link is made when the mail is, so that none waits anywhere."""

from catalog.audit import Doer
from catalog.delivery import Policy
from catalog.errors import NotFound
from catalog.inquiry import Address, Notice, NoticeKind
from catalog.officers import Act, level
from handlers.context import Context
from handlers.messages import Reply
from handlers.own_codes import LINK_SECONDS, new_code, sign_in_link
from handlers.phrases import Speech

_ONCE_IN = 120


async def ask(email: str, *, context: Context) -> None:
    """Have a link sent to the officer whose address *email* is, if it is anybody's; once in two minutes.

    Whoever asks learns nothing of whether it is. Raises StoreError.
    """
    officer = await context.store.officers.by_contact(email)
    if officer is None:
        return
    now, to = context.now(), Address(context.email_channel, officer.contact)
    key, about = f"sign_in:{officer.number}:{now // _ONCE_IN:.0f}", f"{officer.number} {now:.0f}"
    notice = Notice(key, to, NoticeKind.SIGN_IN, about, due_at=now, policy=Policy.AT_MOST_ONCE)
    await context.store.outbox.add(notice)


async def compose(notice: Notice, *, context: Context, say: Speech) -> Reply | None:
    """The mail with a fresh link; None where it comes too late, or the access has ended. Raises StoreError."""
    number, _, asked_at = notice.subject.partition(" ")
    if context.now() - float(asked_at) > LINK_SECONDS:
        return None
    officer, today = await context.store.officers.by_number(int(number)), context.today()
    role = level(officer.grants_in_force(today), Act.SEE_BOARD, today=today) if officer else None
    if officer is None or role is None or officer.contact != notice.to.address:
        return None
    code, expires = new_code(), context.now() + LINK_SECONDS
    try:
        await context.store.officers.make_link(officer.number, code, expires_at=expires, by=Doer(officer.number, role))
    except NotFound:
        return None
    link = sign_in_link(code, context.public_url)
    lines = (
        say("Hỏi OCOP: your link to the officers' board"),
        say("This opens the board once, within ten minutes: {link}", link=link),
        say("If you did not ask for it, leave it: nobody gets in by it but who reads this mail."),
    )
    return Reply("\n".join(lines))
