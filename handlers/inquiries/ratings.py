"""Somebody who bought a product gives it points: five buttons, a sentence or none, and what becomes of it is said."""

import re
from dataclasses import replace
from functools import lru_cache

from catalog.model import Product
from catalog.ratings import LONGEST, POINTS, HoldReason, Rating, RatingState, RatingWay, read_holds
from catalog.search import Band
from catalog.text import fold, last_words
from catalog.translated_words import to_vietnamese
from handlers import limits, rating_words
from handlers.actions import Action, Verb, number_in
from handlers.apologies import not_in_public
from handlers.catalogue import product as products
from handlers.catalogue.search import clean, is_sure
from handlers.context import Context, Draft, DraftStep, Session
from handlers.inquiries import rating_answers, rating_lists
from handlers.inquiries.consumer import who
from handlers.messages import Choice, Incoming, Reply, Style, Want
from handlers.phrases import Speech

Done = tuple[Reply, Session]
_NUMBERS = {
    "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5,
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5,
}  # fmt: skip
_ONE = r"[1-5]|mot|hai|ba|bon|tu|nam|one|two|three|four|five"
_POINTS = re.compile(rf"\b(?P<points>{_ONE})(?: (?:tren )?5)? ?(?:diem|sao|stars?|points?)\b")
_BARE = re.compile(rf"(?:cham |cho |rate )?(?P<points>{_ONE})(?: (?:tren )?5)?(?: thoi| nhe| a)?")
_EASTERN_POINTS = re.compile(r"([1-5一二三四五])\s?(?:점|분|分|星|颗星|별|개)")
_EASTERN_NUMBERS = dict(zip("一二三四五", POINTS, strict=True))
_BESIDE = frozenset(
    (
        "thoi", "nhe", "a", "nha", "cho", "san", "pham", "nay", "cai", "mon", "do", "no", "diem", "sao", "toi", "minh",
        "em", "muon", "duoc", "it", "this", "please", "product", "the", "for",
    )
)  # fmt: skip
_LEAVE = frozenset(
    {
        "thoi",
        "khong",
        "khong can",
        "khong viet",
        "bo qua",
        "no",
        "skip",
        "leave it",
        "그냥",
        "됐어",
        "不用",
        "不写",
        "不写了",
    }
)

_MINE = re.compile(
    r"(?:(?:xem|xoa|sua|doi|rut lai|lay lai) )?(?:cac |nhung )?(?:diem|danh gia|cham diem)(?: ma)? cua (?:toi|minh|em)"
    r"|(?:toi|minh|em) da (?:cham diem|cham|danh gia)(?: gi| nhung gi)?"
    r"|(?:(?:delete|change|take back) )?my (?:ratings?|points|reviews?)"
)
_READS = re.compile(
    r"(?:xem )?(?:nguoi (?:mua|ta|dung)|khach(?: hang)?|moi nguoi) (?:noi|danh gia|nhan xet|viet|cham)"
    r"(?: gi| sao| the nao| ra sao| may diem| bao nhieu diem)?(?: ve)?(?P<first> .*)?"
    r"|(?:xem|doc) (?:danh gia|nhan xet)(?: cua (?:nguoi mua|khach))?(?P<second> .*)?"
    r"|(?:buyer )?reviews?(?: of| about| for)?(?P<third> .*)?"
    r"|what (?:do |did |have )?(?:people|buyers|others) (?:say|think|write|wrote|written)"
    r"(?: about| of)?(?P<fourth> .*)?"
)
_GIVES = re.compile(
    r"(?:cho )?(?:toi |minh |em )?(?:muon |xin )?(?:viet )?(?:cham diem|danh gia|cho diem|nhan xet|rate|give points)"
    rf"(?P<first> .*)?|(?:cham|cho|rate)(?P<second> (?:{_ONE})(?: (?:tren )?5)? (?:diem|sao|stars?|points?)(?: .*)?)"
)
_EASTERN = (
    (re.compile(r"내 ?(?:평가|점수|평점)|我(?:的)?(?:评分|评价|打分)"), "mine"),
    (re.compile(r"(?:구매자 ?)?(?:후기|리뷰)(?: ?보기| ?보여줘)?|(?:看)?(?:买家)?评价|大家怎么(?:说|看)"), "read"),
    (
        re.compile(
            r"(?:평가|점수 ?주기|평점 ?주기|별점)(?: ?하기)?(?P<words>.*)|(?:我要)?(?:打分|评分)(?P<chinese>.*)"
        ),
        "give",
    ),
)


