"""How far one typed syllable is from a known one: slips of the fingers, and how regions write what they say."""

from rapidfuzz.distance import OSA

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_AT = {key: (row + 0.0, column + row * 0.5) for row, keys in enumerate(_ROWS) for column, key in enumerate(keys)}
_INITIALS = (
    ("ngh", "G"), ("ng", "G"), ("gh", "g"), ("gi", "d"), ("tr", "C"), ("ch", "C"), ("kh", "K"), ("nh", "N"),
    ("th", "T"), ("ph", "f"), ("qu", "q"), ("x", "s"), ("r", "d"), ("v", "d"), ("n", "l"), ("k", "c"),
)  # fmt: skip
_FINALS = (("nh", "n"), ("ng", "n"), ("ch", "c"), ("t", "c"))
MOST_SLIPS = 2


def neighbouring(left: str, right: str) -> bool:
    """True for two letters whose keys touch."""
    here, there = _AT.get(left), _AT.get(right)
    return here is not None and there is not None and abs(here[0] - there[0]) <= 1 and abs(here[1] - there[1]) <= 1


def phonetic_key(word: str, *, loosely: bool = False) -> str:
    """A folded syllable as it sounds where s and x, d and gi, tr and ch, l and n, i and y are one."""
    for spelled, sound in _INITIALS:
        if word.startswith(spelled) and (len(word) > len(spelled) or spelled == "gi"):
            word = sound + (word[len(spelled) :] or "i")
            break
    word = word.replace("y", "i")
    if loosely:
        word = next((word[: -len(end)] + sound for end, sound in _FINALS if word.endswith(end)), word)
    return word


def likeness(typed: str, known: str) -> float:
    """0..1: how likely *typed* stands for *known*; 0 when more than two slips lie between them."""
    slips = OSA.distance(typed, known, score_cutoff=MOST_SLIPS)
    if slips == 0:
        return 1.0
    longest = max(len(typed), len(known))
    if slips > MOST_SLIPS or (slips == MOST_SLIPS and longest < 4):
        return 0.0
    if slips == MOST_SLIPS:
        return 0.62 if longest > 5 else 0.5
    return _one_slip(typed, known) - max(0, 4 - longest) * 0.06


def _one_slip(typed: str, known: str) -> float:
    """How likely one wrong, missing, extra or swapped letter is."""
    place = next((n for n, (left, right) in enumerate(zip(typed, known, strict=False)) if left != right), None)
    if len(typed) != len(known):
        shorter, longer = sorted((typed, known), key=len)
        place = len(shorter) if place is None else place
        doubled = place > 0 and longer[place] == longer[place - 1]
        return 0.86 if doubled else 0.82
    if place is None:
        return 1.0
    if typed[place : place + 2] == known[place : place + 2][::-1]:
        return 0.86
    if place == 0 and {typed[0], known[0]} == {"g", "r"}:
        return 0.9
    return 0.82 if neighbouring(typed[place], known[place]) else 0.68
