"""Fairs as an iCalendar file (RFC 5545): each an event of its hours on each day, in the time of Việt Nam."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from catalog.fairs.calendar import Fair

if TYPE_CHECKING:
    import icalendar

_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_CLOSES, _LATEST = time(21), time(23, 59)
_FRESH = timedelta(hours=6)


def write_calendar(fairs: Iterable[Fair], *, title: str, host: str, url_of: Callable[[Fair], str]) -> bytes:
    """The calendar of *fairs*. The same fair keeps its UID, so that a change or a cancellation replaces it."""
    # 3 MiB that only whoever fetches a calendar needs.
    import icalendar  # noqa: PLC0415

    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Hoi OCOP//Fairs//VI")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title)
    calendar.add("x-wr-timezone", _ZONE.key)
    calendar.add("refresh-interval", _FRESH, parameters={"value": "DURATION"})
    for fair in fairs:
        calendar.add_component(_fill_event(icalendar.Event(), fair, host=host, url=url_of(fair)))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _fill_event(event: "icalendar.Event", fair: Fair, *, host: str, url: str) -> "icalendar.Event":
    event.add("uid", f"{fair.key}@{host}")
    event.add("dtstamp", datetime.fromtimestamp(fair.changed_at, UTC))
    event.add("sequence", int(fair.changed_at) // 60 if fair.changed_at else 0)
    event.add("summary", fair.name)
    _add_days(event, fair)
    event.add("location", fair.venue)
    if fair.point:
        event.add("geo", fair.point)
    event.add("status", "CANCELLED" if fair.is_cancelled else "CONFIRMED")
    event.add("categories", [str(fair.kind)])
    told = (fair.organiser, fair.note, fair.link, fair.cancelled_why, fair.source)
    event.add("description", "\n".join(part for part in told if part))
    event.add("url", url)
    return event


def _add_days(event: "icalendar.Event", fair: Fair) -> None:
    """A fair with hours is on each of its days within them; one without takes whole days."""
    days = (fair.ends - fair.starts).days + 1
    if fair.opens is None:
        event.add("dtstart", fair.starts)
        event.add("dtend", fair.ends + timedelta(days=1))
        return
    closes = fair.closes or (_CLOSES if fair.opens < _CLOSES else _LATEST)
    event.add("dtstart", datetime.combine(fair.starts, fair.opens, _ZONE))
    event.add("dtend", datetime.combine(fair.starts, closes, _ZONE))
    if days > 1:
        event.add("rrule", {"freq": "daily", "count": days})