async def answer(said: str, *, incoming: Incoming, context: Context, session: Session) -> Done | None:  # noqa: PLR0911 - one line a wish
    """Begin or list ratings, or show what buyers wrote, as *said* wishes; None for another wish. StoreError."""
    wish = _read_wish(said)
    if wish is None:
        return None
    what, words = wish
    ref = _named(words, context=context, session=session)
    if ref is None and what != "mine" and (words or what == "read"):
        return None
    if incoming.public:
        return not_in_public(session.say), session
    if not context.has_ratings:
        return await act(what, incoming=incoming, context=context, session=session)
    if what == "read":
        return await act(f"read {ref}", incoming=incoming, context=context, session=session)
    if what == "mine":
        return await act("mine", incoming=incoming, context=context, session=session)
    if ref is None:
        return _which(session), session
    number = read_points(said)
    return await act(f"{number or 'of'} {ref}", incoming=incoming, context=context, session=session)


@lru_cache(maxsize=1024)
def _read_wish(said: str) -> tuple[str, str] | None:
    """What *said* wants ("mine", "read", "give") and the words that name of what."""
    bare = said.strip(" ?!.。？！")
    for pattern, what in _EASTERN:
        if found := pattern.fullmatch(bare):
            named = next(filter(None, found.groups()), "")
            return what, to_vietnamese(_EASTERN_POINTS.sub("", named)).strip()
    folded = fold(bare)
    if _MINE.fullmatch(folded):
        return "mine", ""
    for pattern, what in ((_READS, "read"), (_GIVES, "give")):
        if found := pattern.fullmatch(folded):
            named = next(filter(None, found.groups()), "")
            return what, _without_points(last_words(bare, named))
    return None


def _without_points(words: str) -> str:
    """*words* without the points they give and what is said around a name."""
    folded = _POINTS.sub(" ", fold(words))
    rest = [each for each in folded.split() if each not in _BESIDE]
    return " ".join(rest) if rest else ""


def _named(words: str, *, context: Context, session: Session) -> str | None:
    """The product that *words* surely name; without words, the one spoken of. None: none."""
    if not words:
        return session.thread.product or None
    found = context.find(clean(to_vietnamese(words)), limit=1)
    return found.hits[0].id if found.hits and found.band is Band.ANSWER and not found.filters else None


def read_points(words: str) -> int | None:
    """How many points *words* give ("4 sao thôi", "bốn điểm", "5점"); None if they do not."""
    folded = fold(words).strip()
    found = _POINTS.search(folded) or _BARE.fullmatch(folded)
    if found:
        return _NUMBERS.get(found["points"]) or int(found["points"])
    eastern = _EASTERN_POINTS.search(words)
    return (_EASTERN_NUMBERS.get(eastern[1]) or int(eastern[1])) if eastern else None


def _which(session: Session) -> Reply:
    say = session.say
    lines = (say("Which product would you give points to?"), rating_lists.how_to_come_to_it(say))
    return Reply("\n".join(lines), choices=_my_points(say), wants=Want.PHOTO, language=say.language)


async def act(subject: str, *, incoming: Incoming, context: Context, session: Session) -> Done:
    """Do what a button about ratings asks for. Raises StoreError."""
    say = session.say
    if not context.has_ratings:
        return Reply(say("Points from buyers are not kept here."), language=say.language), session
    what, _, rest = subject.partition(" ")
    first = rest.partition(" ")[0]
    match what:
        case "of" | "1" | "2" | "3" | "4" | "5":
            return await _begin(first, number_in(what), incoming=incoming, context=context, session=session)
        case "" if session.thread.product:
            return await _begin(session.thread.product, 0, incoming=incoming, context=context, session=session)
        case "bare":
            return await _keep("", incoming=incoming, context=context, session=session)
        case "waits" | "re" | "send":
            return await _answer_buyers(what, first, incoming=incoming, context=context, session=session)
        case _:
            return await _list(what, rest, incoming=incoming, context=context, session=session), session


