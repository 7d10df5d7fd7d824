"""Vietnamese spelling: folded to compare, split and checked by syllable."""

import re
import unicodedata
from functools import lru_cache

TONES = "\u0300\u0301\u0303\u0309\u0323"
MARKS = TONES + "\u0302\u0306\u031b"
# Eth, African D and its like are what old typefaces and foreign keyboards give for Đ.
_ALIKE = {
    "Đ": "ÐƉƊ",
    "đ": "ðɖᴆɗ",
    "Ư": "Ƣ",
    "ư": "ƣ",
    "A": "🅐🅰", "B": "🅑🅱", "C": "🅒🅲", "D": "🅓🅳", "E": "🅔🅴", "F": "🅕🅵", "G": "🅖🅶", "H": "🅗🅷", "I": "🅘🅸",
    "J": "🅙🅹", "K": "🅚🅺", "L": "🅛🅻", "M": "🅜🅼", "N": "🅝🅽", "O": "🅞🅾", "P": "🅟🅿", "Q": "🅠🆀", "R": "🅡🆁",
    "S": "🅢🆂", "T": "🅣🆃", "U": "🅤🆄", "V": "🅥🆅", "W": "🅦🆆", "X": "🅧🆇", "Y": "🅨🆈", "Z": "🅩🆉",
    "a": "ᴀ", "b": "ʙ", "c": "ᴄ", "d": "ᴅ", "e": "ᴇ", "f": "ꜰ", "g": "ɢ", "h": "ʜ", "i": "ɪ", "j": "ᴊ", "k": "ᴋ",
    "l": "ʟ", "m": "ᴍ", "n": "ɴ", "o": "ᴏ", "p": "ᴘ", "r": "ʀ", "s": "ꜱ", "t": "ᴛ", "u": "ᴜ", "v": "ᴠ", "w": "ᴡ",
    "y": "ʏ", "z": "ᴢ",
}  # fmt: skip
_MEANT = str.maketrans({alike: letter for letter, every in _ALIKE.items() for alike in every})
_ALIKES = frozenset("".join(_ALIKE.values()))
_STYLES = ("<font>", "<wide>", "<narrow>", "<circle>", "<square>")
_STROKE = "\u0335"
_PLAIN = re.compile(r"[^\W_]+")
_MARK = re.compile("[\u0300-\u036f]")
_MARKED = re.compile(rf"[^\W_][^\W_{MARKS}]*(?:[{MARKS}]+[^\W_]*)*")
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
_SHORT = 120
_BARE_VOWELS = re.compile("[aăâeêioôơuưy]+")


def plain_letters(text: str) -> str:
    """Spell *text* in NFC, with Đ for what only looks like it (Ð, Ɖ) and plain letters for styled ones (𝗯, Ｂ, ⓑ).

    All else (m², ½, ™) stays as it is: this is how a name is kept.
    """
    if text.isascii():
        return text
    return _plain_short(text) if len(text) <= _SHORT else _spell_plainly(text)


# A cell of a list is asked for "as above", for its alphabet and for its words.
@lru_cache(maxsize=8192)
def _plain_short(text: str) -> str:
    return _spell_plainly(text)


def _spell_plainly(text: str) -> str:
    met = {letter for letter in text if not letter.isascii()}
    styled = {ord(letter): plain for letter in met if (plain := _plain_letter(letter)) != letter}
    composed = unicodedata.normalize("NFC", text.translate(styled).translate(_MEANT))
    return composed.replace("D" + _STROKE, "Đ").replace("d" + _STROKE, "đ") if _STROKE in composed else composed


def _plain_letter(letter: str) -> str:
    """The letter or digit that *letter* is a style of; *letter* itself when it is none."""
    if not unicodedata.decomposition(letter).startswith(_STYLES):
        return letter
    plain = unicodedata.normalize("NFKC", letter)
    return plain if plain.isascii() and plain.isalnum() else letter


