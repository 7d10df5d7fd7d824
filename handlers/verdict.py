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
        return _lapsed(ends, held.known_as_of, say)
    if held.standing is Standing.PRESUMED_LAPSED:
        return _presumed_lapsed(ends, held.known_as_of, say)
    start, end = (PartialDate.of(each).vietnamese_text() for each in (ends.earliest, ends.latest))
    return say("Ends some time between {start} and {end}: no source gives the day.", start=start, end=end)


def _lapsed(ends: PartialDate, known_as_of: PartialDate | None, say: Speech) -> str:
    """A source younger than the end names no renewal."""
    day = known_as_of.vietnamese_text() if known_as_of else ""
    return say(
        "Lapsed: it ended {when}, and as of {day} our source names no renewal. Ask the producer.",
        when=when(ends, say),
        day=day,
    )


def _presumed_lapsed(ends: PartialDate, known_as_of: PartialDate | None, say: Speech) -> str:
    """Our knowledge is older than the end, so that a renewal may have passed us by."""
    ended = say("The certificate we know of ended {when}.", when=when(ends, say))
    if known_as_of is None:
        return f"{ended} " + say("None of our sources has a date: whether it was renewed is not known.")
    day = known_as_of.vietnamese_text()
    return f"{ended} " + say("As of {day}, our newest source, no renewal is known.", day=day)


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