async def _list(what: str, rest: str, *, incoming: Incoming, context: Context, session: Session) -> Reply:
    """What buyers wrote, or one's own points, page by page, and one taken back."""
    first, _, second = rest.partition(" ")
    if what in {"read", "apart"}:
        return await rating_lists.read(first, _page(second), apart=what == "apart", context=context, session=session)
    if what == "drop":
        sure, me = second == "yes", who(incoming)
        return await rating_lists.take_back(number_in(first), me, sure=sure, context=context, session=session)
    return await rating_lists.list_own(who(incoming), _page(first), context=context, session=session)


def _page(spelled: str) -> int:
    return max(number_in(spelled, otherwise=1, digits=4), 1)


async def _answer_buyers(what: str, first: str, *, incoming: Incoming, context: Context, session: Session) -> Done:
    """A producer's buttons."""
    if what == "re":
        return await rating_answers.begin(number_in(first), incoming=incoming, context=context, session=session)
    if what == "send":
        return await rating_answers.send(incoming=incoming, context=context, session=session)
    return await rating_answers.show_waiting(_page(first), incoming=incoming, context=context, session=session), session


async def _begin(ref: str, points: int, *, incoming: Incoming, context: Context, session: Session) -> Done:
    """Ask for points, or for the sentence where *points* are said; who may not is told how to come to it."""
    say = session.say
    product = await context.store.product(ref)
    if product is None:
        return products.gone(session), session
    standing = await context.store.ratings.standing(who(incoming), product.id, product.producer.id, now=context.now())
    if not standing.may:
        return _refuse(product, session, makes_it=standing.makes_it), session
    before = session.draft
    begun = before is not None and before.step is DraftStep.SCORE and before.about == product.ref
    text = before.text if before is not None and begun else ""
    draft = Draft(DraftStep.SCORE, product.ref, kind=str(points or ""), text=text, begun_at=context.now())
    session = replace(session, draft=draft)
    if points in POINTS and text:
        return await _keep(text, incoming=incoming, context=context, session=session)
    if points in POINTS:
        return _ask_words(product, points, say), session
    return _ask_points(product, standing.own, say), session


def _refuse(product: Product, session: Session, *, makes_it: bool) -> Reply:
    say = session.say
    if makes_it:
        text = say("You answer for the producer of {product}: points are for buyers.", product=product.name)
        reading = (Choice(say("What buyers wrote"), Action(Verb.SCORE, "waits")),)
        return Reply(text, choices=reading, language=say.language)
    lines = (
        say("Points for {product} come from people who have had it in their hands.", product=product.name),
        rating_lists.how_to_come_to_it(say),
    )
    choices = (
        Choice(say("Send a photo"), Action(Verb.PHOTO), style=Style.MAIN),
        Choice(say("Ask the producer"), Action(Verb.ASK, product.ref)),
    )
    return Reply("\n".join(lines), choices=choices, wants=Want.PHOTO, language=say.language)


def _ask_points(product: Product, own: Rating | None, say: Speech) -> Reply:
    lines = [say("How many points do you give {product}? 1 is bad, 5 is very good.", product=product.name)]
    if own is not None:
        given = rating_words.head(own, say)
        lines.append(say("You gave {points}: new points take their place.", points=given))
    lines.append(rating_words.no_star(say))
    choices = [Choice(_label(points, say), Action(Verb.SCORE, f"{points} {product.ref}")) for points in POINTS]
    return Reply("\n".join(lines), choices=(*choices, *_cancelling(say)), wants=Want.TEXT, language=say.language)


def _label(points: int, say: Speech) -> str:
    names = {1: say("1 point: bad"), 5: say("5 points: very good")}
    return names.get(points) or say("{points} points", points=points)


def _ask_words(product: Product, points: int, say: Speech) -> Reply:
    lines = (
        say("{points} for {product}.", points=rating_words.points(points, say), product=product.name),
        say("Write a sentence about it, or leave it. Everybody can read it with the product, without your name."),
        say("No numbers, addresses or links please: an officer looks at those first."),
    )
    leave = Choice(say("Leave it: only points"), Action(Verb.SCORE, "bare"), style=Style.MAIN)
    return Reply("\n".join(lines), choices=(leave, *_cancelling(say)), wants=Want.TEXT, language=say.language)


def is_leaving(body: str, draft: Draft) -> bool:
    """True where somebody who gave points says that they write nothing: the points stay."""
    return draft.step is DraftStep.SCORE and bool(draft.kind) and fold(body) in _LEAVE


