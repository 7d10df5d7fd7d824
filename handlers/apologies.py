"""What is said when something went wrong that the person cannot mend."""

from catalog.errors import ImageTooLarge
from handlers.messages import Reply, Want
from handlers.phrases import speech


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
