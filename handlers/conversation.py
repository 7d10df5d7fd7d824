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
    known: Session


async def answer(incoming: Incoming, *, desk: Context, known: Session) -> Answer:
    """Answer *incoming*; mistakes a person can mend become advice. StoreError is left to the inbox."""
    chosen = known.language
    if not chosen:
        known = replace(known, language=incoming.person.language)
    person = Address(incoming.person.channel, incoming.person.address)
    try:
        reply, known = await _route(incoming, desk=desk, known=replace(known, who=person))
    except StoreError:
        raise
    except CatalogError as error:
        reply = advice(error, known)
    if reply.language != known.say.language:
        reply = replace(reply, language=known.say.language)
    # Where nobody chose it: should the channel tell another language tomorrow, that one is spoken.
    kept = "" if not chosen and known.language == incoming.person.language else known.language
    offered = tuple([str(choice.action) for choice in plain.choices(reply)])
    return Answer(
        reply, replace(known, language=kept, offered=offered or known.offered, then=_then(reply, known), who=None)
    )


def _then(reply: Reply, known: Session) -> str:
    """What goes on once the person has given what we want; another list puts an end to it."""
    if reply.then is not None:
        return str(reply.then)
    return "" if reply.cards else known.then


async def _route(incoming: Incoming, *, desk: Context, known: Session) -> tuple[Reply, Session]:  # noqa: PLR0911 - one line a kind
    match incoming.content:
        case Text(body):
            return await _words(body, incoming=incoming, desk=desk, known=known)
        case Photo() as one:
            told = await dispatch.photo(one, incoming=incoming, desk=desk, known=known)
            return told or (await photo.look((one,), desk=desk, known=known), known)
        case Album(photos):
            told = await dispatch.photo(photos[0], incoming=incoming, desk=desk, known=known) if photos else None
            return told or (await photo.look(photos, desk=desk, known=known), known)
        case Tap(action):
            return await act(action, incoming=incoming, desk=desk, known=known)
        case Location(latitude, longitude):
            return await _here(latitude, longitude, incoming=incoming, desk=desk, known=known)
        case Contact() as shared:
            told = await dispatch.contact(shared, incoming=incoming, desk=desk, known=known)
            text = known.say("Thank you. I need no phone number to answer you, and I have not kept it.")
            return told or (Reply(text), known)
        case Strange():
            return Reply(
                known.say("I read words and photos. Type a name or send a photo of the label."), wants=Want.PHOTO
            ), known
        case _ as never:
            assert_never(never)


async def _words(body: str, *, incoming: Incoming, desk: Context, known: Session) -> tuple[Reply, Session]:
    chosen = _chosen(body, incoming=incoming, desk=desk, known=known) if known.offered else None
    if chosen is not None:
        return await act(chosen, incoming=incoming, desk=desk, known=known)
    slashed = body.lstrip().startswith("/")
    wanted = _command(body.strip()) if slashed else await dispatch.list_named(body, incoming=incoming, desk=desk)
    if wanted is not None:
        return await act(wanted, incoming=incoming, desk=desk, known=known)
    told = await dispatch.words(body, incoming=incoming, desk=desk, known=known)
    if told is not None:
        return told
    if own := await _own_code(body, incoming=incoming, desk=desk, known=known):
        return own
    coded = await resolve.typed_code(body[: search.LONGEST * 4], store=desk.store, ours=desk.ours)
    if coded is not None:
        return await photo.answer_typed_code(coded, desk=desk, known=known), known
    told = await dispatch.reply_to_shown(body, incoming=incoming, desk=desk, known=known)
    return told or (await search.by_words(_search_words(body), desk=desk, known=known), known)


async def _own_code(body: str, *, incoming: Incoming, desk: Context, known: Session) -> tuple[Reply, Session] | None:
    """An invitation or an inquiry's number, typed or pasted alone."""
    if ref := own_codes.inquiry_in(body):
        return await act(Action(Verb.INQUIRY, ref), incoming=incoming, desk=desk, known=known)
    code = own_codes.invitation_in(body)
    return await dispatch.invitation(code, incoming=incoming, desk=desk, known=known) if code else None


def _chosen(body: str, *, incoming: Incoming, desk: Context, known: Session) -> Action | None:
    """What was offered under the number that *body* says."""
    awaited = incoming.replies_to or dispatch.awaits_words(known, now=desk.now())
    number = typed.bare(body) if awaited else typed.number(body)
    if number is None or not 1 <= number <= len(known.offered):
        return None
    return Action.parse(known.offered[number - 1])


def _command(body: str) -> Action | None:
    """A command as people type it: ``/homthu``, ``/cauhoi 2``, ``/huongdan``."""
    verb, _, subject = body.lstrip("/").partition(" ")
    return Action.parse(f"{_COMMANDS.get(verb.casefold(), verb.casefold())} {subject}")


def _search_words(body: str) -> str:
    """``/tim nem bùi`` looks for nem bùi."""
    command, _, words = body.strip().partition(" ")
    return words if command.casefold() in {"/tim", "/find"} else body


async def act(action: Action, *, incoming: Incoming, desk: Context, known: Session) -> tuple[Reply, Session]:  # noqa: C901, PLR0911, PLR0912 - one line a verb
    """Do what a button, a command or a link asks for."""
    subject, _, page = action.subject.partition(" ")
    match action.verb:
        case Verb.START:
            linked = Action.from_link(subject)
            if linked is not None:
                return await act(linked, incoming=incoming, desk=desk, known=known)
            return welcome.start(known), known
        case Verb.HELP:
            return welcome.how(known), known
        case Verb.PRODUCT:
            return await product.show(subject, desk=desk, known=known), known
        case Verb.MAKER:
            return await product.of_maker(subject, _page(page), desk=desk, known=known), known
        case Verb.PAGE:
            return await search.turn(subject, _page(page), desk=desk, known=known), known
        case Verb.NEAR:
            return await search.by_words(known.say("near me"), desk=desk, known=known), known
        case Verb.GROUPS:
            return await product.groups(desk=desk, known=known), known
        case Verb.PHOTO:
            return welcome.photo(known), known
        case Verb.LANGUAGE:
            return welcome.language(subject, known)
        case Verb.EARLIER:
            return await earlier_answers.show(incoming=incoming, desk=desk, known=known), known
        case Verb.NOT_THIS:
            return await product.not_this(subject, desk=desk, known=known), known
        case _:
            return await dispatch.act(action, incoming=incoming, desk=desk, known=known)


async def _here(
    latitude: float, longitude: float, *, incoming: Incoming, desk: Context, known: Session
) -> tuple[Reply, Session]:
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return Reply(known.say("I cannot place that location. Please share it again."), wants=Want.LOCATION), known
    onwards = Action.parse(known.then)
    # Two decimals are a kilometre: enough for "near me", too little to find a house.
    known = replace(known, here=(round(latitude, 2), round(longitude, 2)), then="")
    if onwards is not None:
        return await act(onwards, incoming=incoming, desk=desk, known=known)
    return await search.by_words(known.say("near me"), desk=desk, known=known), known


def advice(error: CatalogError, known: Session) -> Reply:
    """Say what a person can do about *error*."""
    say = known.say
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
