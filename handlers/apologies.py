"""What is said when something went wrong: what the person can do about it, or that it was our fault."""

from catalog.errors import BadImage, BadVoice, CatalogError, EmptyImage, ImageTooLarge, ReaderFailed, VoiceTooLong
from handlers import small_talk
from handlers.context import Session
from handlers.messages import Reply, Want
from handlers.phrases import Speech, speech


def unexpected_error(reference: str, language: str) -> Reply:
    """Something nobody expected; *reference* finds it in the log."""
    say = speech(language)
    text = say("Something went wrong on our side. Please try again. (Reference {reference})", reference=reference)
    return Reply(text, language=say.language)


def not_fetched(language: str, error: Exception | None = None) -> Reply:
    """The photo did not reach us; sending one again that is too large would not help."""
    say = speech(language)
    if isinstance(error, ImageTooLarge):
        text = say(
            "This file is larger than {limit}, the most I can take. Please send it as a photo, or a smaller one.",
            limit=error.limit or "20 MB",
        )
        return Reply(text, wants=Want.PHOTO, language=say.language)
    return Reply(say("I could not get your photo. Please send it once more."), wants=Want.PHOTO, language=say.language)


def voice_not_fetched(language: str) -> Reply:
    """The voice message did not reach us."""
    say = speech(language)
    text = say("I could not get your voice message. Please send it once more, or type it.")
    return Reply(text, language=say.language)


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
        case VoiceTooLong():
            words = say("That is too long for me: I listen for one minute. Please say only what you look for.")
        case BadVoice():
            words = say("I could not understand this voice message. Please type it, or say it once more, slowly.")
        case _:
            words = say("That did not work. Please try again, or type the name of the product.")
    return Reply(words, choices=small_talk.offers(say)[:1], wants=Want.PHOTO, language=say.language)


def not_in_public(say: Speech) -> Reply:
    """What is somebody's own is not shown where others read along."""
    return Reply(say("This is between you and me: others read along here. Please ask me in our private chat."))
