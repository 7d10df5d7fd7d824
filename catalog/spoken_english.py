"""English questions: what only leads up to them, and what they ask whether there is any of. Pure."""

import re

_SPOKEN_ENGLISH = re.compile(
    r"\b(?:where|what|whats|wheres|wat|how|hows|who|whos|which|when|why|do|does|they|it|is|any|show|have|hv|looking"
    r"|can|the|for|of"
    r"|this|star|stars|products?|price|plz|pls|my|me|to|u|from|near|nearby)\b",
    re.IGNORECASE,
)
_AND = r"(?:(?:and|so|ok|okay|then|well|also|but|please|now|oh|great|good|nice|fine|sorry|hi|hello|hey)\b[, ]*)*"
# Said at the end, and asking nothing; of the songs called then Vietnamese speak with another word before it.
_TRAIL = re.compile(
    r"(?:,? (?:please|pls|plz|tho|though|mate|bro|man|sir|madam|then(?<!hat then)(?<!dan then)))+( ?[?!.]*)$",
    re.IGNORECASE,
)
_VIETNAMESE_TOO = re.compile(r"\b(?:man|tho)\b", re.IGNORECASE)
_LEAD = re.compile(
    rf"^{_AND}(?:"
    r"(?:can|could|would|will) you (?:please |kindly )?(?:tell|show|give|send|find)(?: (?:me|us))?(?: please)?"
    r"|(?:please )?(?:tell|show) (?:me|us)|i(?:'d| would)? (?:like|want|need|love) to (?:know|hear|see|learn)"
    r"|let(?:'s| me| us) (?:see|hear)"
    r")(?: (?:a bit |a little |some |something )?(?:more|details|info|information))?(?: (?:about|on|of))? (?!it\b"
    r"|that\b|this\b|them\b|how\b|where\b|who\b|what\b|which\b|when\b|if\b|whether\b|a pic|the pic|pic|a photo"
    r"|photo|the photo|more\b|me\b)",
    re.IGNORECASE,
)
_WANTED = re.compile(
    rf"^{_AND}(?:"
    r"(?:do|does|did) (?:they|you|he|she|u|anyone|anybody|the shop|this (?:company|maker|producer|shop"
    r"|place)) (?:also |still |even |all )*(?:make|sell|have|produce|grow|offer|do|carry|stock|know)(?: of)?"
    r"|(?:have|has) (?:you|they|he|she|anyone) got|(?:is|are) there|(?:i am|i'm|im|we are|we're) (?:looking"
    r"|searching|after)(?: for)?|(?:(?:i|we)(?:'d| would)? )?(?:want|need|like|wanna|wish|looking for|searching for"
    r"|seeking)(?: to (?:buy|get|find|try|order))?"
    r"|(?:can|could|may) (?:i|we) (?:get|find|buy|have|order)|(?:where|how) (?:is|are)|what about|how about|u have"
    r"|you have|got|any|some|other|another|more"
    r"|(?:anything|something)(?: (?:in|of|from|with|made of|made from|made with))"
    r") (?:also |still |any |some |a |an |the |your |other |more )*(?P<thing>[^?!.,]+?)"
    r"(?P<whom> for (?:my|our|the|a) [a-z]+(?: [a-z]+)?)?(?: (?:too|as well|also|please|here|there|in stock|available"
    r"|for sale|or not))*[ ?!.]*$",
    re.IGNORECASE,
)
_WHICH_WANTED = re.compile(
    rf"^{_AND}(?:what|which)(?: (?:other|more|different|kinds? of|types? of|sorts? of))* (?P<thing>[^?!.,]+?)"
    r" (?:do you (?:have|sell|know|offer|carry|stock|recommend)|are (?:there|available)|have you got|is (?:there"
    r"|available)"
    r"|can (?:i|we) (?:buy|get|find|order)|(?:are|is) sold)(?: here| too| as well| in bac ninh)*[ ?!.]*$",
    re.IGNORECASE,
)
QUALITIES = re.compile(
    r"^(?:(?:fresh|local|traditional|authentic|good|nice|real|pure|natural|homemade|home-made|vietnamese|quality"
    r"|high quality|best"
    r"|famous|typical|tasty|delicious|cheap|original|genuine|proper|premium|great) )+",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"(?:it|this|that|these|those|them|they|one|ones|anything|something|someone|anyone|to)\b", re.IGNORECASE
)
# For whom it is decides what may be shown.
_TENDER = re.compile(
    r"\bfor (?:my |our |the |a |an |his |her )?(?:[a-z]+ )?(?:sick|ill|pregnan\w+|expecting|nursing"
    r"|breast-?feeding|bab(?:y|ies)"
    r"|infants?|newborns?|toddlers?|kids?|child(?:ren)?|sons?|daughters?|cough|colds?|flu|fever|throat|pains?|stomach|heart"
    r"|diabet\w+|cancer|pressure|disease|illness|acne|insomnia|sleep|liver|kidneys?|hangover)\b",
    re.IGNORECASE,
)
_OF_WHAT = re.compile(
    r"\b(?:what|which)(?: (?:kind|type|sort)s? of)? \w+ (?:is|are|do|does|did|was|were) (?:it|they|this|that)\b",
    re.IGNORECASE,
)
_ANY_STARS = re.compile(
    rf"^{_AND}(?:(?:do you|you) have |have you got |is there |are there |has |have |show me |i want |i need )?"
    r"(?:anything|something|any(?: products?| ones?)?|products?|which(?: products?| ones?| one)?|what(?: products?)?)"
    r"(?: (?:that|do you have|has|have|got|with|are|is|the|really))* ([1-5]|one|two|three|four"
    r"|five)[ -]?stars?(?: rating)?"
    r"(?: products?| ones?)?(?: do you have| are there)?[ ?!.]*$",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?。！？\n]+(?:[.!?。！？]+(?!\w))?")


def is_spoken_english(text: str, *, fewest: int = 1) -> bool:
    """True where *text* has so many words that are English and no name."""
    return len(_SPOKEN_ENGLISH.findall(text)) >= fewest


def asks_of_what(text: str) -> bool:
    """True for "what flower is it from", which looks for no flowers."""
    return _OF_WHAT.search(text) is not None


def wanted_stars(text: str) -> str:
    """How many stars *text* wants anything of: "has anything got five stars"; "" where it asks nothing so."""
    found = _ANY_STARS.match(text)
    return found[1] if found else ""


def without_lead(text: str) -> str:
    """English *text* without what only leads up to what is wanted: "could you tell me more about"."""
    if not text.isascii():
        return _LEAD.sub("", text)
    trailing = _TRAIL.search(text)
    # Typed without marks, Vietnamese words are among them: plums are "man", rabbits "tho".
    rest = text[: trailing.start()] if trailing else ""
    is_english = " " in rest and (is_spoken_english(rest) or _LEAD.match(rest) is not None)
    if trailing and (is_english or not _VIETNAMESE_TOO.search(trailing[0])):
        text = rest + trailing[1]
    return _LEAD.sub("", text)


def wanted_thing(text: str) -> str:
    """What English *text* asks whether there is any of ("do they also make", "is there any"); "" for all else."""
    found = _WANTED.match(text) or _WHICH_WANTED.match(text)
    thing = found["thing"].strip() if found else ""
    return "" if _POINTS.match(thing) or _TENDER.search(text) else thing


def sentences(text: str) -> list[str]:
    """*text* sentence by sentence, where it is of several."""
    parts = [each.strip() for each in _SENTENCE.findall(text) if any(map(str.isalnum, each))]
    return parts if len(parts) > 1 else []
