"""What is counted, for Prometheus: never a person, never a word that was said."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


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
        self._answering = Histogram(
            "hoi_ocop_answer_seconds",
            "From taking a message up to its answer",
            ["channel"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._refused = Counter(
            "hoi_ocop_refused", "What was refused at the door of the server", ["kind"], registry=self.registry
        )
        self._up = Gauge("hoi_ocop_channel_up", "1 when a channel works", ["channel"], registry=self.registry)
        self._waiting = Gauge(
            "hoi_ocop_waiting", "Messages not yet answered, or not yet sent", ["channel"], registry=self.registry
        )
        self._oldest = Gauge(
            "hoi_ocop_waiting_oldest_seconds", "Age of the oldest of these", ["channel"], registry=self.registry
        )
        self._notices_waiting = Gauge(
            "hoi_ocop_notices_waiting", "Notices that are due and not yet told", ["channel"], registry=self.registry
        )
        self._writable = Gauge(
            "hoi_ocop_database_writable", "1 while the database takes what we write", registry=self.registry
        )
        self._unwritten = Gauge(
            "hoi_ocop_database_refused", "Writes that the database refused since we began", registry=self.registry
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
        """A notice was told, held, given up …."""
        self._noticed.labels(kind, state).inc()

    def count_event(self, channel: str, event: str) -> None:
        """A channel counts *event*, one of a few fixed names."""
        self._events.labels(channel, event).inc()

    def count_failure(self, channel: str) -> None:
        """Something unexpected happened while answering."""
        self._failed.labels(channel).inc()

    def answering(self, channel: str) -> AbstractContextManager[object]:
        """Time what is done inside."""
        return self._one(self._answering, channel).time()  # type: ignore[no-any-return]  # a Histogram's

    def count_refusal(self, kind: str) -> None:
        """Something was refused before it was understood; *kind* is a word of ours."""
        self._refused.labels(kind).inc()

    def channel_up(self, channel: str, *, up: bool) -> None:
        """Whether a channel works now."""
        self._up.labels(channel).set(int(up))

    def waits(self, answers: Mapping[str, tuple[int, float]], notices: Mapping[str, int]) -> None:
        """How many messages of each channel wait and how old the oldest is, and how many notices."""
        for gauge in (self._waiting, self._oldest, self._notices_waiting):
            gauge.clear()
        for channel, (count, oldest) in answers.items():
            self._waiting.labels(channel).set(count)
            self._oldest.labels(channel).set(oldest)
        for channel, count in notices.items():
            self._notices_waiting.labels(channel).set(count)

    def database(self, *, refused: int, writable: bool) -> None:
        """Whether the database takes writes, and how many it did not."""
        self._unwritten.set(refused)
        self._writable.set(int(writable))

    def reader_lost(self, trouble: str) -> None:
        """A process that reads photos did not start, ended or was late."""
        self._readers_lost.labels(trouble).inc()

    def set_indexed(self, products: int) -> None:
        """How many products the search knows."""
        self._products.set(products)

    def text(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self.registry)
