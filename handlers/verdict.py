"""The verdict on a star in words: in force and until when, or since when not."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from catalog import passport
from catalog.certificate_history import history
from catalog.certificate_term import Term
from catalog.dates import PartialDate
from catalog.model import Certificate, CertificateEvent, EventKind, Reason
from catalog.passport import IN_FORCE, Passport, Standing
from handlers.phrases import Speech

# Its sentence names the star or the certificate.
_SAYS_ITSELF = frozenset((Standing.PRESUMED_LAPSED, Standing.UNRATED))


def in_words(held: Passport, say: Speech) -> str:
    """The one line that matters: is the star in force, until when, or since when not."""
    current = held.current
    if current is None:
        return say("No OCOP certificate is known for this product.")
    if current.ended_by is not None:
        return _taken_away(current.ended_by, say)
    if held.coming is not None:
        return _coming(held, held.coming, say)
    return _by_calendar(held, current, say)


def of_certificate(held: Passport, say: Speech) -> str:
    """The same where nothing else says that the certificate is spoken of, and not how long the food keeps."""
    told, current = in_words(held, say), held.current
    if current is None or current.ended_by or held.coming or current.ends is None or held.standing in _SAYS_ITSELF:
        return told
    return say("OCOP certificate: {verdict}", verdict=f"{told[:1].lower()}{told[1:]}")


def in_short(held: Passport, say: Speech) -> str:
    """The same in two lines of a phone's screen: without whys, numbers and how new our sources are."""
    current = held.current
    if current is None:
        return say("No OCOP certificate is known.")
    if current.ended_by is not None:
        return _short_of_event(current.ended_by, say)
    if held.coming is not None and (held.standing in IN_FORCE or current.ends is None):
        return _short_of_event(held.coming, say)
    if held.standing is Standing.UNRATED:
        return say("In the OCOP programme; its star is not known.")
    if current.ends is None or held.standing in IN_FORCE:
        return _by_calendar(held, current, say)
    return _short_of_end(held.standing, current.ends, say)


def _short_of_event(event: CertificateEvent, say: Speech) -> str:
    annulled = event.kind is EventKind.ANNULLED
    if event.begins is None:
        return say("OCOP recognition annulled.") if annulled else say("OCOP certificate withdrawn.")
    day = say.day(event.begins)
    if annulled:
        return say("OCOP recognition annulled from {day} on.", day=day)
    return say("OCOP certificate withdrawn from {day} on.", day=day)


def _short_of_end(standing: Standing, ends: PartialDate, say: Speech) -> str:
    if standing is Standing.LAPSED:
        return say("Ended {when}; not renewed.", when=when(ends, say))
    if standing is Standing.PRESUMED_LAPSED:
        return say("Ended {when}; not known whether renewed.", when=when(ends, say))
    start, end = (say.day(PartialDate.of(each)) for each in (ends.earliest, ends.latest))
    return say("Ends between {start} and {end}.", start=start, end=end)


def _by_calendar(held: Passport, current: Term, say: Speech) -> str:
    if held.standing is Standing.UNRATED:
        return say("It is in the OCOP programme; no source tells its star.")
    if current.ends is None:
        return say("We do not know until when the star is valid.")
    if held.standing in IN_FORCE:
        return _in_force(held.standing, current, current.ends, say)
    return _not_in_force(held, current.ends, say)


def _taken_away(event: CertificateEvent, say: Speech) -> str:
    """Lapsed, annulled and withdrawn are three different things, and each says which it is."""
    said = (
        say("The OCOP recognition was annulled because it was not renewed")
        if event.kind is EventKind.ANNULLED
        else say("The OCOP certificate was withdrawn")
    )
    return " ".join(
        filter(None, (f"{said}{_by_which(event, say)}.", _why(event, say), say("Its star counts no more.")))
    )


def _coming(held: Passport, event: CertificateEvent, say: Speech) -> str:
    said = (
        say("A decision annuls the OCOP recognition")
        if event.kind is EventKind.ANNULLED
        else say("A decision withdraws the OCOP certificate")
    )
    if held.standing in IN_FORCE:
        still = say("Until then the star counts.")
        return " ".join(filter(None, (f"{said}{_by_which(event, say)}.", _why(event, say), still)))
    stands = _by_calendar(replace(held, coming=None), held.current, say) if held.current else ""
    return f"{stands} {said}{_by_which(event, say)}."


