"""Whether a word is spelled as a Vietnamese syllable can be: head, rhyme, and the tone over the right vowel."""

import re
import unicodedata
from functools import lru_cache

from catalog.text import TONES

_HEADS = re.findall(r"\w+", "ngh nh ng ch gh gi kh ph qu th tr b c d đ g h k l m n p q r s t v x")
_RHYMES = frozenset(
    re.findall(
        r"\w+",
        "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây "
        "e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu "
        "o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong "
        "ooc oong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê uêch uênh ui um un ung "
        "uôc uôi uôm uôn uông uôt up ut uơ uy uya uych uyên uyêt uynh uyp uyt uyu "
        "ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu y yêm yên yêng yêt yêu ynh ych yt",
    )
)
_MARKED_VOWELS = "êôơâă"
_BARE_VOWELS = re.compile("[aăâeêioôơuưy]+")


@lru_cache(maxsize=16384)
def is_syllable(word: str) -> bool:
    """True when *word*, in Unicode and any case, can be one Vietnamese syllable."""
    spread = unicodedata.normalize("NFD", word.lower())
    tones = [place for place, letter in enumerate(spread) if letter in TONES]
    if len(tones) > 1:
        return False
    bare = unicodedata.normalize("NFC", "".join(letter for letter in spread if letter not in TONES))
    place = len(unicodedata.normalize("NFC", spread[: tones[0]])) - 1 if tones else None
    return any(_fits(bare, head, place) for head in ("", *_HEADS) if bare.startswith(head))


def _fits(bare: str, head: str, tone: int | None) -> bool:
    rhyme = bare[len(head) :]
    if rhyme not in _RHYMES:
        return False
    return tone is None or tone - len(head) in _tone_places(rhyme)


def _tone_places(rhyme: str) -> frozenset[int]:
    """Over which letters of *rhyme* its tone may stand; hoà and hòa are both in use."""
    marked = [place for place, letter in enumerate(rhyme) if letter in _MARKED_VOWELS]
    if marked:
        return frozenset({marked[-1]})
    vowels = _BARE_VOWELS.match(rhyme)
    if rhyme.startswith(("oa", "oe", "uy")):
        return frozenset({0, 1})
    return frozenset({0, 1}) if vowels and vowels[0] == "oo" else frozenset({0})
