"""The verdict on a star in words: in force and until when, or since when not."""

from catalog.certificate_term import Term
from catalog.dates import PartialDate
from catalog.passport import IN_FORCE, Passport, Standing
from handlers.phrases import Speech


def in_words(held: Passport, say: Speech) -> str:
    """The one line that matters: is the star in force, until when, or since when not."""
    current = held.current
    if current is None:
        return say("No OCOP certificate is known for this product.")
    if held.standing is Standing.UNRATED:
        return say("It is in the OCOP programme; no source tells its star.")
    if current.ends is None:
        return say("We do not know until when the star is valid.")
    if held.standing in IN_FORCE:
        return _in_force(held.standing, current, current.ends, say)
    return _not_in_force(held, current.ends, say)


def _not_in_force(held: Passport, ends: PartialDate, say: Speech) -> str:
    if held.standing is Standing.LAPSED:
        return say("Lapsed since {day}. Ask the producer whether it was recognised again.", day=ends.vietnamese_text())
    if held.standing is Standing.PRESUMED_LAPSED:
        return _presumed_lapsed(ends, held.known_as_of, say)
    start, end = (PartialDate.of(each).vietnamese_text() for each in (ends.earliest, ends.latest))
    return say("Ends some time between {start} and {end}: no source gives the day.", start=start, end=end)


def _presumed_lapsed(ends: PartialDate, known_as_of: PartialDate | None, say: Speech) -> str:
    text = say("The certificate we know of ended {when}; we have no news that it was renewed", when=when(ends, say))
    if known_as_of is None:
        return f"{text}."
    day = known_as_of.vietnamese_text()
    return f"{text} " + (
        say("(source as of {day}).", day=day) if known_as_of.exact else say("(source of {day}).", day=day)
    )


def _in_force(standing: Standing, current: Term, ends: PartialDate, say: Speech) -> str:
    if current.days_left is None:
        if standing is Standing.ENDING:
            return say("Ending soon: it ends {when}", when=when(ends, say))
        return say("Valid; it ends {when}", when=when(ends, say))
    day, left = ends.vietnamese_text(), say.count("{number} day left", "{number} days left", current.days_left)
    if standing is Standing.ENDING:
        return say("Ending soon: valid until {day} ({left})", day=day, left=left)
    return say("Valid until {day} ({left})", day=day, left=left)


def when(day: PartialDate, say: Speech) -> str:
    """*day* in words, as exactly as it is known: "ngày 31/08/2024", "tháng 08/2024", "năm 2024"."""
    if day.exact:
        return say("on {day}", day=day.vietnamese_text())
    return (
        say("in the month {day}", day=day.vietnamese_text())
        if day.month
        else say("in the year {day}", day=day.vietnamese_text())
    )
