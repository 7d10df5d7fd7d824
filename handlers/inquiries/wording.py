"""An inquiry in words: its thread, its state, its kind."""

from catalog.dates import local_time
from catalog.inquiry import ComplaintMatter, Inquiry, Kind, Message, Side, State
from handlers.phrases import FIRST, Speech, speech

# A mark of an inquiry whose consumer sent a photo with it.
PHOTO = "photo"


def moment(seconds: float, say: Speech | None = None) -> str:
    """A moment as Viet Nam's clocks show it, written as in the language of *say*; in ours without it."""
    return (say or speech(FIRST)).moment(local_time(seconds))


def kind_words(kind: Kind, say: Speech) -> str:
    """What the consumer wants."""
    return {
        Kind.QUESTION: say("Question"),
        Kind.BUY: say("Wants to buy"),
        Kind.COMPLAINT: say("Complaint"),
    }[kind]


def matter_words(matter: str, say: Speech) -> str:
    """What a complaint is about; "" for none."""
    return (
        {
            ComplaintMatter.FAKE: say("Fake, or a star that is not true"),
            ComplaintMatter.HYGIENE: say("Spoiled or unclean"),
            ComplaintMatter.FACTS: say("Wrong facts here"),
        }.get(ComplaintMatter(matter), "")
        if matter
        else ""
    )


def state_words(state: State, say: Speech) -> str:
    """Where it stands."""
    return {
        State.SENT: say("sent"),
        State.DELIVERED: say("delivered"),
        State.READ: say("read"),
        State.ANSWERED: say("answered"),
        State.CLOSED: say("closed"),
    }[state]


def heading(inquiry: Inquiry, product: str, say: Speech) -> str:
    """One line: reference, kind, product, state."""
    kind, state = kind_words(inquiry.kind, say), state_words(inquiry.state, say)
    if inquiry.matter:
        kind = f"{kind} ({matter_words(inquiry.matter, say).lower()})"
    return f"#{inquiry.ref} · {kind} · {product} · {state}"


def thread(inquiry: Inquiry, say: Speech, *, reader: Side, most: int = 10) -> str:
    """The last messages, each with who wrote it and when."""
    shown = inquiry.messages[-most:]
    lines = [f"{writer(each, say, reader)} ({moment(each.at)}):\n{each.text}" for each in shown]
    hidden = len(inquiry.messages) - len(shown)
    if hidden:
        lines.insert(0, say.count("… {number} earlier message", "… {number} earlier messages", hidden))
    return "\n\n".join(lines)


def writer(message: Message, say: Speech, reader: Side) -> str:
    """Who wrote *message*, for *reader*."""
    if message.side is reader:
        return say("You")
    return {
        Side.CONSUMER: say("Customer"),
        Side.PRODUCER: say("Producer"),
        Side.OFFICER: say("Programme officer"),
    }[message.side]
