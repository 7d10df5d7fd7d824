"""All that is kept about someone, from its rows: as data to take along, and in words."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from catalog.delivery import REPLY
from catalog.follows import FollowKind
from catalog.inquiry import Address
from handlers.context import Context, Session
from handlers.inquiries import wording
from handlers.phrases import Speech

_SIGNED_FOR = "data"
SECONDS = 3600

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
_LONGEST_ANSWER = 200
# Columns of internal use: counters, leases, fingerprints, and who it is, which they know.
_INNER = frozenset(
    {
        "seq", "number", "channel", "address", "attempts", "leased_until", "due_at", "link", "text_mark", "key",
        "origin", "message", "photo", "pictures", "trouble", "sent_id",
        "owner", "policy", "body", "created_at", "seen", "told", "notice", "mark", "cleared",
    }
)  # fmt: skip
_MOMENTS = frozenset(
    (
        "at",
        "received_at",
        "answered_at",
        "given_at",
        "opened_at",
        "moved_at",
        "seen_at",
        "sent_at",
        "joined_at",
        "since",
        "expires_at",
        "asked_at",
        "signed_at",
        "ended_at",
        "changed_at",
    )
)


@dataclass(frozen=True, slots=True)
class ExportPart:
    """One kind of what is kept: its *name* in a button, its *title*, and an entry for each thing."""

    name: str
    title: str
    entries: tuple[str, ...]


def sign_file(me: Address, *, context: Context) -> str:
    """The proof that opens the file of *me* for an hour."""
    return context.store.sign(f"{_SIGNED_FOR} {me.channel} {me.address}")


async def file(proof: str, *, context: Context) -> str | None:
    """All that is kept about whoever was given *proof* in the last hour, as JSON; None for anybody else."""
    signed = context.store.verify(proof, seconds=SECONDS) or ""
    kind, _, rest = signed.partition(" ")
    channel, _, address = rest.partition(" ")
    if kind != _SIGNED_FOR or not address:
        return None
    rows = await context.store.people.rows_about(Address(channel, address))
    language, _ = await context.store.people.load(channel, address)
    return json.dumps(as_data(rows, language=language, pictures=True), ensure_ascii=False, indent=1)


async def _names(rows: Rows, context: Context) -> dict[str, str]:
    """How the products, producers and communes that *rows* tell of are called, by their ids."""
    followed = {kind: {each["subject"] for each in rows["follows"] if each["kind"] == kind} for kind in FollowKind}
    products = {
        each["product_id"] for table in ("history", "inquiries", "buyer_deals", "ratings") for each in rows[table]
    }
    producers = followed[FollowKind.PRODUCER] | {each["producer_id"] for each in rows["blocks"]}
    units = map(context.places.with_code, followed[FollowKind.COMMUNE])
    return (
        {unit.code: str(unit) for unit in units if unit is not None}
        | {each.id: each.name for each in await context.store.producers(sorted(producers))}
        | {each.id: each.name for each in await context.store.products(products | followed[FollowKind.PRODUCT])}
    )


def as_data(rows: Rows, *, language: str, pictures: bool = False) -> dict[str, Any]:
    """Everything in plain JSON values, *pictures* in base64."""
    person: Mapping[str, Any] = rows["people"][0] if rows["people"] else {"state": "", "seen_at": None}
    found = _pictures(rows)
    return {
        "language": language,
        "conversation": json.loads(person["state"] or "{}"),
        "last_seen": _moment(person["seen_at"]),
        "messages": [_exchange(each) for each in _exchanges(rows)],
        "looks": _plain_rows(rows["history"]),
        "inquiries": [{**_plain(row), "messages": _plain_rows(_messages_of(row, rows))} for row in rows["inquiries"]],
        "looked_for_in_vain": _plain_rows(rows["unmet_askers"]),
        "erased_everything": _plain_rows(rows["erasures"]),
        "notices": _plain_rows(_notices(rows)),
        "roles": _plain_rows(rows["members"]),
        "corrections": _plain_rows(rows["corrections"]),
        "changes": _plain_rows(rows["changes"]),
        "moved_by_merges": _plain_rows(rows["joined_rows"]),
        "fair_visits": _plain_rows(rows["booth_visits"]),
        "fair_leads": _plain_rows(rows["fair_leads"]),
        "fair_reminders": _plain_rows(rows["fair_reminders"]),
        "follows": _plain_rows(rows["follows"]),
        "ratings": _plain_rows(rows["ratings"]),
        "codes_to_move": _plain_rows(rows["moves"]),
        "purchases": [{**_plain(row), "content": json.loads(row["content"] or "{}")} for row in rows["buyer_requests"]],
        "producers_asked": _plain_rows(rows["buyer_deals"]),
        "purchases_kept": _plain_rows(rows["deal_answers"]),
        "recalls_read": _plain_rows(rows["recall_reads"]),
        "recalls_asked_for": _plain_rows(rows["recalls"]),
        "blocked_by": _plain_rows(rows["blocks"]),
        "notes": [{"of": row["owner"], "value": row["value"]} for row in rows["memory"] if row["owner"] != "draft"],
        "pictures": found if pictures else len(found),
    }


def _messages_of(inquiry: Mapping[str, Any], rows: Rows) -> list[Mapping[str, Any]]:
    return [each for each in rows["messages"] if each["inquiry"] == inquiry["ref"]]


def _exchanges(rows: Rows) -> list[Mapping[str, Any]]:
    """What someone sent with our answer to it, and what we said by ourselves, the oldest first."""
    replies = [row for row in rows["outbox"] if row["kind"] == REPLY]
    answers = {row["seq"]: row["body"] for row in replies}
    found = [{**row, "answer": answers.pop(row["seq"], None)} for row in rows["inbox"]]
    found += [
        {"received_at": row["created_at"], "body": "", "answer": row["body"]}
        for row in replies
        if row["seq"] is None or row["seq"] in answers
    ]
    return sorted(found, key=lambda row: row["received_at"])


def _notices(rows: Rows) -> list[Mapping[str, Any]]:
    return [row for row in rows["outbox"] if row["kind"] != REPLY]


def _exchange(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"at": _moment(row["received_at"]), "you": incoming_words(row["body"]), "we": reply_words(row["answer"])}


def _pictures(rows: Rows) -> list[dict[str, str]]:
    """The pictures that are kept: complaints', a draft's, and those not yet read."""
    found = [
        {"of": f"#{row['ref']}", "jpeg": _encode_picture(row["photo"])} for row in rows["inquiries"] if row["photo"]
    ]
    found += [{"of": "draft", "jpeg": row["value"]} for row in rows["memory"] if row["owner"] == "draft"]
    return found + [
        {"of": "waiting", "bytes": _encode_picture(row["pictures"])} for row in rows["inbox"] if row["pictures"]
    ]


def _encode_picture(picture: bytes) -> str:
    return base64.b64encode(picture).decode()


def _plain_rows(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [_plain(row) for row in rows]


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _moment(value) if name in _MOMENTS and value else value
        for name, value in row.items()
        if name not in _INNER and name != "inquiry"
    }


def _moment(seconds: float | None) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds") if seconds else ""


def incoming_words(body: str) -> str:
    """What someone sent, in words: theirs, or what kind of thing it was."""
    content = json.loads(body).get("content", {}) if body else {}
    match content:
        case {"body": str(words)}:
            return words
        case {"action": {"verb": verb, "subject": subject}}:
            words = f"{verb} {subject}"
        case {"latitude": latitude, "longitude": longitude}:
            words = f"{latitude}, {longitude}"
        case {"photos": list(photos)}:
            words = "; ".join(["photo", *(each["caption"] for each in photos if each.get("caption"))])
        case {"caption": str(caption)}:
            words = "; ".join(filter(None, ("photo", caption)))
        case _:
            words = content.get("phone") or content.get("kind") or ""
    return f"[{words.strip()}]"


def reply_words(answer: str | None) -> str:
    """What we said, in words: the text, and the products that were shown."""
    reply = json.loads(answer) if answer else {}
    shown = " · ".join(card["title"] for card in reply.get("cards", ()))
    return "\n".join(filter(None, (*reply.get("warnings", ()), reply.get("text", ""), shown)))


async def list_parts(rows: Rows, *, context: Context, session: Session) -> tuple[ExportPart, ...]:
    """Everything in words, by kind, the newest first."""
    names, say = await _names(rows, context), session.say
    data = as_data(rows, language=say.language)
    inquiries = tuple(_inquiry(row, rows, names, say) for row in reversed(rows["inquiries"]))
    return (
        ExportPart(
            "m", say("Messages and our answers"), tuple(_entry_text(row, say) for row in reversed(_exchanges(rows)))
        ),
        ExportPart("l", say("Products looked at"), tuple(_look(row, names, say) for row in reversed(rows["history"]))),
        ExportPart("q", say("Questions to producers"), inquiries),
        ExportPart(
            "w",
            say("Looked for in vain"),
            tuple(_date_line(row["at"], row["shown"], say) for row in rows["unmet_askers"]),
        ),
        ExportPart("n", say("Notices to you"), tuple(_notice(row, say) for row in reversed(_notices(rows)))),
        ExportPart("r", say("Your roles"), tuple(_entry_json(each) for each in data["roles"])),
        ExportPart(
            "c", say("Corrections proposed or decided"), tuple(map(_entry_json, data["corrections"] + data["changes"]))
        ),
        ExportPart("o", say("The conversation and the rest"), tuple(_rest(data, rows, names, say))),
    )


def _entry_text(row: Mapping[str, Any], say: Speech) -> str:
    answer = reply_words(row["answer"])
    cut = answer if len(answer) <= _LONGEST_ANSWER else f"{answer[:_LONGEST_ANSWER].rstrip()}…"
    ours = f"\n→ {cut}" if cut else ""
    return f"{wording.moment(row['received_at'], say)} · {say('You')}: {incoming_words(row['body'])}{ours}"


def _recall_lines(rows: Rows, say: Speech) -> list[str]:
    """Which recalls somebody read of, and asked for."""
    read = [
        say("You have read the warning of recall {number}.", number=each["recall"]) for each in rows["recall_reads"]
    ]
    return read + [say("You asked for recall {number}.", number=each["number"]) for each in rows["recalls"]]


def _look(row: Mapping[str, Any], names: Mapping[str, str], say: Speech) -> str:
    told = (names.get(row["product_id"], row["product_id"]), row["code"], row["lot"], row["serial"])
    return _date_line(row["at"], " · ".join(filter(None, told)), say)


def _inquiry(row: Mapping[str, Any], rows: Rows, names: Mapping[str, str], say: Speech) -> str:
    own = [row["name"], row["phone"]]
    head = " · ".join(filter(None, (f"#{row['ref']}", names.get(row["product_id"], row["product_id"]), *own)))
    said = (f"{wording.moment(each['at'], say)} · {each['side']}: {each['text']}" for each in _messages_of(row, rows))
    return "\n".join((head, *said))


def _notice(row: Mapping[str, Any], say: Speech) -> str:
    return _date_line(row["sent_at"] or row["due_at"], f"{row['kind']} {row['subject']} ({row['state']})", say)


def _date_line(at: float, words: str, say: Speech) -> str:
    return f"{wording.moment(at, say)} · {words}"


def _entry_json(entry: Mapping[str, Any]) -> str:
    return "; ".join(f"{name}: {_words(value)}" for name, value in entry.items() if value not in ("", None, [], 0))


def _words(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _demand(row: Mapping[str, Any]) -> dict[str, Any]:
    content = json.loads(row["content"] or "{}")
    return {**content.get("demand", {}), "name": content.get("name", ""), "phone": content.get("phone", "")}


def _purchases(rows: Rows, names: Mapping[str, str], say: Speech) -> list[str]:
    """What someone looks for in bulk, and whom was asked for them."""
    found = [
        say("You look for goods in bulk: {words}", words=_entry_json(_demand(each))) for each in rows["buyer_requests"]
    ]
    return found + [
        say(
            "A producer of {product} was asked for you: {state}",
            product=names.get(each["product_id"], each["product_id"]),
            state=each["state"],
        )
        for each in rows["buyer_deals"]
    ]


def _rating_line(row: Mapping[str, Any], names: Mapping[str, str], say: Speech) -> str:
    name = names.get(row["product_id"], row["product_id"])
    told = say("You gave {product} {points}/5 points.", product=name, points=row["points"])
    said = f"“{row['words']}”" if row["words"] else ""
    answer = say("Its producer answered: “{text}”", text=row["answer"]) if row["answer"] else ""
    return _date_line(row["changed_at"], " ".join(filter(None, (told, said, answer))), say)


def _rest(data: Mapping[str, Any], rows: Rows, names: Mapping[str, str], say: Speech) -> list[str]:
    found = _conversation_lines(data, say)
    found += _tie_lines(rows, names, say)
    found += [_rating_line(each, names, say) for each in rows["ratings"]]
    found += _purchases(rows, names, say)
    found += _recall_lines(rows, say)
    found += [
        say("You were at a booth of the fair {fair} on {day}.", fair=each["fair"], day=each["day"])
        for each in rows["booth_visits"]
    ]
    found += [
        say("You erased everything: {moment}", moment=wording.moment(each["at"], say)) for each in rows["erasures"]
    ]
    found += [f"{note['of']}: {note['value']}" for note in data["notes"]]
    found += [say("A picture ({of})", of=each["of"]) for each in _pictures(rows)]
    return found


def _conversation_lines(data: Mapping[str, Any], say: Speech) -> list[str]:
    """The language, and what is remembered of the conversation: the place, a draft, the rest."""
    found = [say("Language: {language}", language=data["language"])]
    if place := data["conversation"].get("here"):
        found.append(say("Your place, to a kilometre: {place}", place=", ".join(map(str, place))))
    if draft := data["conversation"].get("draft"):
        found.append(say("A draft that is not sent: {words}", words=_entry_json(draft)))
    others = {name: value for name, value in data["conversation"].items() if name not in {"here", "draft"}}
    if others:
        found.append(_entry_json(others))
    return found


def _tie_lines(rows: Rows, names: Mapping[str, str], say: Speech) -> list[str]:
    """Who takes no messages from somebody, and what they are reminded of and follow."""
    blocked = (names.get(each["producer_id"], each["producer_id"]) for each in rows["blocks"])
    found = [say("{producer} takes no messages from you.", producer=name) for name in blocked]
    found += [say("You are reminded of the fair {fair}.", fair=each["fair"]) for each in rows["fair_reminders"]]
    return found + [
        say("You follow {name}.", name=names.get(each["subject"], each["subject"])) for each in rows["follows"]
    ]
