"""The one entry point: every incoming message becomes an answer here."""

import re
from dataclasses import dataclass, replace
from typing import assert_never

from catalog.errors import CatalogError, StoreError, VoiceTooLong
from catalog.inquiry import Address
from catalog.offer_updates import read_updates
from catalog.search.offers import without_foreign_money
from catalog.spoken_english import is_spoken_english, sentences, without_lead
from catalog.text import visible
from catalog.translated_words import detect_language, to_vietnamese
from catalog.voice import LONGEST_SECONDS
from handlers import (
    acting,
    answer_habits,
    apologies,
    buttons,
    language_choice,
    likely_act,
    own_codes,
    plain,
    sale_points,
    small_talk,
    turns,
)
from handlers.actions import Action, Verb, is_command, is_sure_button
from handlers.acts import asks_plainly, bare_name, bare_words
from handlers.buyers import seeking
from handlers.catalogue import buying, claims, narrow, photo, product, resolve, search
from handlers.context import DRAFT_LIFE, Context, Session
from handlers.inquiries import dispatch, drafts, enter_sale_points, new_inquiry, rating_lists, update_offer
from handlers.messages import Album, Choice, Contact, Incoming, Location, Photo, Reply, Strange, Tap, Text, Voice, Want
from handlers.thread import MessageAct, SpokenTurn

# A greeting before what is asked; alone it is one.
_GREETING = re.compile(
    r"^\s*(?:good (?:morning|afternoon|evening|day)|hi|hello|hey|xin chào|안녕하세요|你好|您好)(?: there)?"
    r"\s*[,!.，。]+\s*(?=\w)",
    re.IGNORECASE,
)