def _by_which(event: CertificateEvent, say: Speech) -> str:
    """From when on and by which decision, as far as that is known."""
    begins = say("from {day} on", day=say.day(event.begins)) if event.begins else ""
    decision = say("decision {number}", number=event.decision) if event.decision else ""
    told = ", ".join(filter(None, (begins, decision)))
    return f" ({told})" if told else ""


def _why(event: CertificateEvent, say: Speech) -> str:
    reason = reason_words(event, say)
    return say("Reason: {reason}.", reason=reason) if reason else ""


def changed_since(certificates: Sequence[Certificate], then: date, today: date, say: Speech) -> str:
    """What the star became since the day *then*, in words; "" where it stands as it stood."""
    earlier = [each for each in certificates if each.decided is None or each.decided.earliest <= then]
    was, now = passport.of(earlier, then), passport.of(certificates, today)
    if was.stars == now.stars and (was.standing in IN_FORCE) == (now.standing in IN_FORCE):
        return ""
    events = [each for each in history(certificates, today) if each.begins and then < each.begins.earliest <= today]
    if events:
        return say("Changed since you looked: {what}.", what=kind_words(events[-1].kind, say))
    return say("It has changed since you looked.")


def reason_names(say: Speech) -> dict[Reason, str]:
    """What each reason with a code is called."""
    return {
        Reason.NOT_RE_EVALUATED: say("it was not put forward to be evaluated again"),
        Reason.FAILED_RE_EVALUATION: say("it did not pass when it was evaluated again"),
        Reason.PROCESS_NOT_FOLLOWED: say("the published process was not followed"),
        Reason.NOT_AS_CERTIFIED: say("quality or design is not as certified"),
        Reason.NO_RECORDS: say("there are no records of its quality or origin"),
        Reason.PRODUCTION_STOPPED: say("production has stopped"),
        Reason.FOOD_SAFETY: say("it was fined over food safety"),
    }


def reason_words(event: CertificateEvent, say: Speech) -> str:
    """Why it was decided; "" where nobody says."""
    names = reason_names(say)
    return (names.get(event.reason, event.note) if event.reason else event.note).rstrip(".")


def kind_words(kind: EventKind, say: Speech) -> str:
    """What happened to a certificate, in a word or two."""
    return {
        EventKind.RECOGNISED: say("recognised"),
        EventKind.RE_RECOGNISED: say("recognised again"),
        EventKind.UPGRADED: say("raised to more stars"),
        EventKind.LAPSED: say("lapsed"),
        EventKind.RENAMED: say("renamed"),
        EventKind.ANNULLED: say("annulled"),
        EventKind.WITHDRAWN: say("withdrawn"),
        EventKind.REINSTATED: say("reinstated"),
    }[kind]


def _not_in_force(held: Passport, ends: PartialDate, say: Speech) -> str:
    if held.standing is Standing.LAPSED:
        return _lapsed(ends, held.known_as_of, say)
    if held.standing is Standing.PRESUMED_LAPSED:
        return _presumed_lapsed(ends, held.known_as_of, say)
    start, end = (say.day(PartialDate.of(each)) for each in (ends.earliest, ends.latest))
    return say("Ends some time between {start} and {end}: no source gives the day.", start=start, end=end)


def _lapsed(ends: PartialDate, known_as_of: PartialDate | None, say: Speech) -> str:
    """A source younger than the end names no renewal."""
    day = say.day(known_as_of) if known_as_of else ""
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
    day = say.day(known_as_of)
    return f"{ended} " + say("As of {day}, our newest source, no renewal is known.", day=day)


def _in_force(standing: Standing, current: Term, ends: PartialDate, say: Speech) -> str:
    if current.days_left is None:
        if standing is Standing.ENDING:
            return say("Ending soon: it ends {when}", when=when(ends, say))
        return say("Valid; it ends {when}", when=when(ends, say))
    day, left = say.day(ends), say.count("{number} day left", "{number} days left", current.days_left)
    if standing is Standing.ENDING:
        return say("Ending soon: valid until {day} ({left})", day=day, left=left)
    return say("Valid until {day} ({left})", day=day, left=left)


def when(day: PartialDate, say: Speech) -> str:
    """*day* in words, as exactly as it is known: "ngày 31/08/2024", "tháng 08/2024", "năm 2024"."""
    if day.exact:
        return say("on {day}", day=say.day(day))
    return say("in the month {day}", day=say.day(day)) if day.month else say("in the year {day}", day=say.day(day))