@lru_cache(maxsize=1024)
def visible(text: str) -> str:
    """*text* without what nobody sees: zero-width blanks, byte-order marks, marks of the direction of writing."""
    if text.isascii():
        return text
    return "".join(letter for letter in text if unicodedata.category(letter) != "Cf")


def fold(text: str) -> str:
    """Lower *text*, drop marks, styles and đ, and put single spaces for punctuation, so that Xoài finds xoai."""
    return _fold_short(text) if len(text) <= _SHORT else " ".join(syllables(text))


@lru_cache(maxsize=1024)
def fold_letters(text: str) -> str:
    """Fold *text* letter by letter: signs and points stay, and each letter keeps its place, also Korean and Chinese."""
    return "".join(letter if letter > "\u2fff" else fold(letter)[:1] or letter for letter in text.lower())


# A cell of a list is compared many times, and most lists say the same again and again.
@lru_cache(maxsize=8192)
def _fold_short(text: str) -> str:
    return " ".join(syllables(text))


def syllables(text: str) -> list[str]:
    """The folded words of *text*, in order; a run of letters and digits is one word."""
    if text.isascii():
        return _PLAIN.findall(text.lower())
    return _PLAIN.findall(_bare(text))


def normalize_tones(text: str) -> str:
    """Lower *text* in NFC with each tone moved to the end of its syllable, so that hoà and hòa compare equal."""
    return " ".join(tone_last(word) for word in accented_syllables(text))


def accented_syllables(text: str) -> list[str]:
    """The words of *text* in lower case with their marks, as they pair off with `syllables`."""
    if text.isascii():
        return _PLAIN.findall(text.lower())
    composed = _lower(text)
    if not _MARK.search(composed):
        return _PLAIN.findall(composed)
    return _MARKED.findall(
        "".join(letter for letter in composed if letter in MARKS or not unicodedata.combining(letter))
    )


def last_words(text: str, folded: str) -> str:
    """The words at the end of *text* that are *folded* once their marks are off; in lower case, with their marks."""
    many = len(folded.split())
    return " ".join(accented_syllables(text)[-many:]) if many else ""


def as_typed(text: str, folded: str, span: tuple[int, int]) -> str:
    """The words of *text* that stand in *span* of it as *folded*, with their marks."""
    before, within = len(folded[: span[0]].split()), len(folded[slice(*span)].split())
    spaced = text.split()
    # Signs within a word part it where it is folded: then the words are in lower case.
    words = spaced if len(spaced) == len(folded.split()) else accented_syllables(text)
    return " ".join(words[before : before + within])


@lru_cache(maxsize=4096)
def tone_last(word: str) -> str:
    """Spell *word* with its tone mark behind its last letter, composed again."""
    if word.isascii():
        return word
    spread = unicodedata.normalize("NFD", word)
    tones = "".join(letter for letter in spread if letter in TONES)[:1]
    kept = "".join(letter for letter in spread if letter not in TONES)
    return unicodedata.normalize("NFC", kept + tones)


@lru_cache(maxsize=4096)
def toneless(word: str) -> str:
    """Spell *word* without its tone but with its â, ê, ô, ă, ơ, ư and đ."""
    spread = unicodedata.normalize("NFD", word)
    return unicodedata.normalize("NFC", "".join(letter for letter in spread if letter not in TONES))


def _bare(text: str) -> str:
    # Unicode does not decompose đ; every other Vietnamese letter it does.
    spread = unicodedata.normalize("NFD", _lower(text).replace("đ", "d"))
    return "".join(letter for letter in spread if not unicodedata.combining(letter))


def _lower(text: str) -> str:
    """*text* in lower case, composed, and with one spelling for letters that are styled or look alike (NFKC)."""
    lowered = unicodedata.normalize("NFKC", text).casefold()
    if not _ALIKES.isdisjoint(lowered):
        lowered = lowered.translate(_MEANT).casefold()
    return unicodedata.normalize("NFKC", lowered)


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