_EAST_ASIAN_QUESTION = re.compile(
    r"[?？]|怎么|什么|哪|多少|[吗呢]|谁|如何|나요|까요|가요|예요|에요|뭐|무엇|어떻게|어디|얼마|누가|누구"
)
_CLAUSE = re.compile(r"[,.;!?\n，。！？；]+")
_WORDS_OF_END = 16
_MOST_SENTENCES, _FEWEST_ENGLISH = 2, 2
# Kinds of talk that stand beside a question and answer none.
_SAID_ALONG = frozenset({"hello", "thanks", "alright", "goodbye", "emoji", "signs"})
# So much of a question tells it from others.
_LONGEST_ASKED = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say, and what to remember of the conversation."""

    reply: Reply
    session: Session

    @property
    def turn(self) -> SpokenTurn | None:
        """What the message was, and what it was answered with."""
        return self.session.thread.last


async def answer(incoming: Incoming, *, context: Context, session: Session) -> Answer:
    """Answer *incoming*; mistakes a person can mend become advice. StoreError is left to the inbox."""
    chosen = session.language
    if not chosen:
        session = replace(session, language=incoming.person.language)
    awaited = drafts.awaits_words(session, now=context.now())
    session, other_language = language_choice.hear_language(
        incoming.content, session, chosen=bool(chosen), awaited=awaited
    )
    person = Address(incoming.person.channel, incoming.person.address)
    await answer_habits.refresh(context)
    await sale_points.refresh(context)
    thread = session.thread.still_meant(context.now())
    try:
        begun = session.then
        reply, session = await _route(incoming, context=context, session=replace(session, who=person, thread=thread))
        reply, session = await _complain_of(reply, begun, incoming=incoming, context=context, session=session)
        reply = await rating_lists.add_to_cards(reply, person, public=incoming.public, context=context, session=session)
    except StoreError:
        raise
    except CatalogError as error:
        reply = apologies.advice(error, session)
    reply = _finish_reply(reply, other_language, session)
    if session.thread is thread and not reply.erased:
        otherwise = MessageAct.ASK if session.draft is not None else MessageAct.CHAT
        session = turns.note(reply, turns.act_of(reply, otherwise=otherwise), context=context, session=session)
    # Where nobody chose it: should the channel tell another language tomorrow, that one is spoken.
    kept = "" if not chosen and session.language == incoming.person.language else session.language
    session = replace(_offer(reply, context.now(), session), language=kept, then=_then(reply, session), who=None)
    return Answer(reply, session)


def _offer(reply: Reply, now: float, session: Session) -> Session:
    """*session* with what *reply* offers, else what was offered before: but nobody is asked any more if they are sure.

    Whoever was asked may say yes for a while.
    """
    actions = [choice.action for choice in plain.choices(reply) if choice.action is not None]
    if actions:
        asked = reply.text[:_LONGEST_ASKED] if any(is_sure_button(str(each)) for each in actions) else ""
        return session.offering(actions, sure_until=now + DRAFT_LIFE, onwards=plain.onwards(reply), asked=asked)
    still = tuple("" if is_sure_button(each) else each for each in session.offered)
    return replace(session, offered=still, sure_until=0.0, asked_by=0)


def _finish_reply(reply: Reply, other_language: Choice | None, session: Session) -> Reply:
    """*reply* marked as what the person speaks, and with the button to *other_language* if there is one."""
    if other_language is not None:
        reply = replace(reply, choices=(*reply.choices, other_language))
    if reply.language != session.say.language:
        reply = replace(reply, language=session.say.language)
    return reply


def _then(reply: Reply, session: Session) -> str:
    """The action that continues once the person has given what we asked for; showing another list ends it.

    A complaint goes on with the very next product, or with one of the list that comes next.
    """
    if reply.then is not None:
        return str(reply.then)
    if session.then.startswith(f"{Verb.KIND} "):
        return session.then if len(turns.refs_in(reply)) > 1 else ""
    return "" if reply.cards else session.then


async def _complain_of(
    reply: Reply, begun: str, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    """*reply*, and after it the question of the complaint *begun* without a product, where it shows the one meant."""
    shown = turns.refs_in(reply)
    if not begun.startswith(f"{Verb.KIND} ") or len(shown) != 1 or session.fresh_draft(context.now()) is not None:
        return reply, session
    onwards = Action.parse(f"{begun} {shown[0]}")
    if onwards is None:
        return reply, session
    asked, session = await buttons.act(onwards, incoming=incoming, context=context, session=replace(session, then=""))
    cards = tuple(replace(each, choices=()) for each in reply.cards)
    text = "\n\n".join(filter(None, (reply.text, asked.text)))
    return replace(asked, text=text, cards=cards, warnings=(*reply.warnings, *asked.warnings)), session


async def _route(incoming: Incoming, *, context: Context, session: Session) -> tuple[Reply, Session]:  # noqa: PLR0911 - one line a kind
    match incoming.content:
        case Text(body):
            return await _words(body, incoming=incoming, context=context, session=session)
        case Photo() as one:
            return await _photos((one,), incoming=incoming, context=context, session=session)
        case Album(photos):
            return await _photos(photos, incoming=incoming, context=context, session=session)
        case Voice() as spoken:
            return await _hear(spoken, incoming=incoming, context=context, session=session)
        case Tap(action):
            return await buttons.act(action, incoming=incoming, context=context, session=session)
        case Location(latitude, longitude):
            return await _here(latitude, longitude, incoming=incoming, context=context, session=session)
        case Contact() as shared:
            done = await drafts.contact(shared, incoming=incoming, context=context, session=session)
            text = session.say("Thank you. I need no phone number to answer you, and I have not kept it.")
            return done or (Reply(text), session)
        case Strange(kind):
            return small_talk.strange(kind, session), session
        case _ as never:
            assert_never(never)


async def _photos(
    photos: tuple[Photo, ...], *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    done = await drafts.photo(photos, incoming=incoming, context=context, session=session) if photos else None
    if done is not None:
        return done
    if session.then == str(Action(Verb.CLAIM)) or any(claims.asks_claim(each.caption) for each in photos):
        return await claims.check_photos(photos, context=context, session=session), replace(session, then="")
    seen, opens = await photo.answer_photos(photos, context=context, session=session)
    if opens is None:
        return seen, session
    reply, session = await buttons.act(opens, incoming=incoming, context=context, session=session)
    return replace(reply, warnings=(*seen.warnings, *reply.warnings)), session


async def _hear(spoken: Voice, *, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session]:
    """Answer what is said in *spoken* as if it were typed, after what was heard. Raises catalog.errors.BadVoice."""
    if context.ears is None:
        return small_talk.strange("voice", session), session
    if spoken.seconds > LONGEST_SECONDS:
        raise VoiceTooLong
    words = await context.ears.hear(spoken.audio)
    typed = replace(incoming, content=Text(words))
    reply, session = await _words(words, incoming=typed, context=context, session=session)
    return small_talk.repeat_heard(words, reply, session), session


async def _words(typed: str, *, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session]:
    # A keyboard or a copied text brings what nobody sees; "/dulieu" is a command with it and without.
    body = visible(typed)
    chosen = (
        await buttons.chosen(body, incoming=incoming, context=context, session=session) if session.offered else None
    )
    if chosen is not None:
        return await buttons.act(chosen, incoming=incoming, context=context, session=session)
    if is_command(body):
        return await _command(body.strip(), incoming=incoming, context=context, session=session)
    wanted = await dispatch.list_named(body, incoming=incoming, context=context)
    if wanted is not None:
        return await _act_noted(wanted, incoming=incoming, context=context, session=session)
    done = (
        await buttons.take_back(body, incoming=incoming, context=context, session=session)
        or await drafts.words(body, incoming=incoming, context=context, session=session)
        or await _bulk_words(body, incoming=incoming, context=context, session=session)
        or await _point_of_sale(body, incoming=incoming, context=context, session=session)
        or await _coded(body, incoming=incoming, context=context, session=session)
        or await drafts.reply_to_shown(body, incoming=incoming, context=context, session=session)
    )
    if done is not None:
        return done
    reply, session = await _acted(body, incoming=incoming, context=context, session=session)
    return await new_inquiry.keep_aside(body, reply, incoming=incoming, context=context, session=session)


async def _bulk_words(
    body: str, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session] | None:
    """Words that answer a question about a purchase in bulk, or about what a producer can supply."""
    draft = session.draft
    if draft is None or draft.step not in seeking.STEPS or not drafts.awaits_words(session, now=context.now()):
        return None
    asked = asks_plainly(body) or (_asks_foreign(body) and asks_plainly(f"{to_vietnamese(body)}?"))
    if asked and not seeking.reads_answer(body, draft, today=context.today()):
        return None
    return await seeking.words(body, draft, incoming=incoming, context=context, session=session)


def _asks_foreign(body: str) -> bool:
    """True for a question in Korean or Chinese, with its mark or without."""
    return detect_language(body) != "" and _EAST_ASIAN_QUESTION.search(body) is not None


async def _acted(typed: str, *, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session]:
    """Answer words that belong to nothing begun: a question, a wish, or a name; of several sentences what they ask."""
    typed = without_lead(_GREETING.sub("", typed))
    heard = _find_first(typed, context=context, session=session)
    typed = heard or typed
    told = None if heard else await _answer_sentence(typed, incoming=incoming, context=context, session=session)
    if told is not None:
        return told
    unit = buying.read_waiting_place(typed, context=context, session=session)
    if unit is not None and unit.middle is not None:
        near, session = await _here(*unit.middle, incoming=incoming, context=context, session=session)
        near = buying.head_with_place(near, unit, session)
        return near, turns.note(near, MessageAct.NEAR, context=context, session=session) if near.cards else session
    beside = without_foreign_money(typed)
    if beside is not None:
        return await _in_foreign_money(beside, incoming=incoming, context=context, session=session)
    typed = acting.wanted_name(typed, context=context, session=session) or typed
    acted = small_talk.named_entry(typed) or await acting.act_on(
        typed, incoming=incoming, context=context, session=session
    )
    if isinstance(acted, Action):
        return await _act_noted(acted, incoming=incoming, context=context, session=session)
    done = acted or await _looked_up(typed, incoming=incoming, context=context, session=session)
    return await likely_act.reconsider(typed, done, searched=acted is None, context=context, session=session)


async def _answer_sentence(
    typed: str, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session] | None:
    """The answer to the first sentence of *typed* that asks anything; None where it is of one, or none asks."""
    for each in _sentences(typed):
        done = await _acted(each, incoming=incoming, context=context, session=session)
        last = done[1].thread.last
        if last is not None and last.act is not MessageAct.NOTHING and last.words not in _SAID_ALONG:
            return done
    return None


def _find_first(typed: str, *, context: Context, session: Session) -> str:
    """The sentence of *typed* that is heard whatever else is asked, or the whole where that tells more; "" for none.

    "I bought Hằng Hiếu honey. It is fake." names the product in one and complains in the other.
    """
    parts = _foreign_sentences(typed) if len(typed) <= search.LONGEST else []
    right = next((each for each in _CLAUSE.split(typed) if small_talk.own_right(each) is not None), "")
    if right:
        return right.strip()
    heard = [each for each in parts if acting.comes_first(each, context=context, session=session)]
    return typed if heard and acting.is_matter(typed, context=context, session=session) else "".join(heard[:1])


def _foreign_sentences(typed: str) -> list[str]:
    foreign = detect_language(typed) or is_spoken_english(typed, fewest=_FEWEST_ENGLISH)
    return sentences(typed) if foreign else []


def _sentences(typed: str) -> list[str]:
    """The sentences of foreign words in which most likely something is asked, the first to be tried first.

    People ask last; what has no question mark may lead up to it.
    """
    parts = _foreign_sentences(typed)[::-1]
    asked = [each for each in parts if each[-1] in "?？"]
    return [*asked, *(each for each in parts if each not in asked)][:_MOST_SENTENCES]


async def _looked_up(typed: str, *, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session]:
    """What a search finds; where that is nothing or a guess, what words within say, or that no list has it."""
    reply, found = await _search(typed, context=context, session=session)
    last = found.thread.last
    nothing = last is not None and last.act is MessageAct.NOTHING
    if not nothing and not search.is_guess(typed, context=context):
        return await _ask_of_card(typed, found, context=context, session=session) or (reply, found)
    # What names nothing may answer the question that somebody has open.
    answering = (
        await drafts.reply_to_open(typed, incoming=incoming, context=context, session=session) if nothing else None
    )
    return (
        answering
        or await _done(await acting.ask_plainly(typed, context=context, session=session), incoming, context, session)
        or await _ask_within(typed, context=context, session=session)
        or await _look_up_end(typed, incoming=incoming, context=context, session=session)
        or await _none_of_list(typed, context=context, session=session)
        or await _done(await acting.guess_meaning(typed, context=context, session=session), incoming, context, session)
        or (reply, found)
    )


async def _look_up_end(
    typed: str, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session] | None:
    """The answer to the end of what is too long to be looked up whole: people ask last."""
    if len(typed) <= search.LONGEST:
        return None
    end = " ".join(typed[-search.LONGEST :].split()[-_WORDS_OF_END:])[-search.LONGEST :]
    reply, found = await _looked_up(end, incoming=incoming, context=context, session=session)
    last = found.thread.last
    told = last is not None and last.act is not MessageAct.NOTHING and last.words != "hello"
    return (reply, found) if told else None


async def _done(
    done: acting.Done, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session] | None:
    if isinstance(done, Action):
        return await _act_noted(done, incoming=incoming, context=context, session=session)
    return done


async def _ask_within(words: str, *, context: Context, session: Session) -> tuple[Reply, Session] | None:
    """What is named within *words*, or the answer to what they ask of it."""
    within = await _search_within(words, context=context, session=session)
    if within is None:
        return None
    return await _ask_of_card(words, within[1], context=context, session=session) or within


async def _ask_of_card(
    words: str, found: Session, *, context: Context, session: Session
) -> tuple[Reply, Session] | None:
    """The answer to what *words* ask of the card that they *found*; None where they only name it."""
    last = found.thread.last
    return await acting.ask_of_card(words, last, context=context, session=session) if last is not None else None


async def _none_of_list(words: str, *, context: Context, session: Session) -> tuple[Reply, Session] | None:
    """That nothing of the list just shown is what *words* want of it."""
    none = await narrow.tell_none(words, context=context, session=session)
    before = narrow.last_list(session)
    if none is None or before is None:
        return None
    return none, turns.note(none, MessageAct.LIST, context=context, session=session, words=before.words)


async def _in_foreign_money(
    beside: str, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    """That prices are in đồng; and what the words *beside* the amount ask for."""
    note = small_talk.foreign_money(session.say)
    if not bare_words(beside):
        reply = Reply(note, choices=small_talk.offers(session.say)[1:2], language=session.say.language)
        return reply, turns.note(reply, MessageAct.WISH, context=context, session=session)
    reply, session = await _acted(beside, incoming=incoming, context=context, session=session)
    return replace(reply, text="\n".join(filter(None, (note, reply.text)))), session


async def _act_noted(
    action: Action, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    """Do what words asked for as a button would, and remember which act they were."""
    reply, session = await buttons.act(action, incoming=incoming, context=context, session=session)
    what = turns.act_of(reply, otherwise=turns.act_of_action(action))
    return reply, turns.note(reply, what, context=context, session=session)


async def _search_within(words: str, *, context: Context, session: Session) -> tuple[Reply, Session] | None:
    """The name within what people say around it, where that is found: "I'm looking for Luc Ngan lychee"."""
    inner = bare_name(to_vietnamese(words))
    tries = [inner] if inner is not None and " " in inner else []
    for each in (*tries, *acting.core_queries(words, context=context)):
        reply, found = await _search(each, context=context, session=session)
        last, guessed = found.thread.last, search.is_guess(each, context=context)
        if last is not None and last.act in {MessageAct.CARD, MessageAct.LIST, MessageAct.NEAR} and not guessed:
            return reply, found
    return await acting.wish_loosely(words, context=context, session=session)


async def _search(words: str, *, context: Context, session: Session) -> tuple[Reply, Session]:
    """Look *words* up, and remember what was found."""
    reply = await search.by_words(words, context=context, session=session)
    found = turns.act_of_search(words, reply, context=context, session=session)
    query = search.clean(to_vietnamese(words))[: search.LONGEST_KEPT]
    return reply, turns.note(reply, found, context=context, session=session, words=query)


async def _command(body: str, *, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session]:
    """``/tim nem bùi`` looks for nem bùi, and so does what is no command of ours; none is part of a draft."""
    wanted = Action.from_command(body)
    if wanted is not None:
        return await buttons.act(wanted, incoming=incoming, context=context, session=session)
    command, _, rest = body.partition(" ")
    found = await _typed_code(body, incoming=incoming, context=context, session=session)
    words = rest if command.casefold() in {"/tim", "/find"} else body
    return found or await _search(words, context=context, session=session)


async def _told_package(body: str, *, context: Context, session: Session) -> tuple[Reply, Session] | None:
    """The lot or day of a package, of what is named with it or was spoken of last."""
    told = await product.tell_package(body[: search.LONGEST], context=context, session=session)
    return (told, session) if told is not None else None


async def _typed_code(
    body: str, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session] | None:
    coded = await resolve.typed_code(body[: search.LONGEST * 4], store=context.store, ours=context.ours)
    if coded and (opens := photo.link_of_fair((coded.code,))):
        return await buttons.act(opens, incoming=incoming, context=context, session=session)
    return (await photo.answer_typed_code(coded, context=context, session=session), session) if coded else None


async def _point_of_sale(
    body: str, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session] | None:
    """A producer's line about where it sells, whose link is no code to be explained; or about price and stock.

    Of whoever was just shown a customer's question one line is its answer: "hết rồi ạ".
    """
    kept = await enter_sale_points.take(body, incoming=incoming, context=context, session=session)
    if kept is not None:
        return kept, turns.note(kept, MessageAct.ASK, context=context, session=session)
    if len(read_updates(body)) == 1:
        answered = await drafts.reply_to_shown(body, incoming=incoming, context=context, session=session)
        if answered is not None:
            return answered
    # A question within what a producer is being asked tells nothing, whatever it sounds like.
    awaited = drafts.awaits_words(session, now=context.now())
    told = None if awaited else await update_offer.take(body, incoming=incoming, context=context, session=session)
    if told is None:
        return None
    return told[0], turns.note(told[0], MessageAct.ASK, context=context, session=told[1])


async def _coded(body: str, *, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session] | None:
    """A code of ours, one that is printed on something, or the lot or day of a package."""
    return (
        await _own_code(body, incoming=incoming, context=context, session=session)
        or await _typed_code(body, incoming=incoming, context=context, session=session)
        or await _told_package(body, context=context, session=session)
    )


async def _own_code(
    body: str, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session] | None:
    """An invitation or an inquiry's number, typed or pasted alone."""
    if ref := own_codes.inquiry_in(body):
        return await buttons.act(Action(Verb.INQUIRY, ref), incoming=incoming, context=context, session=session)
    if token := own_codes.booth_in(body):
        return await buttons.act(Action(Verb.BOOTH, token), incoming=incoming, context=context, session=session)
    code = own_codes.invitation_in(body)
    return await dispatch.invitation(code, incoming=incoming, context=context, session=session) if code else None


async def _here(
    latitude: float, longitude: float, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return Reply(session.say("I cannot place that location. Please share it again."), wants=Want.LOCATION), session
    begun = Action.parse(session.then)
    onwards = begun if begun is not None and begun.verb is not Verb.KIND else None
    # Two decimals are a kilometre: enough for "near me", too little to find a house.
    session = replace(session, here=(round(latitude, 2), round(longitude, 2)), then="" if onwards else session.then)
    if onwards is not None:
        return await buttons.act(onwards, incoming=incoming, context=context, session=session)
    return await _search(session.say("near me"), context=context, session=session)
