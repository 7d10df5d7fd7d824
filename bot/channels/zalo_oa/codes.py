"""What Zalo's error numbers mean for us; domain.md C1."""

from datetime import datetime, timedelta, timezone
from enum import StrEnum

from bot.channel import Gone, NotSent, Refused, SendError, WindowClosed

_HANOI = timezone(timedelta(hours=7))
_LATER = 3600.0


class Meaning(StrEnum):
    """What an error number calls for."""

    ACCESS = "access refused"
    RATE = "too many requests"
    QUOTA = "quota used up"
    NOT_FOLLOWING = "not following"
    CLOSED = "window closed"
    GONE = "blocked, restricted or inactive"
    ACCOUNT = "account not verified or its package too small"
    OLD_API = "API version shut down"
    APP = "app or account not known, not linked or locked"
    BILLING = "nobody pays"
    NIGHT = "not at night"
    OTHER = "message refused"


_MEANINGS = {
    -216: Meaning.ACCESS,
    -220: Meaning.ACCESS,
    -32: Meaning.RATE,
    -211: Meaning.QUOTA,
    -218: Meaning.QUOTA,
    -311: Meaning.QUOTA,
    -213: Meaning.NOT_FOLLOWING,
    -230: Meaning.CLOSED,
    -232: Meaning.CLOSED,
    -305: Meaning.CLOSED,
    -217: Meaning.GONE,
    -244: Meaning.GONE,
    -227: Meaning.GONE,
    -221: Meaning.ACCOUNT,
    -224: Meaning.ACCOUNT,
    -240: Meaning.OLD_API,
    -204: Meaning.APP,
    -205: Meaning.APP,
    -207: Meaning.APP,
    -208: Meaning.APP,
    -209: Meaning.APP,
    -212: Meaning.APP,
    -215: Meaning.APP,
    -219: Meaning.APP,
    -222: Meaning.APP,
    -320: Meaning.BILLING,
    -321: Meaning.BILLING,
    -234: Meaning.NIGHT,
}


def meaning(code: int) -> Meaning:
    """What *code* calls for."""
    return _MEANINGS.get(code, Meaning.OTHER)


def send_error(code: int, *, now: datetime) -> SendError:
    """The error to raise for *code*, once all else has been tried."""
    why = meaning(code)
    words = f"Zalo error {code}: {why}"
    if why in {Meaning.QUOTA, Meaning.BILLING, Meaning.CLOSED}:
        return WindowClosed(words)
    if why in {Meaning.NOT_FOLLOWING, Meaning.GONE}:
        return Gone(words)
    if why in {Meaning.OLD_API, Meaning.OTHER}:
        return Refused(words)
    return NotSent(words, seconds=_wait(why, now))


def _wait(why: Meaning, now: datetime) -> float:
    """Seconds until trying again is worth it. Zalo counts requests by the minute."""
    if why is Meaning.RATE:
        return 60.0 - now.second
    if why is Meaning.NIGHT:
        return _until_six(now)
    return _LATER if why in {Meaning.ACCOUNT, Meaning.APP} else 60.0


_MENDS = {
    -204: "the Official Account has been deleted (oa.zalo.me)",
    -205: "there is no such Official Account: see HOI_OCOP_ZALO_OA__OA_ID and run `hoi-ocop zalo login`",
    -207: "the Official Account is not linked to the app: link them on developers.zalo.me",
    -208: "the Official Account has no secret key: make one on developers.zalo.me",
    -209: "the app is not activated for this API: activate it on developers.zalo.me",
    -212: "the Official Account has not registered this API: add the right to the app on developers.zalo.me",
    -215: "Zalo does not know the app: see HOI_OCOP_ZALO_OA__APP_ID",
    -219: "the app has been removed or switched off (developers.zalo.me)",
    -222: "the account is locked or was not used for more than 45 days: sign in to it (oa.zalo.me)",
}


def trouble(code: int) -> str:
    """What the operator must mend after *code*; "" if nothing."""
    if code in _MENDS:
        return f"Zalo error {code}: {_MENDS[code]}"
    return {
        Meaning.ACCOUNT: f"Zalo error {code}: the account must be verified or its package raised (oa.zalo.me)",
        Meaning.OLD_API: f"Zalo error {code}: Zalo has shut down this version of its API; update Hỏi OCOP",
        Meaning.BILLING: f"Zalo error {code}: the account that pays (ZCA) is missing or empty; free answers go on",
        Meaning.QUOTA: f"Zalo error {code}: the message quota is used up; free answers go on",
    }.get(meaning(code), "")


def _until_six(now: datetime) -> float:
    """Seconds until 6 in the morning in Việt Nam."""
    here = now.astimezone(_HANOI)
    six = here.replace(hour=6, minute=0, second=0, microsecond=0)
    if six <= here:
        six += timedelta(days=1)
    return (six - here).total_seconds()
