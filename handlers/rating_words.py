"""What buyers think of a product in words, the same on a card, in an answer and on a page; points, and never a star."""

from collections.abc import Iterator, Mapping

from babel import localedata
from babel.numbers import get_decimal_symbol

from catalog.dates import PartialDate, local_time
from catalog.ratings import FEWEST, POINTS, HoldReason, Rating, RatingState, RatingSummary, RingKind
from handlers.phrases import Speech


def points(number: float, say: Speech) -> str:
    """So many of five points, with the decimal mark of the language."""
    mark = get_decimal_symbol(say.language) if localedata.exists(say.language) else "."
    return say("{points}/5 points", points=f"{number:g}".replace(".", mark))


def people(summary: RatingSummary, say: Speech) -> str:
    """How many people's ratings count."""
    return say.count("{number} buyer", "{number} buyers", summary.people)


def line(summary: RatingSummary, say: Speech) -> str:
    """The average with how many people gave it; of few people only how many they are; "" of nobody."""
    if summary.average is not None:
        return f"{points(summary.average, say)} · {people(summary, say)}"
    if not summary.people:
        return ""
    few = say("there is an average from {number} on", number=FEWEST)
    return f"{people(summary, say)} · {few}"


def spread(summary: RatingSummary, say: Speech) -> str:
    """How many people gave each number of points, the most points first; "" where that would be of single people."""
    if summary.average is None:
        return ""
    given = reversed(list(zip(POINTS, summary.spread, strict=True)))
    return " · ".join(say("{points} points: {number}", points=number, number=count) for number, count in given)


def apart(summary: RatingSummary, say: Speech) -> str:
    """How many ratings stand apart, and why; "" where none does."""
    if not summary.apart:
        return ""
    return say.count(
        "{number} more stands apart and does not count: the same words from several people, or many at once.",
        "{number} more stand apart and do not count: the same words from several people, or many at once.",
        summary.apart,
    )


def heading(say: Speech) -> str:
    """What stands over all of it on a card."""
    return say("Points from buyers")


def no_star(say: Speech) -> str:
    """What these points are, beside the programme's star."""
    return say("Points are what buyers here think. They are no OCOP star: that one is given by the programme.")


def day(moment: float, say: Speech) -> str:
    """The day of a moment as the language writes it."""
    return say.day(PartialDate.of(local_time(moment).date()))


def head(rating: Rating, say: Speech) -> str:
    """Its points and its day."""
    return f"{points(rating.points, say)} · {day(rating.changed_at, say)}"


def lines(rating: Rating, say: Speech) -> Iterator[str]:
    """One rating: points and day, its sentence, and below what the producer answered."""
    yield head(rating, say)
    if rating.words:
        yield f"“{rating.words}”"
    if rating.answer:
        yield say(
            "→ The producer, {day}: “{text}”", day=day(rating.answered_at or rating.changed_at, say), text=rating.answer
        )


def state_names(say: Speech) -> Mapping[RatingState, str]:
    """Where a rating stands."""
    return {
        RatingState.SHOWN: say("everybody sees it"),
        RatingState.HELD: say("waits for an officer"),
        RatingState.HIDDEN: say("hidden by an officer"),
    }


def hold_names(say: Speech) -> Mapping[HoldReason, str]:
    """Why a rating waits for an officer."""
    return {
        HoldReason.PERSONAL: say("it seems to hold a number, an address or an e-mail"),
        HoldReason.INSULT: say("it seems to hold an insult"),
        HoldReason.LINK: say("it seems to hold a link"),
        HoldReason.AGAIN: say("an officer hid the one before it"),
    }


def ring_names(say: Speech) -> Mapping[RingKind, str]:
    """What makes a ring."""
    return {
        RingKind.SAME_WORDS: say("the same words from several people"),
        RingKind.BURST: say("many ratings within half an hour"),
    }


def why_held(rating: Rating, say: Speech) -> str:
    """Why *rating* waits, in one line."""
    names = hold_names(say)
    return "; ".join(names[each] for each in rating.holds)
