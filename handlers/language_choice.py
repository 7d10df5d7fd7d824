"""Which language somebody speaks: chosen by a button, named in words, or told by the script of what they write."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from unicodedata import normalize

from catalog.text import fold
from catalog.translated_words import detect_language, read_words
from handlers.actions import Action, Verb
from handlers.context import Session
from handlers.messages import Choice, Content, Reply, Text
from handlers.phrases import FIRST, SOURCE, languages, speech

# None of them is a Vietnamese syllable typed without marks, as "do", "can", "me", "the", "my" and "that" are.
_SURE_WORDS = """
what where who which how when why is are does was has have will would could should any there of for your with from
near please show this these you we they sell sells buy about know want need tell
"""
# What somebody asks about or wants: one of them tells more than "for you".
_MORE_SURE_WORDS = """
where who which how when why much many price prices cost costs number address expire expires expired valid certificate
certified stars cheap cheaper cheapest gift gifts souvenir souvenirs children vegetarian vegetarians season another
others picture pictures maker makers producer producers made makes village villages visit local famous products
compare between difference mean means complain open opening nearby nearest specialty specialties speciality
specialities doesn't don't isn't what's where's who's how's it's he's they're i'm i'd whats wheres something anything
someone anyone everything please
"""
# Words that Vietnamese use as their own.
_LOANS = frozenset(["pate", "snack", "combo"])
_OTHER_WORDS = "do can the me i it a an in on at to or and not"
_TOPIC_WORDS = """
rice wine honey tea noodles fruit lychee star stars product products shop shops fair booth booths price phone number
address valid expired month year open best cheap cheapest gift gifts maker makers producer made
"""
# A Vietnamese syllable without its marks: what is none, and a word of our tables, is English.
_SYLLABLE = re.compile(
    r"(?:[bcdghklmnprstvx]|c?h|g[hi]|kh|n[gh]|ngh|ph|qu|th|tr)?"
    r"(?:[aeiouy]|a[iouy]|e[ou]|i[aeu]|ie[um]?|o[aei]|oa[iy]|u[aeioy]|uo[iu]?|uye?|y[eu]|yeu|ieu|uu|uou)"
    r"(?:c|ch|m|n|ng|nh|p|t)?"
)
_NAMES = frozenset(word for name in read_words()["en"] for word in name.split() if not _SYLLABLE.fullmatch(word))
_TELLING = frozenset((*_MORE_SURE_WORDS.split(), *(_NAMES - _LOANS)))
_SURELY_ENGLISH = frozenset(_SURE_WORDS.split()) | _TELLING
_ENGLISH = _SURELY_ENGLISH | frozenset(_OTHER_WORDS.split())
_ENGLISH_TOPICS = _ENGLISH | frozenset(_TOPIC_WORDS.split())
_FEWEST_ENGLISH, _FEWEST_SURE = 3, 2
_GREETING = "hello"
_ASKING = frozenset([*_MORE_SURE_WORDS.split(), "what", "near", "from", "any"]) - frozenset(["please", "products"])
# What people say in Vietnamese beside a name: none is English, and hardly any is so written in a place's name.
_VIETNAMESE_WORDS = """
khong ko hok gi nao toi minh em anh shop nhe duoc dc dau oi xin bao nhieu cho hoi mua tim muon loai vay roi thi ngon
giup ship sđt sdt của cái có là này giá cho chỗ nhà bán còn
"""
_SAID_IN_VIETNAMESE = frozenset(_VIETNAMESE_WORDS.split())
# With their marks, which nobody types who writes English. One of the others may stand in a name: "Vại muối dưa của mẹ".
_VIETNAMESE = re.compile(
    r"(?<!\w)(?:không|gì|nào|tôi|mình|ạ|nhé|được|đâu|ơi|chưa|xin|cảm ơn|bao nhiêu)(?!\w)"
    r"|(?<!\w)(có|ở|là|của|còn|này)(?!\w).*(?<!\w)(?!\1(?!\w))(?:có|ở|là|của|còn|này)(?!\w)"
)
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
    spoken = replace(session, language=chosen, heard=False)
    return Reply(spoken.say("From now on I speak English."), language=chosen), spoken


def named_language(said: Iterable[str]) -> str | None:
    """The one of our languages that one of the spellings *said* names, alone or with a wish to speak it."""
    for language in languages():
        pattern = _NAMED_LANGUAGES.get(language)
        if pattern is not None and any(pattern.fullmatch(each) for each in said):
            return language
    return None


def hear_language(content: Content, session: Session, *, chosen: bool, awaited: bool) -> tuple[Session, Choice | None]:
    """Speak the language that *content* is surely in where none was *chosen*; the one before is one tap away.

    Who was heard so, and then writes Vietnamese, is spoken to in Vietnamese again. Words that may be of a language
    change nothing: they offer it. Nor do words that are *awaited*: a name or a place may be of any language.
    """
    told, sure = _told_by(content.body) if isinstance(content, Text) and not awaited else ("", False)
    spoken = session.say.language
    if not told or told == spoken or told not in languages() or (told == FIRST and not session.heard):
        return session, None
    if not sure or (chosen and not session.heard):
        return session, language_button(told)
    return replace(session, language=told, heard=True), language_button(spoken)


@lru_cache(maxsize=1024)
def _told_by(words: str) -> tuple[str, bool]:
    """The language of *words*, "" where they tell none, and whether that is sure."""
    words = words[:200]
    if words.startswith("/"):
        # A command is called the same in every language.
        return "", False
    if script := detect_language(words):
        return script, True
    typed = [word.strip("?!.,") for word in normalize("NFC", words).lower().split()]
    # What has marks is of a name among English words.
    said = [fold(word) for word in typed if word.isascii()]
    if _SURELY_ENGLISH.isdisjoint(said) and _VIETNAMESE.search(" ".join(typed)):
        return FIRST, True
    if _tells_alone(said, typed):
        return SOURCE, True
    return _english_in(said, typed=len(typed))


def _tells_alone(said: Sequence[str], typed: Sequence[str]) -> bool:
    """True where one word is surely English and none is Vietnamese but in names: "lychee in Luc Ngan".

    What a product is called in English may be a producer's own word beside words with marks.
    """
    if not _SAID_IN_VIETNAMESE.isdisjoint([*typed, *map(fold, typed)]):
        return False
    unmarked = len(said) == len(typed)
    return not _ASKING.isdisjoint(said) or (
        unmarked and (said == [_GREETING] or not (_NAMES - _LOANS).isdisjoint(said))
    )


def _english_in(said: Sequence[str], *, typed: int) -> tuple[str, bool]:
    """English where *said* tells it, the words without marks of so many *typed*; and whether that is sure."""
    sure, english, topical = (
        sum(each in words for each in said) for words in (_SURELY_ENGLISH, _ENGLISH, _ENGLISH_TOPICS)
    )
    tells = any(each in _TELLING for each in said)
    if sure >= _FEWEST_SURE and topical >= max(_FEWEST_ENGLISH - tells, len(said) / 2):
        return SOURCE, True
    if (tells and english == typed) or (sure and english >= max(_FEWEST_ENGLISH, 0.6 * len(said))):
        return SOURCE, True
    return (SOURCE, False) if english >= max(_FEWEST_ENGLISH, len(said) / 2) else ("", False)


def language_button(language: str) -> Choice:
    """The button that changes to *language*, in its own words."""
    say = speech(language)
    return Choice(say("English"), Action(Verb.LANGUAGE, language))
