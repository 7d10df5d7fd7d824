"""What Zalo's error numbers mean for us; domain.md C1."""

from datetime import datetime, timedelta
from enum import StrEnum

from bot.channel import Gone, NotSent, Refused, SendError, WindowClosed
from catalog.dates import VIET_NAM

_LATER = 3600.0


class ErrorMeaning(StrEnum):
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
    -216: ErrorMeaning.ACCESS,
    -220: ErrorMeaning.ACCESS,
    -32: ErrorMeaning.RATE,
    -211: ErrorMeaning.QUOTA,
    -218: ErrorMeaning.QUOTA,
    -311: ErrorMeaning.QUOTA,
    -213: ErrorMeaning.NOT_FOLLOWING,
    -230: ErrorMeaning.CLOSED,
    -232: ErrorMeaning.CLOSED,
    -305: ErrorMeaning.CLOSED,
    -217: ErrorMeaning.GONE,
    -244: ErrorMeaning.GONE,
    -227: ErrorMeaning.GONE,
    -221: ErrorMeaning.ACCOUNT,
    -224: ErrorMeaning.ACCOUNT,
    -240: ErrorMeaning.OLD_API,
    -204: ErrorMeaning.APP,
    -205: ErrorMeaning.APP,
    -207: ErrorMeaning.APP,
    -208: ErrorMeaning.APP,
    -209: ErrorMeaning.APP,
    -212: ErrorMeaning.APP,
    -215: ErrorMeaning.APP,
    -219: ErrorMeaning.APP,
    -222: ErrorMeaning.APP,
    -320: ErrorMeaning.BILLING,
    -321: ErrorMeaning.BILLING,
    -234: ErrorMeaning.NIGHT,
}


def meaning(code: int) -> ErrorMeaning:
    """What *code* calls for."""
    return _MEANINGS.get(code, ErrorMeaning.OTHER)


def send_error(code: int, *, now: datetime) -> SendError:
    """The error to raise for *code*, once all else has been tried."""
    why = meaning(code)
    words = f"Zalo error {code}: {why}"
    if why in {ErrorMeaning.QUOTA, ErrorMeaning.BILLING, ErrorMeaning.CLOSED}:
        return WindowClosed(words)
    if why in {ErrorMeaning.NOT_FOLLOWING, ErrorMeaning.GONE}:
        return Gone(words)
    if why in {ErrorMeaning.OLD_API, ErrorMeaning.OTHER}:
        return Refused(words)
    return NotSent(words, seconds=_wait(why, now))


def _wait(why: ErrorMeaning, now: datetime) -> float:
    """Seconds until trying again is worth it. Zalo counts requests by the minute."""
    if why is ErrorMeaning.RATE:
        return 60.0 - now.second
    if why is ErrorMeaning.NIGHT:
        return _until_six(now)
    return _LATER if why in {ErrorMeaning.ACCOUNT, ErrorMeaning.APP} else 60.0


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
        ErrorMeaning.ACCOUNT: f"Zalo error {code}: the account must be verified or its package raised (oa.zalo.me)",
        ErrorMeaning.OLD_API: f"Zalo error {code}: Zalo has shut down this version of its API; update Hỏi OCOP",
        ErrorMeaning.BILLING: f"Zalo error {code}: the account that pays (ZCA) is missing or empty; free answers go on",
        ErrorMeaning.QUOTA: f"Zalo error {code}: the message quota is used up; free answers go on",
    }.get(meaning(code), "")


def _until_six(now: datetime) -> float:
    """Seconds until 6 in the morning in Việt Nam."""
    here = now.astimezone(VIET_NAM)
    six = here.replace(hour=6, minute=0, second=0, microsecond=0)
    if six <= here:
        six += timedelta(days=1)
    return (six - here).total_seconds()
