"""A buyer looks for goods in bulk: what they want is read, what is missing is asked, and offers are shown with reasons.

Nobody is named: the buyer agrees before a producer is asked, and the producer before either is told who the other is.
"""

import json
import re
import unicodedata
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Literal

from catalog.buyers.deals import BuyerRequest
from catalog.buyers.demand import Demand, DemandPart
from catalog.buyers.read_demand import LONGEST, leaves_open, read_demand, read_part, read_quantity
from catalog.errors import NotFound
from catalog.text import fold, fold_letters
from handlers.actions import Action, Verb
from handlers.apologies import not_in_public
from handlers.buyers import deals, offers, supplying, wording
from handlers.context import Context, Draft, DraftStep, Session
from handlers.inquiries.consumer import who
from handlers.links import without_phones
from handlers.messages import Choice, Incoming, Reply, Style, Want
from handlers.thread import MessageAct

BuyerVerb = Literal[Verb.SOURCE, Verb.DEAL, Verb.SUPPLY]
STEPS = frozenset({DraftStep.SOURCE, DraftStep.SUPPLY})
MOST_REQUESTS = 5
"""So many requests may somebody make within a day."""
_AGAIN_SECONDS = 600.0
_NEEDED = (DemandPart.PRODUCT, DemandPart.VOLUME, DemandPart.MONTHS)
_EXTRAS = (DemandPart.PLACE, DemandPart.STARS, DemandPart.PACKING, DemandPart.PRICE)
_EXTRA = "extra"
_SEEK = re.compile(
    r"\b(?:tim|can|xem) (?:nguon (?:hang|cung)|nha cung cap|moi nhap)\b|^nguon hang\b|\bthu mua\b(?! (?:o|duoc o|tai) )"
    r"|\b(?:can|muon|can tim|muon tim) (?:mua|nhap|lay) (?:si|buon|so luong lon)\b|\b(?:can|muon) nhap (?!khau)"
    r"|\b(?:find|need|looking for|search for) (?:a |some )?(?:suppliers?|sources?)\b"
    r"|\b(?:want|need|like) to (?:buy|purchase|source) (?:in bulk|wholesale)\b"
    r"|도매로|공급(?:처|업체)|(?<![么样里儿])采购|找货源|寻找货源|找供应商"
)
_BUY = re.compile(r"\b(?:mua|nhap|lay|dat|tim|can|buy|purchase|order|need)\b|구매|구입|납품|주문|필요|买|订|需要|采购")
_BARGAINS = re.compile(r"\b(?:chiet khau|giam gia|bao nhieu|discount|how much)\b|多少钱|折扣|打折|价格|얼마|할인|가격")
_ASKS = re.compile(
    rf"{_BARGAINS.pattern}"
    # "hút chân không" (vacuum-packed) asks nothing.
    r"|(?<!\bchan )\b(?:khong|ko|k|hong|chua|the nao|sao)[ ?.!]*$"
)
"""What is asked of something that was spoken of, however much of it."""
_SOUR = re.compile(r"\bchua\b", re.IGNORECASE)
"""Beside words with their marks it is sour, and asks nothing: nem chua."""
_SUPPLIES = re.compile(
    r"(?:khai |khai bao |bao )?(?:nang luc cung ung|nguon cung(?: cua (?:toi|minh))?)"
    r"|(?:toi|minh) (?:co the )?cung ung.*|what i can supply"
)
_OPEN = frozenset(
    {
        "bo qua", "khong", "khong biet", "chua biet", "tuy", "tim", "tim luon", "tim di", "no", "skip", "search",
        "any", "khong can", "khong co", "chua ro",
    }
)  # fmt: skip
_BULK = {"kg": 100.0, "lít": 100.0}
_BULK_COUNT = 50.0
"""What no household buys at once: so much of what is weighed or poured, so many of what is counted."""


@lru_cache(maxsize=1024)
def is_purchase(words: str) -> bool:
    """Whether *words* look for a source of goods: they say so, or want to buy more than a household does."""
    if len(words) > LONGEST or words.startswith("/"):
        return False
    text = " ".join(unicodedata.normalize("NFC", words).split())
    plain = fold_letters(text)
    if _SEEK.search(plain):
        return True
    asked = plain if text.isascii() else fold_letters(_SOUR.sub("", text))
    wanted = read_quantity(text) if _BUY.search(plain) and not _ASKS.search(asked) else None
    return wanted is not None and wanted.amount >= _BULK.get(wanted.unit, _BULK_COUNT)


