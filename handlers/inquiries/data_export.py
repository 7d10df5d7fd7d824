"""All that is kept about someone: as data to take along, and as pages of words to read in the chat."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from handlers.inquiries import wording
from handlers.phrases import Speech

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
PER_PAGE = 8
_LONGEST_ANSWER = 200
# Columns that only the house needs: counters, leases, fingerprints, and who it is, which they know.
_INNER = frozenset(
    {
        "seq", "number", "channel", "address", "attempts", "leased_until", "due_at", "link", "text_mark", "key",
        "origin", "message", "photo", "pictures", "trouble", "sent_id",
    }
)  # fmt: skip
_MOMENTS = frozenset(("at", "received_at", "answered_at", "opened_at", "moved_at", "seen_at", "sent_at", "joined_at"))


@dataclass(frozen=True, slots=True)
class ExportPart:
    """One kind of what is kept: its *name* in a button, its *title*, and an entry for each thing."""

    name: str
    title: str
    entries: tuple[str, ...]


def as_data(rows: Rows, *, language: str, pictures: bool = False) -> dict[str, Any]:
    """Everything in plain JSON values, *pictures* in base64."""
    inquiries = [
        {**_plain(row), "messages": [_plain(each) for each in _messages_of(row, rows)]} for row in rows["inquiries"]
    ]
    state = json.loads(rows["people"][0]["state"] or "{}") if rows["people"] else {}
    data = {
        "language": language,
        "conversation": state,
        "last_seen": _moment(rows["people"][0]["seen_at"]) if rows["people"] else "",
        "messages": [_exchange(row) for row in rows["inbox"]],
        "looks": [_plain(row) for row in rows["history"]],
        "inquiries": inquiries,
        "looked_for_in_vain": [_plain(row) for row in rows["wishers"]],
        "notices": [_plain(row) for row in rows["notices"]],
        "roles": [_plain(row) for row in rows["members"]],
        "corrections": [_plain(row) for row in rows["corrections"]],
        "changes": [_plain(row) for row in rows["changes"]],
        "blocked_by": [_plain(row) for row in rows["blocks"]],
        "notes": [{"of": row["owner"], "value": row["value"]} for row in rows["memory"] if row["owner"] != "draft"],
    }
    return data | ({"pictures": _pictures(rows)} if pictures else {"pictures": len(_pictures(rows))})


def _messages_of(inquiry: Mapping[str, Any], rows: Rows) -> list[Mapping[str, Any]]:
    return [each for each in rows["messages"] if each["inquiry"] == inquiry["ref"]]


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


def parts(rows: Rows, names: Mapping[str, str], *, say: Speech, language: str) -> tuple[ExportPart, ...]:
    """Everything in words, by kind, the newest first; *names* are those of products."""
    data = as_data(rows, language=language)
    inquiries = tuple(_inquiry(row, rows, names) for row in reversed(rows["inquiries"]))
    return (
        ExportPart(
            "m", say("Messages and our answers"), tuple(_entry_text(row, say) for row in reversed(rows["inbox"]))
        ),
        ExportPart("l", say("Products looked at"), tuple(_look(row, names) for row in reversed(rows["history"]))),
        ExportPart("q", say("Questions to producers"), inquiries),
        ExportPart(
            "w", say("Looked for in vain"), tuple(_date_line(row["at"], row["shown"]) for row in rows["wishers"])
        ),
        ExportPart("n", say("Notices to you"), tuple(_notice(row) for row in reversed(rows["notices"]))),
        ExportPart("r", say("Your roles"), tuple(_entry_json(each) for each in data["roles"])),
        ExportPart(
            "c", say("Corrections proposed or decided"), tuple(map(_entry_json, data["corrections"] + data["changes"]))
        ),
        ExportPart("o", say("The conversation and the rest"), tuple(_rest(data, rows, say))),
    )


def _entry_text(row: Mapping[str, Any], say: Speech) -> str:
    answer = reply_words(row["answer"])
    cut = answer if len(answer) <= _LONGEST_ANSWER else f"{answer[:_LONGEST_ANSWER].rstrip()}…"
    ours = f"\n→ {cut}" if cut else ""
    return f"{wording.moment(row['received_at'])} · {say('You')}: {incoming_words(row['body'])}{ours}"


def _look(row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    return _date_line(row["at"], names.get(row["product_id"], row["product_id"]))


def _inquiry(row: Mapping[str, Any], rows: Rows, names: Mapping[str, str]) -> str:
    own = [row["name"], row["phone"]]
    head = " · ".join(filter(None, (f"#{row['ref']}", names.get(row["product_id"], row["product_id"]), *own)))
    said = (f"{wording.moment(each['at'])} · {each['side']}: {each['text']}" for each in _messages_of(row, rows))
    return "\n".join((head, *said))


def _notice(row: Mapping[str, Any]) -> str:
    return _date_line(row["sent_at"] or row["due_at"], f"{row['kind']} {row['subject']} ({row['state']})")


def _date_line(at: float, words: str) -> str:
    return f"{wording.moment(at)} · {words}"


def _entry_json(entry: Mapping[str, Any]) -> str:
    return "; ".join(f"{name}: {_words(value)}" for name, value in entry.items() if value not in ("", None, [], 0))


def _words(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _rest(data: Mapping[str, Any], rows: Rows, say: Speech) -> list[str]:
    found = [say("Language: {language}", language=data["language"])]
    if place := data["conversation"].get("here"):
        found.append(say("Your place, to a kilometre: {place}", place=", ".join(map(str, place))))
    if draft := data["conversation"].get("draft"):
        found.append(say("A draft that is not sent: {words}", words=_entry_json(draft)))
    others = {name: value for name, value in data["conversation"].items() if name not in {"here", "draft"}}
    if others:
        found.append(_entry_json(others))
    found += [say("{producer} takes no messages from you.", producer=each["producer_id"]) for each in rows["blocks"]]
    found += [f"{note['of']}: {note['value']}" for note in data["notes"]]
    found += [say("A picture ({of})", of=each["of"]) for each in _pictures(rows)]
    return found
