"""Which language somebody speaks: chosen by a button, named in words, or told by the script of what they write."""

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from catalog.text import fold
from catalog.translated_words import tell_language
from handlers.actions import Action, Verb
from handlers.context import Session
from handlers.messages import Choice, Content, Reply, Text
from handlers.phrases import SOURCE, languages, speech

_ENGLISH_WORDS = """
what where who which how is are does do can the of for my your with please show me i it this that have you
"""
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_FEWEST_ENGLISH = 3
_LANGUAGE_NAMES = {
    "vi": "tieng viet|vietnamese|베트남어|越南语|越南文",
    "en": "tieng anh|english|영어|英语|英文",
    "ko": "tieng han(?: quoc)?|korean|한국어|韩语|韩文",
    "zh": "tieng (?:trung|hoa)(?: quoc)?|chinese|중국어|中文|汉语",
}
_SPEAK = "(?:noi|doi sang|chuyen sang|speak|switch to|change (?:the )?language to|in|请?(?:说|讲|用|换成|改成|切换到?))"
_NAMED_LANGUAGES = {
    language: re.compile(
        f"(?:{_SPEAK} ?)?(?:{names})(?:으?로)?(?: ?(?:말해|바꿔|해)(?: ?주세요)?)?(?: please| di| nhe)?"
    )
    for language, names in _LANGUAGE_NAMES.items()
}


def choose_language(chosen: str, session: Session) -> tuple[Reply, Session]:
    """Speak *chosen* from now on; offer the languages if it is none of ours."""
    if chosen not in languages():
        choices = tuple(language_button(each) for each in languages())
        return Reply(
            session.say("Which language shall I speak?"), choices=choices, language=session.say.language
        ), session
    spoken = replace(session, language=chosen)
    return Reply(spoken.say("From now on I speak English."), language=chosen), spoken


def named_language(said: Iterable[str]) -> str | None:
    """The one of our languages that one of the spellings *said* names, alone or with a wish to speak it."""
    for language in languages():
        pattern = _NAMED_LANGUAGES.get(language)
        if pattern is not None and any(pattern.fullmatch(each) for each in said):
            return language
    return None


def hear_language(content: Content, session: Session, *, chosen: bool) -> tuple[Session, Choice | None]:
    """Speak the language that the script of *content* tells where none was *chosen*; another is one tap away.

    Words alone change nothing: they offer the language that they are of.
    """
    told = _told_by(content.body) if isinstance(content, Text) else ""
    if not told or told == session.say.language or told not in languages():
        return session, None
    if chosen or told == SOURCE:
        return session, language_button(told)
    return replace(session, language=told), language_button(session.say.language)


@lru_cache(maxsize=1024)
def _told_by(words: str) -> str:
    english = [word in _ENGLISH for word in fold(words[:200]).split()]
    return tell_language(words[:200]) or (SOURCE if sum(english) >= max(_FEWEST_ENGLISH, len(english) / 2) else "")


def language_button(language: str) -> Choice:
    """The button that changes to *language*, in its own words."""
    say = speech(language)
    return Choice(say("English"), Action(Verb.LANGUAGE, language))