async def recognize(
    words: str, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session] | Action | None:
    """The answer to words of a buyer in bulk, or what a producer wants to say; None for all else. Raises StoreError."""
    if _SUPPLIES.fullmatch(fold(words).strip(" ?!.")):
        return Action(Verb.SUPPLY)
    if not is_purchase(words):
        return None
    return await begin(words, fair="", incoming=incoming, context=context, session=session, spoken=True)


async def act(  # noqa: PLR0911 - one line a verb
    verb: BuyerVerb, subject: str, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    """Do what a button of buyers and producers asks for. Raises StoreError."""
    if verb is Verb.DEAL:
        return await deals.act(subject, incoming=incoming, context=context, session=session)
    if verb is Verb.SUPPLY:
        return await supplying.act(subject, incoming=incoming, context=context, session=session)
    what, _, rest = subject.partition(" ")
    if incoming.public:
        return not_in_public(session.say), session
    if what in {"skip", "search"} and session.draft is not None and session.draft.step is DraftStep.SOURCE:
        return await _skip(session.draft, incoming=incoming, context=context, session=session)
    if what in {"show", "ask", "name", "agree", "end"}:
        return await deals.act_on_request(what, rest, incoming=incoming, context=context, session=session)
    if what in {"new", "fair"}:
        return await begin("", fair=rest[:40], incoming=incoming, context=context, session=session)
    return await _list_own(incoming=incoming, context=context, session=session)


async def _list_own(*, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session]:
    """Somebody's open requests; who has none begins one, unless they are writing something else."""
    say = session.say
    mine = [each for each in await context.store.buyers.of_person(who(incoming)) if each.is_open(context.now())]
    if not mine and session.draft is not None and session.draft.step is not DraftStep.SOURCE:
        new = Choice(say("Look for goods in bulk"), Action(Verb.SOURCE, "new"))
        return Reply(say("You look for no goods in bulk now."), choices=(new,), language=say.language), session
    if not mine:
        return await begin("", fair="", incoming=incoming, context=context, session=session)
    lines = [say("What you look for:")]
    lines += [f"{number}. {wording.describe_demand(each.demand, say)}" for number, each in enumerate(mine, 1)]
    choices = [
        Choice(say("Offers for no. {number}", number=number), Action(Verb.SOURCE, f"show {each.number}"))
        for number, each in enumerate(mine, 1)
    ]
    choices.append(Choice(say("Look for something else"), Action(Verb.SOURCE, "new")))
    return Reply("\n".join(lines), choices=tuple(choices), language=say.language), session


# What is wanted -------------------------------------------------------------------------------------------------------


async def begin(
    words: str, *, fair: str, incoming: Incoming, context: Context, session: Session, spoken: bool = False
) -> tuple[Reply, Session]:
    """Read what *words* say and go on; a *fair* is where the buyer came from. Raises StoreError.

    Of what was *spoken* of last so much is wanted, where the words name nothing else.
    """
    if incoming.public:
        return not_in_public(session.say), session
    demand = read_demand(without_phones(words), today=context.today())
    if spoken and not demand.product:
        demand = replace(demand, product=await _spoken_of(context=context, session=session))
    fair = await _known_fair(fair or _fair_in(words), context)
    draft = Draft(DraftStep.SOURCE, fair, begun_at=context.now())
    return await _go_on(demand, [], draft, incoming=incoming, context=context, session=session)


async def _spoken_of(*, context: Context, session: Session) -> str:
    """The product of the last turns, or the kind that was looked for and listed; "" for none. Raises StoreError."""
    if session.thread.product:
        found = await context.products([session.thread.product])
        return found[0].name if found else ""
    last = session.thread.last
    if last is None or last.act is not MessageAct.LIST or not last.words:
        return ""
    return "" if context.find(last.words, limit=1).filters else last.words


FAIR_LABEL = "hội chợ:"
"""Before the key of the fair from which the words of a form come."""


def _fair_in(words: str) -> str:
    _, label, rest = words.partition(f"; {FAIR_LABEL}")
    return rest.strip()[:40] if label else ""


async def _known_fair(key: str, context: Context) -> str:
    """*key*, if there is such a fair."""
    try:
        return (await context.store.fairs.by_key(key)).key if key else ""
    except NotFound:
        return ""


async def words(
    body: str, draft: Draft, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    """The answer to the question that was asked last. Raises StoreError."""
    if is_purchase(body) and ":" in body:
        # A form was sent while a question was open.
        return await begin(body, fair="", incoming=incoming, context=context, session=session)
    if draft.step is DraftStep.SUPPLY:
        said = "" if leaves_open(body) else body
        return await supplying.words(said, draft, incoming=incoming, context=context, session=session)
    if draft.kind == deals.NAME:
        return await deals.take_name(body, draft, incoming=incoming, context=context, session=session)
    if (fold(body) in _OPEN or leaves_open(body)) and draft.kind != DemandPart.PRODUCT:
        return await _skip(draft, incoming=incoming, context=context, session=session)
    held = json.loads(draft.text)
    demand = _take_answer(without_phones(body), draft.kind, Demand.from_json(held["demand"]), today=context.today())
    return await _go_on(demand, list(held["asked"]), draft, incoming=incoming, context=context, session=session)


def reads_answer(body: str, draft: Draft, *, today: date) -> bool:
    """Whether *body* can be read as an answer to the question that was asked last, whatever else it may be."""
    if draft.kind == deals.NAME or (_BARGAINS.search(fold_letters(body)) and not leaves_open(body)):
        return False
    if leaves_open(body) or draft.step is DraftStep.SUPPLY:
        return leaves_open(body) or supplying.reads_answer(draft.kind, body, today=today)
    if draft.kind == _EXTRA:
        return _with_extras(Demand(), replace(read_demand(body, today=today), product="")) != Demand()
    part = DemandPart(draft.kind)
    return part is not DemandPart.PRODUCT and part not in read_part(part, body, Demand(), today=today).unclear


def _take_answer(body: str, kind: str, demand: Demand, *, today: date) -> Demand:
    """*demand* with what *body* says when it was asked for that *kind* of thing, and whatever else it says."""
    more = read_demand(body, today=today)
    if kind == _EXTRA:
        return _with_extras(demand, more)
    part = DemandPart(kind)
    demand = read_part(part, body, demand, today=today)
    # "2 tấn, tháng 6" answers two questions at once.
    for each in (*_NEEDED[1:], *_EXTRAS):
        if not demand.has(each) and more.has(each) and each is not part:
            demand = replace(demand, **{str(each): getattr(more, str(each))})
    return replace(demand, product=more.product) if part is DemandPart.PRODUCT and more.product else demand


def _with_extras(demand: Demand, more: Demand) -> Demand:
    found = {str(each): getattr(more, str(each)) for each in _EXTRAS if more.has(each)}
    if more.product and "place" not in found:
        # "Hà Nội" alone is where it should go.
        found["place"] = more.product
    return replace(demand, **found)


async def _skip(draft: Draft, *, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session]:
    """Leave the question that was asked last open."""
    if draft.kind == deals.NAME:
        return Reply(session.say("Nothing was sent.")), replace(session, draft=None)
    held = json.loads(draft.text)
    demand, asked = Demand.from_json(held["demand"]), [*held["asked"], draft.kind, draft.kind]
    return await _go_on(demand, asked, draft, incoming=incoming, context=context, session=session)


async def _go_on(
    demand: Demand, asked: list[str], draft: Draft, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    """Ask for what is missing, each thing twice at most; then keep the request and show what fits."""
    missing = next((each for each in _NEEDED if not demand.has(each) and asked.count(each) < 2), None)
    if missing is not None:
        return _ask_part(missing, demand, asked, draft, context=context, session=session)
    if not demand.product:
        text = session.say("I need to know what you look for. Begin again when you like.")
        again = Choice(session.say("Look for goods in bulk"), Action(Verb.SOURCE, "new"))
        return Reply(text, choices=(again,)), replace(session, draft=None)
    if not any(demand.has(each) for each in _EXTRAS) and _EXTRA not in asked:
        return _ask_extra(demand, asked, draft, session=session)
    return await _keep(demand, draft, incoming=incoming, context=context, session=session)


def _ask_part(
    part: DemandPart, demand: Demand, asked: list[str], draft: Draft, *, context: Context, session: Session
) -> tuple[Reply, Session]:
    say = session.say
    questions = {
        DemandPart.PRODUCT: say("What do you look for? A product or a group, like: vải thiều, mỳ, quà tặng."),
        DemandPart.VOLUME: say("How much do you need? Like: 2 tonnes, 500 kg a month, 300 bottles."),
        DemandPart.MONTHS: say("In which months? Like: 6-7, November, all year."),
    }
    lines = []
    if part in demand.unclear or asked.count(part):
        lines.append(say("I could not read that."))
    elif not asked and demand.product:
        lines.append(say("You look for: {demand}.", demand=wording.describe_demand(demand, say)))
    lines.append(questions[part])
    choices = []
    if part is not DemandPart.PRODUCT:
        choices.append(Choice(say("Leave it open"), Action(Verb.SOURCE, "skip")))
    elif context.public_url:
        choices.append(Choice(say("Fill in a form"), url=form_url(context, session, fair=draft.about)))
    choices.append(Choice(say("Cancel"), Action(Verb.CANCEL)))
    text = json.dumps({"demand": demand.to_json(), "asked": [*asked, part]}, ensure_ascii=False)
    begun = replace(draft, kind=part, text=text)
    reply = Reply("\n".join(lines), choices=tuple(choices), wants=Want.TEXT, language=say.language)
    return reply, replace(session, draft=begun)


def form_url(context: Context, session: Session, *, fair: str = "") -> str:
    """The form for whoever talks here, for a day."""
    me = session.who
    proof = context.store.sign(f"{FORM_FOR} {me.channel} {me.address}") if me is not None else ""
    marks = {"for": proof, "fair": fair, "lang": session.say.language}
    query = "&".join(f"{name}={value}" for name, value in marks.items() if value)
    return f"{context.public_url}{wording.PATH}?{query}"


FORM_FOR = "buy"
FORM_SECONDS = 24 * 3600


def _ask_extra(demand: Demand, asked: list[str], draft: Draft, *, session: Session) -> tuple[Reply, Session]:
    say = session.say
    text = say(
        "Anything else? Where it goes, stars, packing, price range. One line, like: deliver to Bắc Ninh, 4 stars, "
        "20-30k/kg."
    )
    choices = (
        Choice(say("Search now"), Action(Verb.SOURCE, "search"), style=Style.MAIN),
        Choice(say("Cancel"), Action(Verb.CANCEL)),
    )
    kept = json.dumps({"demand": demand.to_json(), "asked": [*asked, _EXTRA]}, ensure_ascii=False)
    shown = say("You look for: {demand}.", demand=wording.describe_demand(demand, say))
    reply = Reply(f"{shown}\n{text}", choices=choices, wants=Want.TEXT, language=say.language)
    return reply, replace(session, draft=replace(draft, kind=_EXTRA, text=kept))


async def _keep(
    demand: Demand, draft: Draft, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    """Keep the request, once; the same one again within minutes is the one that is kept."""
    store, now, me = context.store.buyers, context.now(), who(incoming)
    session = replace(session, draft=None)
    mine = await store.of_person(me)
    held = next((each for each in mine if each.demand == demand and now - each.at < _AGAIN_SECONDS), None)
    if held is None:
        fresh = BuyerRequest(me, demand, now, language=session.say.language, fair=draft.about)
        held = await store.open(fresh, most=MOST_REQUESTS)
    if held is None:
        text = session.say.count(
            "You have made {number} request today: please come back tomorrow, or withdraw one.",
            "You have made {number} requests today: please come back tomorrow, or use one of them.",
            MOST_REQUESTS,
        )
        mine_ = Choice(session.say("My requests"), Action(Verb.SOURCE))
        return Reply(text, choices=(mine_,)), session
    return await offers.show_offers(held, 1, context=context, session=session, first=True), session
