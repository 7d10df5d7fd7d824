"""What somebody looked up: by day, newest first, searched by words, each a tap away from its card; and its erasure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from catalog.dates import PartialDate, local_time
from catalog.inquiry import Address
from catalog.model import LookUpWay, Product
from catalog.store import DayLook
from catalog.text import as_typed, fold, last_words
from catalog.translated_words import to_vietnamese
from handlers import cards, verdict
from handlers.actions import LONGEST, Action, Verb, number_in
from handlers.apologies import not_in_public
from handlers.catalogue.search import clean, view
from handlers.context import Context, Session
from handlers.messages import Card, Choice, Incoming, Page, Reply, Style, Want
from handlers.phrases import Speech

PER_PAGE = 5
_MOST_WORDS, _LONGEST_WISH = 40, 160
_NEVER = 500
"""Of more products than that, one that is searched for is looked for among the first ones only."""

# Folded, so that marks may be left out; "lịch sử" of something else ("lịch sử làng nghề") is another question.
_ASKS = re.compile(
    r"(?:cho (?:toi|minh|em) xem |xem (?:lai )?|mo )?(?:(?:cac |nhung )?(?:san pham|hang|mon|thu) )?(?:ma )?"
    r"(?:(?:toi|minh|em) )?(?:da (?:xem|tra|tra cuu|quet)(?: qua)?)(?: (?:gi|nhung gi|san pham nao))?(?P<words> .*)?"
    r"|(?:xem )?lich su(?: (?:xem|tra cuu|tim kiem|tim|quet|cua (?:toi|minh|em)))?"
    r"|(?:my |show (?:me )?(?:my )?)?(?:history|look ?ups)(?: of mine)?"
    r"|(?:what|which products) (?:did|have) i (?:look(?:ed)? (?:at|up)|scan(?:ned)?|see|view(?:ed)?)"
    r"|(?:i )?(?:looked (?:at|up)|viewed)(?P<viewed> .*)?"
)
_EASTERN = re.compile(
    r"(?:내 |내가 )?(?:조회 ?기록|검색 ?기록|기록|본 (?:것|상품|제품))(?:들)?(?: 보기| 보여줘)?(?P<korean> .*)?"
    r"|(?:我)?(?:的)?(?:浏览记录|历史记录|查询记录|历史|看过(?:什么|的(?:产品|东西)?)?|查过的)(?P<chinese>.*)?"
)

_WIPE = (
    r"(?:(?:toi|minh|em|hay|xin|lam on|muon|can|lam sao|lam the nao|cach|huong dan|de) )*(?:xoa|quen|don)"
    r"(?: (?:giup|cho|ho|di|het|sach|bo|toan bo|tat ca|moi|cac|nhung|toi|minh|em))*"
)
_HISTORY = r"(?:lich su|muc da xem|danh sach da xem)(?: (?:xem|tra cuu|tim kiem|tim|tra|quet|da xem|san pham))?"
_PLEASE = r"(?:(?:please|how|do|can|could|i|you|want|would|like|d|to) )*"
_LOOKED_UP = r"(?:looked (?:at|up)|scanned|searched(?: for)?|viewed|seen)"
_ERASES = re.compile(
    rf"{_WIPE} (?P<one>(?!{_HISTORY}).+?) (?:ra )?(?:khoi|trong) {_HISTORY}(?: cua (?:toi|minh|em))?"
    rf"|{_WIPE} {_HISTORY}(?: cua (?:toi|minh|em))?(?: (?:di|het|nhe|ngay|giup (?:toi|minh)|voi))*(?P<of>(?: .+)?)"
    rf"|{_WIPE} (?:(?:san pham|hang|mon|thu|gi) )?(?:ma )?(?:(?:toi|minh|em) )?da (?:xem|tra|tra cuu|quet|tim)"
    r"(?: (?:di|het|nhe|voi))*"
    rf"|{_PLEASE}(?:clear|delete|erase|wipe|remove|forget)(?: (?:all|everything|of|out|my|the))*"
    r"(?: (?:search|browsing|look ?up|scan))? (?:history|look ?ups|searches)(?: please)?"
    rf"|{_PLEASE}(?:clear|delete|erase|wipe|remove|forget) (?:all|everything|what|all that)(?: that)? i (?:have |ve )?"
    rf"{_LOOKED_UP}"
    rf"|{_PLEASE}(?:delete|erase|remove|forget) (?P<removed>.+?) from (?:my |the )?(?:search )?history"
)
# Alone it means something of the history only where that holds it.
_ERASES_NAMED = re.compile(
    r"(?:(?:toi|minh|em|hay|muon) )*xoa (?:giup |di |cho )*(?P<one>.+?)(?: (?:di|nhe|giup|voi|ra))*"
)
_ERASES_EASTERN = re.compile(
    r"(?:내 |제 )?(?:(?:조회|검색|스캔|열람) ?)?기록(?:을|들을)?(?: ?(?:모두|전부|다))* ?"
    r"(?:삭제|지워|지우|초기화)[가-힣 ]*"
    r"|请?(?:帮我)?(?:清除|删除|清空|删掉|刪除)我?的?(?:全部|所有)?的?(?:浏览|历史|查询|搜索|瀏覽|歷史|查詢)?"
    r"(?:历史|记录|歷史|記錄|紀錄)+"
    r"|请?把我?的?(?:浏览|历史|查询|搜索)?(?:历史|记录)+(?:全部|都)?(?:删除|清除|清空|删掉)[掉吧了]*"
)


def erased_by(said: str) -> str | None:
    """What is to be erased of what was looked up ("" for all of it); None where *said* asks for something else."""
    if len(said) > _LONGEST_WISH:
        return None
    if _ERASES_EASTERN.fullmatch(said.strip(" ?!.。？！")):
        return ""
    words = fold(said)
    found = _ERASES.fullmatch(words)
    if found is None:
        return None
    name = next((name for name in ("one", "of", "removed") if (found[name] or "").strip()), "")
    return as_typed(said, words, found.span(name)) if name else ""


@lru_cache(maxsize=1024)
def words_in(said: str) -> str | None:
    """What is looked for among what was looked up ("" for all of it); None where *said* asks for something else."""
    eastern = _EASTERN.fullmatch(said.strip(" ?!.。？！"))
    if eastern is not None:
        return to_vietnamese(next(filter(None, eastern.groups()), "")).strip()
    found = _ASKS.fullmatch(fold(said).strip(" ?!."))
    if found is None:
        return None
    return last_words(said, next(filter(None, found.groups()), ""))


async def answer(said: str, *, incoming: Incoming, context: Context, session: Session) -> Reply | None:
    """The part of the history that *said* asks for; None for anything else. Raises StoreError."""
    erased = erased_by(said)
    if erased is not None:
        asked = await _what_to_erase(erased, incoming, context=context) if erased else "all"
        return await act(asked, incoming=incoming, context=context, session=session)
    words = words_in(said)
    if words is None:
        return await _erase_named(said, incoming, context=context, session=session)
    return await act(f"p 1 {words}", incoming=incoming, context=context, session=session)


async def _erase_named(said: str, incoming: Incoming, *, context: Context, session: Session) -> Reply | None:
    """Whether that is to be erased which *said* names alone, "xóa mật ong"; None where it was not looked up."""
    words = fold(said).strip(" ?!.")
    found = _ERASES_NAMED.fullmatch(words) if len(said) <= _LONGEST_WISH else None
    if found is None or incoming.public:
        return None
    named = as_typed(said, words, found.span("one"))
    if not await _named(named, Address(incoming.person.channel, incoming.person.address), context=context):
        return None
    return await act(
        await _what_to_erase(named, incoming, context=context), incoming=incoming, context=context, session=session
    )


async def _what_to_erase(words: str, incoming: Incoming, *, context: Context) -> str:
    """The one product that *words* name among what was looked up, to be erased once they are sure; else a choice."""
    named = await _named(words, Address(incoming.person.channel, incoming.person.address), context=context)
    return f"out {named[0]}" if len(named) == 1 else f"some 1 {words}"


async def act(subject: str, *, incoming: Incoming, context: Context, session: Session) -> Reply:
    """Show a page, or what of it can be erased; erase one product's look-ups or all. Raises StoreError."""
    if incoming.public:
        return not_in_public(session.say)
    who = Address(incoming.person.channel, incoming.person.address)
    what, _, rest = subject.partition(" ")
    match what:
        case "p" | "some":
            number, _, words = rest.partition(" ")
            page = number_in(number, otherwise=1, digits=5)
            return await _show(page, words.strip(), who, choosing=what == "some", context=context, session=session)
        case "out" if rest:
            ref, _, sure = rest.partition(" ")
            return await _forget_one(ref, who, sure=sure == "yes", context=context, session=session)
        case "all":
            return await _forget_all(who, sure=rest == "yes", context=context, session=session)
        case _:
            return await _show(1, subject.strip(), who, choosing=False, context=context, session=session)


