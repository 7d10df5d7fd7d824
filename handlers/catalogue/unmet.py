"""What people look for in vain: counted without them, and only what can be a product's name or the code of a label."""

from catalog.codes import Code, Gtin, OtherLink, PlainCode, ShortLink, TraceLink
from catalog.search import possible_name
from catalog.store import UnmetQuery
from catalog.text import fold
from handlers.context import Context, Session
from handlers.own_codes import is_own

_LONGEST_LINK = 80
_FEWEST_LETTERS = 2
_DRAFT_LIFE = 24 * 3600.0


async def note_name(words: str, *, context: Context, session: Session) -> None:
    """Count the name in *words*, unless they may be about something that goes on between people."""
    name = possible_name(words)
    if len(fold(name)) >= _FEWEST_LETTERS and await _counts(context=context, session=session):
        await _keep(UnmetQuery("name", name), key=fold(name), context=context, session=session)


async def note_code(code: Code, *, context: Context, session: Session) -> None:
    """Count a label's code that we do not know, unless it may be somebody's own."""
    if _is_labels(code) and await _counts(context=context, session=session):
        await _keep(UnmetQuery("code", _whole(code)), key=code.key, context=context, session=session)


async def _keep(query: UnmetQuery, *, key: str, context: Context, session: Session) -> None:
    if session.who is not None:
        await context.store.unmet.note(query, key=key, who=session.who)


async def _counts(*, context: Context, session: Session) -> bool:
    """False while someone writes an inquiry, has one that is open, or answers them."""
    if session.who is None or not context.store.has_keys:
        return False
    if session.draft is not None and context.now() - session.draft.begun_at < _DRAFT_LIFE:
        return False
    return not await context.store.people.has_matters(session.who)


def _whole(code: Code) -> str:
    """The code as an officer can bind it: of a link all that counts, where its reader shows the host alone."""
    return code.key if isinstance(code, ShortLink | OtherLink) else code.shown


def _is_labels(code: Code) -> bool:
    match code:
        case TraceLink() | ShortLink():
            return bool(code.key)
        case Gtin():
            # Twelve digits are an identity card's as well as an article's.
            return bool(code.key) and len(code.printed) in {13, 14}
        case PlainCode():
            return _is_plain_label(code)
        case OtherLink():
            return not code.ours and not code.lookalike_of and _is_plain_link(code.key)
    return False


def _is_plain_label(code: PlainCode) -> bool:
    """True for letters with digits that are none of ours; digits alone may be a phone's, an account's, a person's."""
    letters = sum(letter.isalpha() for letter in code.key)
    return not code.ours and letters >= _FEWEST_LETTERS and "@" not in code.key and not is_own(code.key)


def _is_plain_link(address: str) -> bool:
    """True for a page's address that carries nothing along: no question, no long number, no mailbox."""
    digits = max((len(part) for part in _runs(address)), default=0)
    return len(address) <= _LONGEST_LINK and not set("?#@&=") & set(address) and digits < 8


def _runs(text: str) -> list[str]:
    return "".join(letter if letter.isdigit() else " " for letter in text).split()
