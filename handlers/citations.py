"""The numbered sources of a card: each page once, and only for the facts that it states."""

import re
from dataclasses import dataclass, field

from catalog.field import Topic
from catalog.model import Source
from handlers.messages import SourceLine
from handlers.phrases import Speech

_BRACKETED = re.compile(r"\(([^()]*)\)")


_NAMES = {
    "địa chỉ": Topic.ADDRESS,
    "xã": Topic.ADDRESS,
    "phường": Topic.ADDRESS,
    "nhóm": Topic.GROUP,
    "nhóm sản phẩm": Topic.GROUP,
    "chủ thể": Topic.MAKER,
    "nhà sản xuất": Topic.MAKER,
    "điện thoại": Topic.PHONE,
}


@dataclass(slots=True)
class Sources:
    """The sources of one card, numbered as they are met."""

    numbers: dict[Source, int] = field(default_factory=dict)

    def mark(self, source: Source | None, topic: Topic = Topic.REST) -> tuple[int, ...]:
        """The numbers of the pages of *source* about *topic*, as Fact.sources holds them."""
        if source is None:
            return ()
        return tuple(self.numbers.setdefault(page, len(self.numbers) + 1) for page in _pages(source, topic))

    def lines(self, say: Speech) -> tuple[SourceLine, ...]:
        """The list that the marks point into."""
        return tuple(_line(source, say) for source in self.numbers)


def _pages(source: Source, topic: Topic) -> list[Source]:
    """The pages labelled with *topic*; else those without a label, else all.

    Pages are separated by a middle dot. What we read ourselves has no page, and so no day of one.
    """
    names = [name.strip() for name in source.name.split(" · ") if name.strip()]
    about = {name: _topic(name) for name in names}
    own, general = ([name for name in names if about[name] is wanted] for wanted in (topic, None))
    return [
        Source(name, source.as_of if about[name] is None or "://" in name else None) for name in own or general or names
    ]


def _topic(name: str) -> Topic | None:
    """What "Nhóm: …" or "Báo Bắc Ninh (địa chỉ): …" tells alone; None for a page that says no such thing."""
    head, colon, _ = name.partition(":")
    told = [head] if colon else []
    topics = (_NAMES.get(words.strip().casefold()) for words in (*told, *_BRACKETED.findall(name)))
    return next(filter(None, topics), None)


def _line(source: Source, say: Speech) -> SourceLine:
    words = [word.strip("().,;") if "://" in word else word for word in source.name.split()]
    url = next((word for word in words if word.startswith(("https://", "http://"))), "")
    text = " ".join(word for word in words if word != url) or url
    return SourceLine(
        text.strip(" ;:,-"),
        url=url,
        as_of=say("as of {day}", day=say.day(source.as_of)) if source.as_of else "",
    )
