"""What is said when something went wrong that the person cannot mend."""

from handlers.messages import Reply, Want
from handlers.phrases import speech


def unexpected(reference: str, language: str) -> Reply:
    """Something nobody expected; *reference* finds it in the log."""
    say = speech(language)
    text = say("Something went wrong on our side. Please try again. (Reference {reference})", reference=reference)
    return Reply(text, language=say.language)


def not_fetched(language: str) -> Reply:
    """The photo did not reach us."""
    say = speech(language)
    return Reply(say("I could not get your photo. Please send it once more."), wants=Want.PHOTO, language=say.language)
