"""The content of an inquiry's web page, for its consumer and for a producer without a messenger.

Composed here in the reader's language; whoever draws it adds nothing.
"""

from dataclasses import dataclass

from catalog.inquiry import Address, Inquiry, Side, State
from catalog.sealing import fingerprint
from handlers import limits
from handlers.context import Context, Session
from handlers.inquiries import consumer, producer, wording
from handlers.phrases import Speech

ANSWER = "answer"
PHOTO = "photo"
SECONDS = 14 * 24 * 3600
_MOST = 50


def answer_by_link(about: Inquiry, to: Address, *, context: Context, say: Speech) -> str:
    """The line that tells how to answer an e-mail: a signed link to a page of ours."""
    if not context.public_url:
        return say("Please call the customer, or ask the programme officer for a code to answer in a chat.")
    proof = context.store.sign(f"{ANSWER} {about.ref} {to.address}")
    return say("Answer here within 14 days: {link}", link=f"{context.public_url}/a/{proof}")


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a thread."""

    writer: str
    moment: str
    text: str
    own: bool


@dataclass(frozen=True, slots=True)
class InquiryPage:
    """A page with a thread and a form; *button* is empty where nothing can be written. *said* is what became of it."""

    title: str
    notes: tuple[str, ...] = ()
    thread: tuple[Said, ...] = ()
    label: str = ""
    button: str = ""
    said: str = ""
    language: str = "vi"


async def of_consumer(found: Inquiry, *, context: Context, said: str = "") -> InquiryPage:
    """What someone asked, with room to add."""
    say = Session(language=found.language).say
    return InquiryPage(
        title=wording.heading(found, await consumer.product_name(found, context), say),
        thread=thread_of(found, say, reader=Side.CONSUMER),
        label=say("What would you like to add?"),
        button=say("Add something"),
        said=said,
        language=say.language,
    )


async def add(found: Inquiry, text: str, *, form: str, context: Context) -> InquiryPage:
    """Add what its consumer wrote into the form; the same *form* has its effect once."""
    session = Session(language=found.language)
    origin = fingerprint(f"form {found.ref} {form}")
    reply = await consumer.add_words(found, limits.tidy(text), origin=origin, context=context, session=session)
    return await of_consumer(await _again(found, context), context=context, said=reply.text)


async def of_producer(found: Inquiry, *, context: Context, said: str = "") -> InquiryPage:
    """What a customer wants, with room to answer."""
    session = Session()
    say = session.say
    heading, *notes = (
        (await producer.as_text(found, context=context, session=session)).partition("\n\n")[0].splitlines()
    )
    closed = found.state is State.CLOSED
    return InquiryPage(
        title=heading,
        notes=tuple(notes),
        thread=thread_of(found, say, reader=Side.PRODUCER),
        label=say("Write your answer to #{ref}. The customer sees no number of yours.", ref=found.ref),
        button="" if closed else say("Answer"),
        said=said,
        language=say.language,
    )


async def answer(found: Inquiry, text: str, *, form: str, context: Context) -> InquiryPage:
    """Pass on what a producer wrote into the form; the same *form* has its effect once."""
    origin = fingerprint(f"form {found.ref} {form}")
    reply, _ = await producer.answer(text, found, origin=origin, context=context, session=Session())
    return await of_producer(await _again(found, context), context=context, said=reply.text)


async def by_proof(proof: str, *, context: Context) -> Inquiry | None:
    """The inquiry that the holder of *proof* may answer: who received our mail, while that is the producer's."""
    signed = context.store.verify(proof, seconds=SECONDS) or ""
    kind, _, rest = signed.partition(" ")
    ref, _, address = rest.partition(" ")
    found = await context.store.inquiries.by_ref(ref) if kind == ANSWER else None
    if found is None or not found.consumer.channel:
        return None
    product = await context.store.product(found.product_id)
    return found if product is not None and product.producer.email == address else None


async def photo(proof: str, *, context: Context) -> bytes | None:
    """The photo that *proof* lets its holder see."""
    kind, _, ref = (context.store.verify(proof, seconds=SECONDS) or "").partition(" ")
    return await context.store.inquiries.photo(ref) if kind == PHOTO else None


def closed_page(language: str = "vi") -> InquiryPage:
    """The page for a link that is unknown or expired."""
    say = Session(language=language).say
    return InquiryPage(title=say("There is nothing here any more."), language=say.language)


def thread_of(found: Inquiry, say: Speech, *, reader: Side) -> tuple[Said, ...]:
    """The last messages of *found*, as *reader* is shown them."""
    return tuple(
        Said(wording.writer(each, say, reader), wording.moment(each.at, say), each.text, each.side is reader)
        for each in found.messages[-_MOST:]
    )


async def _again(found: Inquiry, context: Context) -> Inquiry:
    return await context.store.inquiries.by_ref(found.ref) or found
