"""Metrics for Prometheus; no label names a person or repeats what was said."""

from collections.abc import Collection, Iterable
from contextlib import AbstractContextManager
from enum import StrEnum
from functools import lru_cache
from math import nan
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest

from catalog.barcode import LOSSES
from catalog.delivery import OutboxState, Queue
from catalog.inquiry import NoticeKind
from catalog.store import Backlog

# From what a search takes to a day without a network.
_SECONDS = (0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 4 * 3600, 12 * 3600, 24 * 3600)


class Step(StrEnum):
    """What of a message's way is timed."""

    ANSWER = "answer"
    """From coming in until its answer is kept."""
    COMPOSE = "compose"
    """Of that, what working out the answer takes."""
    SEND = "send"
    """From then until the answer is sent."""
    WHOLE = "whole"
    """From coming in until its answer is sent."""


def _with_labels(metric: Any, *labels: str) -> Any:
    return metric.labels(*labels)


class Metrics:
    """The counters of one process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        # To look one up among its like takes longer than to count.
        self._one = lru_cache(maxsize=256)(_with_labels)
        self._received = Counter(
            "hoi_ocop_received", "Messages kept, by channel and kind", ["channel", "kind"], registry=self.registry
        )
        self._repeated = Counter(
            "hoi_ocop_repeated", "Redeliveries that were dropped", ["channel"], registry=self.registry
        )
        self._settled = Counter(
            "hoi_ocop_settled", "Answers by what became of them", ["channel", "state"], registry=self.registry
        )
        self._noticed = Counter(
            "hoi_ocop_notices", "Notices by kind and what became of them", ["kind", "state"], registry=self.registry
        )
        self._events = Counter(
            "hoi_ocop_channel_events", "What a channel counts of its own", ["channel", "event"], registry=self.registry
        )
        self._failed = Counter("hoi_ocop_unexpected", "Unexpected errors", ["channel"], registry=self.registry)
        self._steps = Histogram(
            "hoi_ocop_step_seconds",
            "How long each step of answering took; what waits for its person to write again is left out",
            ["step", "channel"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._photos = Histogram(
            "hoi_ocop_photo_seconds",
            "How long reading a photo took, with waiting for a free reader",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._retries = Counter(
            "hoi_ocop_retries",
            "What could not be answered or sent, and is tried again",
            ["queue", "channel"],
            registry=self.registry,
        )
        self._refused = Counter(
            "hoi_ocop_refused", "Connections and requests that the server refused", ["kind"], registry=self.registry
        )
        self._up = Gauge("hoi_ocop_channel_up", "1 when a channel works", ["channel"], registry=self.registry)
        self._depth = Gauge(
            "hoi_ocop_queue_depth",
            "Messages without an answer, answers not yet sent, notices that are due",
            ["queue", "channel"],
            registry=self.registry,
        )
        self._oldest = Gauge(
            "hoi_ocop_queue_oldest_seconds", "Age of the oldest of these", ["queue", "channel"], registry=self.registry
        )
        self._erasing = Gauge(
            "hoi_ocop_erasure_pending", "1 while erased data may be in the database's files", registry=self.registry
        )
        self._writable = Gauge(
            "hoi_ocop_database_writable", "1 while the database takes what we write", registry=self.registry
        )
        self._unwritten = Gauge(
            "hoi_ocop_database_refused", "Writes that the database refused since we began", registry=self.registry
        )
        self._room = Gauge(
            "hoi_ocop_disk_free_bytes",
            "What is left on the disk of a SQLite database; NaN for PostgreSQL",
            registry=self.registry,
        )
        self._backup = Gauge(
            "hoi_ocop_last_backup_timestamp_seconds",
            "When hoi-ocop backup was last run; 0: never",
            registry=self.registry,
        )
        self._readers_lost = Counter(
            "hoi_ocop_readers_lost",
            "Processes that read photos and did not start, ended by themselves or took too long",
            ["trouble"],
            registry=self.registry,
        )
        self._products = Gauge("hoi_ocop_products", "Products in the search index", registry=self.registry)

    def count_received(self, channel: str, kind: str) -> None:
        """A message was kept."""
        self._one(self._received, channel, kind).inc()

    def count_redelivery(self, channel: str) -> None:
        """A redelivery was dropped."""
        self._repeated.labels(channel).inc()

    def count_settled(self, channel: str, state: str) -> None:
        """An answer was sent, held, given up …."""
        self._one(self._settled, channel, state).inc()

    def count_notice(self, kind: str, state: str) -> None:
        """A notice was delivered, held, given up …."""
        self._noticed.labels(kind, state).inc()

    def count_event(self, channel: str, event: str) -> None:
        """A channel counts *event*, one of a few fixed names."""
        self._events.labels(channel, event).inc()

    def count_failure(self, channel: str) -> None:
        """Something unexpected happened while answering."""
        self._failed.labels(channel).inc()

    def composing(self, channel: str) -> AbstractContextManager[object]:
        """Time what is done inside."""
        return self._one(self._steps, Step.COMPOSE, channel).time()  # type: ignore[no-any-return]  # a Histogram's

    def time_answer(self, channel: str, *, received: float, answered: float) -> None:
        """An answer is kept; moments in UTC seconds."""
        self._time(Step.ANSWER, channel, answered - received)

    def time_sending(self, channel: str, *, received: float, answered: float, sent: float) -> None:
        """An answer is sent; 0 stands for a moment that is not known."""
        if answered:
            self._time(Step.SEND, channel, sent - answered)
        if received:
            self._time(Step.WHOLE, channel, sent - received)

    def _time(self, step: Step, channel: str, seconds: float) -> None:
        # A clock that was set back between the two moments.
        self._one(self._steps, step, channel).observe(max(0.0, seconds))

    def time_photo(self, seconds: float) -> None:
        """A photo was read, or could not be."""
        self._photos.observe(seconds)

    def count_retry(self, queue: Queue, channel: str) -> None:
        """Something is to be tried again."""
        self._one(self._retries, queue, channel).inc()

    def count_refusal(self, kind: str) -> None:
        """Something was refused before it was understood; *kind* is a word of ours."""
        self._refused.labels(kind).inc()

    def channel_up(self, channel: str, *, up: bool) -> None:
        """Whether a channel works now."""
        self._up.labels(channel).set(int(up))

    def begin(self, channels: Collection[str]) -> None:
        """Have figures for *channels* from the start: what appears with its first event is seen as no increase."""
        for channel in channels:
            self._failed.labels(channel)
            for step in Step:
                self._steps.labels(step, channel)
            for queue in Queue:
                self._retries.labels(queue, channel)
        for kind in NoticeKind:
            self._noticed.labels(kind, OutboxState.FAILED)
        for trouble in LOSSES:
            self._readers_lost.labels(trouble)

    def set_backlogs(self, backlogs: Iterable[Backlog], *, channels: Collection[str], now: float) -> None:
        """What waits in every queue; nothing does in those of *channels* that are not named."""
        for gauge in (self._depth, self._oldest):
            gauge.clear()
        for queue in Queue:
            for channel in channels:
                self._depth.labels(queue, channel).set(0)
                self._oldest.labels(queue, channel).set(0)
        for each in backlogs:
            self._depth.labels(each.queue, each.channel).set(each.count)
            self._oldest.labels(each.queue, each.channel).set(max(0.0, now - each.oldest))

    def database(self, *, refused: int, writable: bool, erasing: bool) -> None:
        """Whether the database takes writes, how many it did not, and whether erased data may be in its files."""
        self._unwritten.set(refused)
        self._writable.set(int(writable))
        self._erasing.set(int(erasing))

    def set_safety(self, *, room: int | None, backup_at: float) -> None:
        """How many bytes the disk has left, where that is known, and when the last backup was made."""
        self._room.set(nan if room is None else room)
        self._backup.set(backup_at)

    def reader_lost(self, trouble: str) -> None:
        """A process that reads photos did not start, ended or was late."""
        self._readers_lost.labels(trouble).inc()

    def set_indexed(self, products: int) -> None:
        """How many products the search knows."""
        self._products.set(products)

    def text(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self.registry)