async def _show(page: int, words: str, who: Address, *, choosing: bool, context: Context, session: Session) -> Reply:
    say, store = session.say, context.store.look_ups
    words = words[:_MOST_WORDS]
    only = await _named(words, who, context=context) if fold(words) else None
    looks, total = await store.by_day(who, limit=PER_PAGE, offset=(max(page, 1) - 1) * PER_PAGE, only=only)
    if not looks and page > 1:
        return await _show(1, words, who, choosing=choosing, context=context, session=session)
    if not looks:
        return _nothing(words, say)
    known = {each.id: each for each in await context.products(each.look.product_id for each in looks)}
    if choosing:
        return _choose(looks, known, say)
    here = Page(max(page, 1), -(-total // PER_PAGE), total)
    heading = say("You looked up, the newest first:")
    if words:
        heading = say("What you looked up by “{words}”, the newest first:", words=words)
    gone = [each for each in looks if each.look.product_id not in known]
    lines = [heading, *(_gone_line(each, say) for each in gone)]
    drawn = [
        _row(each, known[each.look.product_id], context=context, session=session) for each in looks if each not in gone
    ]
    choices = (*_turns(here, words, say), *_erasing(here, words, say))
    return Reply("\n".join(lines), cards=tuple(drawn), choices=choices, page=here, language=say.language)


async def _named(words: str, who: Address, *, context: Context) -> list[str]:
    """The ids of what someone looked up whose name, other names or producer hold all of *words*."""
    wanted = fold(clean(words)).split()
    ids = (await context.store.look_ups.products_of(who))[:_NEVER]
    found = []
    for product in await context.products(ids):
        names = fold(" ".join((product.name, *product.aliases, product.producer.name)))
        if all(each in names for each in wanted):
            found.append(product.id)
    return found


def _row(seen: DayLook, product: Product, *, context: Context, session: Session) -> Card:
    """The product with its verdict of today, when it was looked up, and what has changed since."""
    drawn, say = cards.short(product, view(context, session)), session.say
    at = local_time(seen.look.at)
    told = [f"{say.day(PartialDate.of(at.date()))} {at:%H:%M}", _way_words(seen.look.look_up.way, say)]
    if seen.look.look_up.lot:
        told.append(say("lot {lot}", lot=seen.look.look_up.lot))
    if seen.times > 1:
        told.append(say.count("{number} time that day", "{number} times that day", seen.times))
    told.append(product.producer.name)
    changed = verdict.changed_since(product.certificates, at.date(), context.today(), say)
    return replace(
        drawn, subtitle=" · ".join(filter(None, told)), verdict=" ".join(filter(None, (drawn.verdict, changed)))
    )


def _way_words(way: LookUpWay, say: Speech) -> str:
    return {
        LookUpWay.PHOTO: say("by photo"),
        LookUpWay.TYPED: say("by its code"),
        LookUpWay.LINK: "",
        LookUpWay.NAME: "",
    }[way]


def _gone_line(seen: DayLook, say: Speech) -> str:
    day = local_time(seen.look.at).date()
    return say("{day}: a product that is not in the catalogue any more", day=say.day(PartialDate.of(day)))


def _nothing(words: str, say: Speech) -> Reply:
    if words:
        text = say("Nothing you looked up is called “{words}”.", words=words)
        choices = (Choice(say("All that I looked up"), Action(Verb.HISTORY)),)
        return Reply(text, choices=choices, language=say.language)
    text = say("You have not looked up anything yet. Type the name of a product, or send a photo of its label.")
    return Reply(text, wants=Want.PHOTO, language=say.language)


def _turns(here: Page, words: str, say: Speech) -> list[Choice]:
    turns = ((say("← Previous"), here.number - 1), (say("Next →"), here.number + 1))
    return [Choice(label, _action(f"p {there}", words)) for label, there in turns if 1 <= there <= here.pages]


def _erasing(here: Page, words: str, say: Speech) -> tuple[Choice, ...]:
    return (
        Choice(say("Take it to another chat"), Action(Verb.MOVE), style=Style.CHIP),
        Choice(say("Erase some"), _action(f"some {here.number}", words), style=Style.CHIP),
        Choice(say("Erase all of it"), Action(Verb.HISTORY, "all"), style=Style.CHIP),
    )


def _action(what: str, words: str) -> Action:
    """Do *what* among what *words* find; as many of the words as a button can carry."""
    room = LONGEST - len(f"{Verb.HISTORY} {what} ".encode())
    carried = words.encode()[:room].decode(errors="ignore")
    return Action(Verb.HISTORY, f"{what} {carried}".strip())


def _choose(looks: Sequence[DayLook], known: Mapping[str, Product], say: Speech) -> Reply:
    names = {each.look.product_id: _name(each.look.product_id, known, say) for each in looks}
    choices = [
        Choice(say("Erase: {name}", name=name), Action(Verb.HISTORY, f"out {known[ref].ref if ref in known else ref}"))
        for ref, name in names.items()
        if ref in known or len(f"{Verb.HISTORY} out {ref} yes") <= LONGEST
    ]
    choices.append(Choice(say("Back to the list"), Action(Verb.HISTORY)))
    return Reply(say("Which one shall I erase?"), choices=tuple(choices), language=say.language)


def _name(ref: str, known: Mapping[str, Product], say: Speech) -> str:
    return known[ref].name if ref in known else say("not in the catalogue any more")


async def _forget_one(ref: str, who: Address, *, sure: bool, context: Context, session: Session) -> Reply:
    say, product = session.say, await context.store.product(ref)
    name = product.name if product else say("not in the catalogue any more")
    if not sure:
        text = say(
            "Erase every time you looked up “{name}”? Should a lot of it be recalled, I could not warn you then.",
            name=name,
        )
        choices = (
            Choice(say("Yes, erase it"), Action(Verb.HISTORY, f"out {ref} yes")),
            Choice(say("No"), Action(Verb.HISTORY)),
        )
        return Reply(text, choices=choices, language=say.language)
    await context.store.look_ups.forget(who, product=product.id if product else ref)
    back = (Choice(say("Back to the list"), Action(Verb.HISTORY)),)
    return Reply(say("Erased: {name}.", name=name), choices=back, language=say.language)


async def _forget_all(who: Address, *, sure: bool, context: Context, session: Session) -> Reply:
    say = session.say
    if not await context.store.look_ups.products_of(who):
        return _nothing("", say)
    if not sure:
        text = say(
            "Erase everything you looked up? Should something you scanned be recalled, I could not warn you then. "
            "This cannot be undone."
        )
        choices = (
            Choice(say("Yes, erase it"), Action(Verb.HISTORY, "all yes")),
            Choice(say("No"), Action(Verb.HISTORY)),
        )
        return Reply(text, choices=choices, language=say.language)
    gone = await context.store.look_ups.forget(who)
    text = say.count("Erased: {number} look-up.", "Erased: {number} look-ups.", gone)
    return Reply(text, language=say.language)
