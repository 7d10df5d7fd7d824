"""The one entrance: whatever someone says, here it becomes an answer."""

from dataclasses import dataclass, replace
from typing import assert_never

from catalog.errors import BadImage, CatalogError, EmptyImage, ImageTooLarge, ReaderFailed, StoreError
from catalog.inquiry import Address
from handlers import earlier_answers, own_codes, plain, small_talk, typed, welcome
from handlers.actions import Action, Verb
from handlers.catalogue import photo, product, resolve, search
from handlers.context import Context, Session
from handlers.inquiries import dispatch
from handlers.messages import Album, Contact, Incoming, Location, Photo, Reply, Strange, Tap, Text, Want

_COMMANDS = {
    "batdau": Verb.START,
    "huongdan": Verb.HELP,
    "ngonngu": Verb.LANGUAGE,
    "nhom": Verb.GROUPS,
    "gan": Verb.NEAR,
    "cauhoi": Verb.MINE,
    "huy": Verb.CANCEL,
    "thamgia": Verb.JOIN,
    "caidat": Verb.SETTINGS,
    "sua": Verb.FIX,
    "cu": Verb.EARLIER,
    "hopthu": Verb.MAIL,
    "mailbox": Verb.MAIL,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say, and what to remember of the conversation."""

    reply: Reply
    session: Session


async def answer(incoming: Incoming, *, context: Context, session: Session) -> Answer:
    """Answer *incoming*; mistakes a person can mend become advice. StoreError is left to the inbox."""
    chosen = session.language
    if not chosen:
        session = replace(session, language=incoming.person.language)
    person = Address(incoming.person.channel, incoming.person.address)
    try:
        reply, session = await _route(incoming, context=context, session=replace(session, who=person))
    except StoreError:
        raise
    except CatalogError as error:
        reply = advice(error, session)
    if reply.language != session.say.language:
        reply = replace(reply, language=session.say.language)
    # Where nobody chose it: should the channel tell another language tomorrow, that one is spoken.
    kept = "" if not chosen and session.language == incoming.person.language else session.language
    offered = tuple([str(choice.action) for choice in plain.choices(reply)])
    return Answer(
        reply, replace(session, language=kept, offered=offered or session.offered, then=_then(reply, session), who=None)
    )


def _then(reply: Reply, session: Session) -> str:
    """What goes on once the person has given what we want; another list puts an end to it."""
    if reply.then is not None:
        return str(reply.then)
    return "" if reply.cards else session.then


async def _route(incoming: Incoming, *, context: Context, session: Session) -> tuple[Reply, Session]:  # noqa: PLR0911 - one line a kind
    match incoming.content:
        case Text(body):
            return await _words(body, incoming=incoming, context=context, session=session)
        case Photo() as one:
            told = await dispatch.photo(one, incoming=incoming, context=context, session=session)
            return told or (await photo.look((one,), context=context, session=session), session)
        case Album(photos):
            told = (
                await dispatch.photo(photos[0], incoming=incoming, context=context, session=session) if photos else None
            )
            return told or (await photo.look(photos, context=context, session=session), session)
        case Tap(action):
            return await act(action, incoming=incoming, context=context, session=session)
        case Location(latitude, longitude):
            return await _here(latitude, longitude, incoming=incoming, context=context, session=session)
        case Contact() as shared:
            told = await dispatch.contact(shared, incoming=incoming, context=context, session=session)
            text = session.say("Thank you. I need no phone number to answer you, and I have not kept it.")
            return told or (Reply(text), session)
        case Strange():
            return Reply(
                session.say("I read words and photos. Type a name or send a photo of the label."), wants=Want.PHOTO
            ), session
        case _ as never:
            assert_never(never)


async def _words(body: str, *, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session]:
    chosen = _chosen(body, incoming=incoming, context=context, session=session) if session.offered else None
    if chosen is not None:
        return await act(chosen, incoming=incoming, context=context, session=session)
    slashed = body.lstrip().startswith("/")
    wanted = _command(body.strip()) if slashed else await dispatch.list_named(body, incoming=incoming, context=context)
    if wanted is not None:
        return await act(wanted, incoming=incoming, context=context, session=session)
    told = await dispatch.words(body, incoming=incoming, context=context, session=session)
    if told is not None:
        return told
    if own := await _own_code(body, incoming=incoming, context=context, session=session):
        return own
    coded = await resolve.typed_code(body[: search.LONGEST * 4], store=context.store, ours=context.ours)
    if coded is not None:
        return await photo.answer_typed_code(coded, context=context, session=session), session
    told = await dispatch.reply_to_shown(body, incoming=incoming, context=context, session=session)
    return told or (await search.by_words(_search_words(body), context=context, session=session), session)


async def _own_code(
    body: str, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session] | None:
    """An invitation or an inquiry's number, typed or pasted alone."""
    if ref := own_codes.inquiry_in(body):
        return await act(Action(Verb.INQUIRY, ref), incoming=incoming, context=context, session=session)
    code = own_codes.invitation_in(body)
    return await dispatch.invitation(code, incoming=incoming, context=context, session=session) if code else None


def _chosen(body: str, *, incoming: Incoming, context: Context, session: Session) -> Action | None:
    """What was offered under the number that *body* says."""
    awaited = incoming.replies_to or dispatch.awaits_words(session, now=context.now())
    number = typed.bare(body) if awaited else typed.number(body)
    if number is None or not 1 <= number <= len(session.offered):
        return None
    return Action.parse(session.offered[number - 1])


def _command(body: str) -> Action | None:
    """A command as people type it: ``/homthu``, ``/cauhoi 2``, ``/huongdan``."""
    verb, _, subject = body.lstrip("/").partition(" ")
    return Action.parse(f"{_COMMANDS.get(verb.casefold(), verb.casefold())} {subject}")


def _search_words(body: str) -> str:
    """``/tim nem bùi`` looks for nem bùi."""
    command, _, words = body.strip().partition(" ")
    return words if command.casefold() in {"/tim", "/find"} else body


async def act(action: Action, *, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session]:  # noqa: C901, PLR0911, PLR0912 - one line a verb
    """Do what a button, a command or a link asks for."""
    subject, _, page = action.subject.partition(" ")
    match action.verb:
        case Verb.START:
            linked = Action.from_link(subject)
            if linked is not None:
                return await act(linked, incoming=incoming, context=context, session=session)
            return welcome.start(session), session
        case Verb.HELP:
            return welcome.how(session), session
        case Verb.PRODUCT:
            return await product.show(subject, context=context, session=session), session
        case Verb.MAKER:
            return await product.of_maker(subject, _page(page), context=context, session=session), session
        case Verb.PAGE:
            return await search.turn(subject, _page(page), context=context, session=session), session
        case Verb.NEAR:
            return await search.by_words(session.say("near me"), context=context, session=session), session
        case Verb.GROUPS:
            return await product.groups(context=context, session=session), session
        case Verb.PHOTO:
            return welcome.photo(session), session
        case Verb.LANGUAGE:
            return welcome.language(subject, session)
        case Verb.EARLIER:
            return await earlier_answers.show(incoming=incoming, context=context, session=session), session
        case Verb.NOT_THIS:
            return await product.not_this(subject, context=context, session=session), session
        case _:
            return await dispatch.act(action, incoming=incoming, context=context, session=session)


async def _here(
    latitude: float, longitude: float, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return Reply(session.say("I cannot place that location. Please share it again."), wants=Want.LOCATION), session
    onwards = Action.parse(session.then)
    # Two decimals are a kilometre: enough for "near me", too little to find a house.
    session = replace(session, here=(round(latitude, 2), round(longitude, 2)), then="")
    if onwards is not None:
        return await act(onwards, incoming=incoming, context=context, session=session)
    return await search.by_words(session.say("near me"), context=context, session=session), session


def advice(error: CatalogError, session: Session) -> Reply:
    """Say what a person can do about *error*."""
    say = session.say
    match error:
        case EmptyImage():
            words = say("The file is empty. Please send the photo again.")
        case ImageTooLarge():
            words = say("The picture is too large. Send one of at most 20 MB and 50 megapixels.")
        case ReaderFailed():
            words = say("I could not finish reading this photo. Please send another one, closer and sharper.")
        case BadImage():
            words = say("This is not a picture I can open. Send a JPEG, PNG, WebP or HEIC photo.")
        case _:
            words = say("That did not work. Please try again, or type the name of the product.")
    return Reply(words, choices=small_talk.offers(say)[:1], wants=Want.PHOTO, language=say.language)


def _page(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 1
