"""The first words, the help, the languages."""

from dataclasses import replace

from handlers import small_talk
from handlers.actions import Action, Verb
from handlers.context import Session
from handlers.messages import Choice, Reply, Want
from handlers.phrases import languages, speech


def start(session: Session) -> Reply:
    """Say who we are and what to do, in three lines."""
    say = session.say
    lines = (
        say("Hello! I am Hỏi OCOP."),
        say("Send a photo of a label, or type the name of a product any way you like."),
        say("I will tell its OCOP star, whether it is still valid, who makes it and how to reach them."),
    )
    other = [language for language in languages() if language != say.language]
    switch = tuple(_language_choice(language) for language in other)
    return Reply("\n".join(lines), choices=(*small_talk.offers(say), *switch), wants=Want.PHOTO, language=say.language)


def how(session: Session) -> Reply:
    """How to ask, what is done with a photo, and what an answer means."""
    say = session.say
    lines = (
        say(
            "• Photo: get close to the QR code or barcode, hold still, avoid glare. "
            "If there is no code, photograph the words."
        ),
        say("• Name: with or without marks, in any order; with the producer or commune if several make it."),
        say("• Examples: “my gao luc ngan”, “sản phẩm 4 sao ở Lục Ngạn còn hạn”, “sản phẩm của HTX Hằng Hiếu”."),
        say("• A star counts for 36 months. I show when it ends, who decided it, and where each fact comes from."),
        say("• Photos are read and then thrown away."),
    )
    return Reply("\n".join(lines), choices=small_talk.offers(say)[:2], wants=Want.PHOTO, language=say.language)


def photo(session: Session) -> Reply:
    """Ask for a photo."""
    asking = session.say("Photograph the label: the code first, close and sharp. No code? Then the name on it.")
    return Reply(asking, wants=Want.PHOTO, language=session.say.language)


def language(chosen: str, session: Session) -> tuple[Reply, Session]:
    """Speak *chosen* from now on; offer the languages if it is none of ours."""
    if chosen not in languages():
        choices = tuple(_language_choice(each) for each in languages())
        return Reply(
            session.say("Which language shall I speak?"), choices=choices, language=session.say.language
        ), session
    spoken = replace(session, language=chosen)
    return Reply(spoken.say("From now on I speak English."), language=chosen), spoken


def _language_choice(language: str) -> Choice:
    return Choice(speech(language)("English"), Action(Verb.LANGUAGE, language))