async def words(body: str, draft: Draft, *, incoming: Incoming, context: Context, session: Session) -> Done | None:
    """What was written while points or a sentence were awaited; None for a product's name and for a question."""
    if draft.step is DraftStep.SCORE_ANSWER:
        return await rating_answers.words(body, draft, incoming=incoming, context=context, session=session)
    if body.rstrip().endswith(("?", "？")) or is_sure(body, context=context):
        return None
    text = "" if is_leaving(body, draft) else " ".join(limits.tidy(body).split())
    only_points = bool(_POINTS.fullmatch(fold(body)) or _BARE.fullmatch(fold(body)))
    if draft.kind and not only_points:
        return await _keep(text, incoming=incoming, context=context, session=session)
    points = read_points(body)
    if points is None or (not only_points and len(text.split()) > 4):
        session = replace(session, draft=replace(draft, text=text[:LONGEST]))
    if points is not None:
        return await _begin(draft.about, points, incoming=incoming, context=context, session=session)
    asked, session = await _begin(draft.about, 0, incoming=incoming, context=context, session=session)
    kept = session.say("I keep your sentence.")
    return replace(asked, text=f"{kept}\n{asked.text}"), session


async def _keep(text: str, *, incoming: Incoming, context: Context, session: Session) -> Done:
    """Keep the points with their sentence, and say what becomes of it."""
    say, draft, done = session.say, session.draft, replace(session, draft=None)
    if draft is None or draft.step is not DraftStep.SCORE or not draft.kind:
        return Reply(say("There is nothing to send.")), session
    product = await context.store.product(draft.about)
    if product is None:
        return products.gone(session), done
    if len(text) > LONGEST:
        asking = say("{number} letters are the most; yours has {length}.", number=LONGEST, length=len(text))
        return Reply(asking, choices=_cancelling(say), wants=Want.TEXT), session
    me = who(incoming)
    standing = await context.store.ratings.standing(me, product.id, product.producer.id, now=context.now())
    if not standing.may:
        return _refuse(product, done, makes_it=standing.makes_it), done
    given = Rating(me, product.id, number_in(draft.kind), text, way=standing.way or RatingWay.SCAN, at=context.now())
    kept = await _give(replace(given, language=say.language), product, context=context)
    return _thank(kept, product, before=standing.own, say=say), done


async def _give(given: Rating, product: Product, *, context: Context) -> Rating:
    """Keep *given*, shown or held as its words are, and tell its producer of words that are shown."""
    holds = read_holds(given.words)
    tell = await rating_answers.notices(product, context=context) if given.words and not holds else []
    state = RatingState.HELD if holds else RatingState.SHOWN
    return await context.store.ratings.give(replace(given, state=state, holds=holds), tell=tell)


def _thank(kept: Rating, product: Product, *, before: Rating | None, say: Speech) -> Reply:
    """What was kept, and truly what happens with it."""
    lines = [
        say("Thank you. {points} for {product}.", points=rating_words.points(kept.points, say), product=product.name)
    ]
    if kept.words:
        lines.append(f"“{kept.words}”")
    if before is not None:
        lines.append(
            say("They take the place of what you gave on {day}.", day=rating_words.day(before.changed_at, say))
        )
    if kept.state is RatingState.SHOWN:
        lines.append(say("Everybody sees them with the product from now on, without your name."))
    else:
        why = rating_words.why_held(kept, say)
        lines.append(say("They are shown and counted once a programme officer has looked: {why}.", why=why))
        if kept.holds != (HoldReason.AGAIN,):
            lines.append(say("Write it again without that, and it is shown at once."))
    choices = (
        Choice(say("Change it"), Action(Verb.SCORE, f"of {product.ref}")),
        Choice(say("Take it back"), Action(Verb.SCORE, f"drop {kept.number}")),
        *_my_points(say),
    )
    return Reply("\n".join(lines), choices=choices, language=say.language)


def _my_points(say: Speech) -> tuple[Choice, ...]:
    return (Choice(say("My points"), Action(Verb.SCORE, "mine")),)


def _cancelling(say: Speech) -> tuple[Choice, ...]:
    return (Choice(say("Cancel"), Action(Verb.CANCEL)),)
