"""What a message is answered as where the rules found nothing in it, or took it for what it most likely is not."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from catalog.search import Band, Found
from catalog.search.query import tokens_of
from catalog.text import fold
from catalog.translated_words import to_vietnamese
from handlers import small_talk, turns
from handlers.actions import Action, Verb
from handlers.acts import Understood, name_products, names_something, point_at
from handlers.acts.intent_model import read_spoken, shipped_model
from handlers.catalogue import answer_field, compare, product, search
from handlers.catalogue.search import PER_PAGE, clean
from handlers.context import Context, Session
from handlers.messages import Choice, Reply, Style, Want
from handlers.thread import MessageAct, SpokenTurn

Done = tuple[Reply, Session]

LEAST, LEAST_AT_FIRST = 0.25, 0.6
"""So likely is what is answered where the rules found nothing, within a talk and at its beginning."""
MARGIN, WIDE_MARGIN = 0.4, 0.7
"""So much likelier than what the rules say is what is answered instead; the wide one where the rules know the talk, and
instead of what a search found where nothing was said before."""
_FIELD = "field:"
_MOST_TELLING, _MOST_READ = 10, 3
_SHORTEST_NAME, _LONGEST_KEPT = 3, 300
# Harm, one's own data, authorities and disputes: a guess about a product would mock them. Folded, as fold() leaves it.
_IS_GRAVE = re.compile(
    r"\b(?:bi (?:non|moc|ngat|ngua)|non (?:ra|mua|thoc|lien)|oi mua|len moc|di ngoai|tieu chay"
    r"|dau bung|noi man|man (?:do|ngua)"
    r"|cap cuu|kho tho|ngat xiu|ngo doc|di ung|tim tai|chet|thuy tinh|manh (?:kinh|sat|nhua)"
    r"|con (?:gian|sau|ruoi)|soi toc"
    r"|chua loet|hoi thoi|thieu can|chac deu|lua dao|(?:muon|se|di) kien|khoi kien"
    r"|cong an|benh vien|tram y te|quan ly thi truong|duong day nong|thu hoi"
    r"|(?:xoa|quen|dung luu|ngung luu)(?: \w+){0,4} (?:toi|minh|em)|go (?:ten|so|thong tin)|dua so (?:toi|minh)"
    r"|threw up|throw(?:ing)? up|vomit\w*|rash|breathe?|swell\w*|swollen|sick|hospital|emergency"
    r"|hotline|ambulance|poison\w*"
    r"|allerg\w+|glass|mou?ldy|rotten|cockroach|sue|police|recall\w*"
    r"|(?:delete|remove|forget|erase|stop (?:storing|keeping|saving))(?: \w+){0,4} (?:me|my|i|us|our))\b"
    r"|두드러기|토하|토했|토해|구토|설사|배탈|숨|응급|병원|유리|벌레|곰팡이|고소|경찰|리콜|회수|지워|삭제|잊어"
    r"|起疹|过敏|過敏|喘|吐|腹泻|腹瀉|拉肚子|急救|医院|醫院|玻璃|虫|蟲|发霉|發霉|起诉|报警|召回|删|刪|忘记|忘記"
)
_SOLD = frozenset({"field:price", "field:buy"})
_TOLD_BY_TABLES = frozenset({"buy", "stars", "lot", "expires", "certificate", "decision", "issuer", "decided"})
# What is said of an illness, of what we do not know and to an insult stands, however it is asked.
_SETTLED = frozenset({"medicine", "table", "insult"})


@dataclass(frozen=True, slots=True)
class _Heard:
    """What was *asked*, and what the rules took it for; *sold* where they know that it asks where or for how much."""

    asked: str
    turn: SpokenTurn
    chance: float
    sold: bool


async def reconsider(typed: str, done: Done, *, searched: bool, context: Context, session: Session) -> Done:
    """*done*, or the answer to what *typed* most likely is after *session*; *searched* says that no rule knew it."""
    turn = _new_turn(done, session)
    begun = session.then or session.fresh_draft(context.now()) is not None
    if (
        turn is None
        or begun
        or _is_grave(typed)
        or len(typed) > search.LONGEST
        or search.is_sure(typed, context=context)
    ):
        return done
    asked = clean(to_vietnamese(typed))
    found = context.find(asked, limit=_MOST_READ)
    if not _is_doubted(typed, turn, found, searched=searched, context=context, session=session):
        return done
    spoken = read_spoken(typed, asked, thread=session.thread, found=found)
    chances = shipped_model().predict(spoken)
    own = f"{_FIELD}{turn.field}" if turn.act is MessageAct.FIELD else f"{turn.act}"
    least = _least(turn, chances.get(own, 0.0), begun=session.thread.last is not None)
    for label, chance in chances.items():
        if chance < least or label == own:
            return done
        heard = _Heard(asked, turn, chance, sold=label in spoken.beside and label in _SOLD)
        other = await _answer_as(label, heard, context=context, session=session)
        if other is not None:
            return other
    return done


def _is_grave(typed: str) -> bool:
    return any(_IS_GRAVE.search(each) for each in (fold(typed), typed))


def _least(turn: SpokenTurn, own: float, *, begun: bool) -> float:
    """How likely another reading must be than that of the rules, which is *own*; more so where no talk has *begun*."""
    if turn.act is MessageAct.NOTHING:
        return LEAST if begun else LEAST_AT_FIRST
    if turn.act is MessageAct.CHAT or not (begun or turn.act is MessageAct.FIELD):
        return own + WIDE_MARGIN
    return own + MARGIN


def _new_turn(done: Done, session: Session) -> SpokenTurn | None:
    """What the rules took the message for, where they began nothing."""
    reply, after = done
    begun = after.draft is not session.draft or after.then != session.then or reply.then is not None
    return None if begun or after.thread is session.thread else after.thread.last


def _is_doubted(
    typed: str, turn: SpokenTurn, found: Found, *, searched: bool, context: Context, session: Session
) -> bool:
    """True where the rules may be wrong: no table of theirs told so."""
    match turn.act:
        case MessageAct.ASK:
            return False
        case MessageAct.NOTHING:
            last = session.thread.last
            return searched and (last is None or last.act is not MessageAct.ASK)
        case MessageAct.FIELD:
            return searched or turn.field not in _TOLD_BY_TABLES
        case MessageAct.CHAT:
            return bool(turn.words) and turn.words not in _SETTLED
        case MessageAct.CARD | MessageAct.LIST | MessageAct.NEAR | MessageAct.COMPARE | MessageAct.WISH:
            named = found.band is Band.SUGGEST and not search.is_guess(typed, context=context)
            counted = any(letter.isdecimal() for letter in typed)
            return searched and not (found.filters or named or counted)


async def _answer_as(label: str, heard: _Heard, *, context: Context, session: Session) -> Done | None:  # noqa: PLR0911 - one line an act
    """The answer to what was *heard* as what the *label* says; None where it cannot be that."""
    if label.startswith(_FIELD):
        return await _answer_field(label.removeprefix(_FIELD), heard, context=context, session=session)
    nothing = heard.turn.act is MessageAct.NOTHING
    match MessageAct(label):
        case MessageAct.CARD:
            return await _show_one(heard, context=context, session=session)
        case MessageAct.LIST:
            return await _list_kind(heard, context=context, session=session)
        case MessageAct.COMPARE:
            told = await compare.answer("so sánh", context=context, session=session)
            return _noted(told, MessageAct.COMPARE, context=context, session=session)
        case MessageAct.CHAT if nothing and heard.chance >= LEAST_AT_FIRST:
            reply = small_talk.tell_purpose(session)
            return reply, turns.note(reply, MessageAct.CHAT, context=context, session=session, words="alright")
        case MessageAct.ASK if nothing:
            return await _offer_to_pass_on(heard.asked, context=context, session=session)
        case _:
            return None


def _noted(reply: Reply | None, act: MessageAct, *, context: Context, session: Session) -> Done | None:
    return (reply, turns.note(reply, act, context=context, session=session)) if reply is not None else None


async def _answer_field(field: str, heard: _Heard, *, context: Context, session: Session) -> Done | None:
    refs = _meant(heard, context=context, session=session)
    if refs is None:
        return None
    understood = Understood(MessageAct.FIELD, (field,), refs, sure=False)
    done = await answer_field.answer(understood, heard.asked, context=context, session=session)
    if done is None or heard.turn.act is not MessageAct.NOTHING or refs != (session.thread.product,):
        return done
    # Whatever else the words may name, the answer is about what was spoken of.
    (about,) = await context.products(refs)
    reply, after = done
    return replace(
        reply, text="\n".join((session.say("If you mean {product}:", product=about.name), reply.text))
    ), after


def _meant(heard: _Heard, *, context: Context, session: Session) -> tuple[str, ...] | None:
    """The products of which a field is asked; None where what is named beside the question is not ours."""
    asked, turn = heard.asked, heard.turn
    if turn.act in {MessageAct.FIELD, MessageAct.CARD} and turn.products:
        return turn.products
    pointed = point_at(asked, thread=session.thread)
    if pointed:
        return pointed
    spoken_of = session.thread.product
    if turn.act is MessageAct.LIST and turn.products and spoken_of not in turn.products:
        return () if spoken_of and search.is_guess(asked, context=context) else turn.products
    named = _named_within(asked, context=context, session=session)
    if len(named) == 1:
        return named
    if spoken_of in named or (named and not spoken_of):
        return (spoken_of,) if spoken_of else named
    # "Xe máy honda giá bao nhiêu": what asks is known, and the rest is nothing of ours.
    strange = heard.sold and turn.act is MessageAct.NOTHING and names_something(asked)
    return None if strange else (spoken_of,) if spoken_of else ()


async def _show_one(heard: _Heard, *, context: Context, session: Session) -> Done | None:
    """The one product that is chosen from what was listed, that was found, or whose name is within what was asked."""
    asked, turn = heard.asked, heard.turn
    one = await _chosen(asked, session.thread.listed, context=context)
    found = turn.products if turn.act in {MessageAct.LIST, MessageAct.FIELD} else ()
    named = _named_within(asked, context=context, session=session) if not one else ()
    if not one and (len(found) != 1 or found[0] == session.thread.product):
        found = named
    if not one and len(found) == 1:
        one = found[0]
    if one:
        shown = await product.show(one, context=context, session=session)
        return _noted(shown, MessageAct.CARD, context=context, session=session)
    return await _list_kind(heard, context=context, session=session) if turn.act is MessageAct.NOTHING else None


async def _chosen(asked: str, listed: Sequence[str], *, context: Context) -> str:
    """Which of the *listed* products has most words of *asked* in its name; "" where none has more than others."""
    said = {each.word for each in tokens_of(asked)}
    names = {
        each.ref: set(fold(f"{each.name} {' '.join(each.aliases)} {each.producer.name}").split())
        for each in await context.products(tuple(listed))
    }
    shared = {ref: len(said & own) for ref, own in names.items()}
    best = sorted(shared, key=lambda ref: -shared[ref])[:2]
    told = len(best) > 1 and shared[best[0]] > shared[best[1]]
    return best[0] if told else ""


async def _list_kind(heard: _Heard, *, context: Context, session: Session) -> Done | None:
    """What is called as some words are; or what else the maker has of what was spoken of, where its maker is meant."""
    if heard.turn.act not in {MessageAct.NOTHING, MessageAct.FIELD}:
        return None
    for each in _names_within(heard.asked):
        if len(_named(each, context=context, session=session)) > 1:
            reply = await search.by_words(each, context=context, session=session)
            found = turns.act_of(reply, otherwise=MessageAct.LIST)
            return reply, turns.note(reply, found, context=context, session=session, words=each)
    if not session.thread.product:
        return None
    made = await compare.answer("còn loại nào khác", context=context, session=session)
    return _noted(made, MessageAct.LIST, context=context, session=session)


def _named_within(asked: str, *, context: Context, session: Session) -> tuple[str, ...]:
    """The products that some words of *asked* surely name, more words before fewer."""
    named = (_named(each, context=context, session=session) for each in _names_within(asked))
    return next((each for each in named if each), ())


def _named(words: str, *, context: Context, session: Session) -> tuple[str, ...]:
    found = name_products(words, partial(context.find, limit=PER_PAGE, here=session.here))
    return found.products if found.sure else ()


def _names_within(asked: str) -> Iterator[str]:
    """What may be names: three, two or one of the telling words of *asked* side by side, the last ones first."""
    said = [each.typed for each in tokens_of(asked) if each.filling == 1][-_MOST_TELLING:]
    for many in (3, 2, 1):
        for start in reversed(range(len(said) - many + 1)):
            words = " ".join(said[start : start + many])
            if len(words) >= _SHORTEST_NAME:
                yield words


async def _offer_to_pass_on(asked: str, *, context: Context, session: Session) -> Done:
    """That what is for the producer can be asked there: of whose product was spoken, else of which it is about."""
    say, spoken_of = session.say, session.thread.product
    (about,) = await context.products((spoken_of,) if spoken_of else ()) or (None,)
    if about is None:
        reply = Reply(
            "\n".join(
                (
                    say("Gladly. About which product?"),
                    say("Type its name or send a photo of its label; then press “Ask the producer” on its card."),
                )
            ),
            wants=Want.PHOTO,
            language=say.language,
        )
    else:
        ask = Choice(say("Ask the producer"), Action(Verb.ASK, about.ref), style=Style.MAIN)
        said = say("Shall I ask {producer}?", producer=about.producer.name)
        reply = Reply(said, choices=(ask,), language=say.language)
    return reply, turns.note(reply, MessageAct.ASK, context=context, session=session, words=asked[:_LONGEST_KEPT])
