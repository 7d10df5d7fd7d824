"""Where the time of each message goes, step by step, for a collector of traces; off, nothing is loaded and noted.

All steps of a message are one trace, whichever process does them: its id is worked out from the number that the message
has in the inbox and the moment when it came, and the row of its answer in the outbox has both too. The step in which it
was received is the parent of the others. What nobody asked for, a notice, is a trace of its own: each time it is
composed, with its being sent below that. No span tells who wrote, what, or what was answered.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, nullcontext
from contextvars import ContextVar
from enum import StrEnum
from hashlib import blake2b
from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple, Protocol

from catalog.errors import BadSetting

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Span

# How long a collector is waited for, at each sending and when the server stops.
_PATIENCE = 3.0
_TO_NANOSECONDS = 1_000_000_000
_EXPORTER = "opentelemetry.exporter.otlp.proto.http"


class TraceStep(StrEnum):
    """What is a span of its own."""

    RECEIVE = "receive"
    """From being handed over by its channel until it is kept."""
    STORE = "store"
    """Of that, the database."""
    ANSWER = "answer"
    """Working out the answer: search, photo and all."""
    READ = "read photo"
    """Of that, each reading of a photo."""
    KEEP = "keep answer"
    """Putting the answer into the outbox."""
    SEND = "send"
    """Each attempt to send it."""
    COMPOSE = "compose notice"
    """Working out a notice that is due, each time that it is."""


_FIRST = frozenset((TraceStep.RECEIVE, TraceStep.COMPOSE))


class Traced(NamedTuple):
    """The message that a step belongs to; with *seq* 0 it is none, and nothing is noted.

    With *tries* it is a notice, *seq* its number in the outbox, and how often it was tried before.
    """

    channel: str
    seq: int
    received_at: float = 0.0
    tries: int | None = None

    @property
    def name(self) -> str:
        """How spans say which it is."""
        return "hoi_ocop.message" if self.tries is None else "hoi_ocop.notice"


class Traces(Protocol):
    """Notes how long steps took."""

    def begin(self) -> int:
        """A step begins: what end() is told of it."""

    def end(
        self, step: TraceStep, message: Traced, begun: int, *, kind: str = "", outcome: str = "", tries: int = 0
    ) -> None:
        """A step that has *begun* is over; *kind* and *outcome* are words of ours."""

    def answering(self, message: Traced) -> AbstractContextManager[None]:
        """The step in which *message* is answered; photos that are read meanwhile are its steps too."""

    def end_photo(self, seconds: float) -> None:
        """A photo was read for as long as that."""


class NoTraces:
    """Notes nothing."""

    _nothing = nullcontext()

    def begin(self) -> int:
        return 0

    def end(self, *_: object, **__: object) -> None:
        return

    def answering(self, _message: Traced) -> AbstractContextManager[None]:
        return self._nothing

    def end_photo(self, _seconds: float) -> None:
        return


NO_TRACES: Traces = NoTraces()


def check_packages() -> None:
    """Raise BadSetting where what traces need is not installed."""
    try:
        found = find_spec(_EXPORTER)
    except ImportError:
        found = None
    if found is None:
        raise BadSetting(
            "HOI_OCOP_TRACES_ENDPOINT needs packages that are not installed: pip install 'hoi-ocop[traces]'"
        )


@asynccontextmanager
async def open_traces(endpoint: str) -> AsyncIterator[Traces]:
    """Send traces to the collector at *endpoint* until left; "" is off. Raises BadSetting without the packages."""
    if not endpoint:
        yield NO_TRACES
        return
    check_packages()
    # Only who wants traces has these.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415

    traces = Spans(OTLPSpanExporter(endpoint=endpoint, timeout=_PATIENCE))
    try:
        yield traces
    finally:
        await asyncio.to_thread(traces.close)


class Spans:
    """Hands each step as a span to *exporter*, many at a time, from a thread of its own."""

    def __init__(self, exporter: "SpanExporter") -> None:
        from opentelemetry import trace  # noqa: PLC0415 - as above
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

        self._api = trace
        self._ids = _Ids()
        about = Resource.create({"service.name": "hoi-ocop", "service.version": version("hoi-ocop")})
        self._provider = TracerProvider(
            resource=about,
            id_generator=self._ids,  # type: ignore[arg-type]  # its class is loaded only here
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("hoi-ocop")
        self._answered: ContextVar[Traced | None] = ContextVar("answered", default=None)

    def close(self) -> None:
        """Send what is noted, and stop; this waits."""
        self._provider.shutdown()

    def begin(self) -> int:
        return time.time_ns()

    def end(
        self, step: TraceStep, message: Traced, begun: int, *, kind: str = "", outcome: str = "", tries: int = 0
    ) -> None:
        facts: dict[str, str | int] = {"hoi_ocop.kind": kind, "hoi_ocop.outcome": outcome, "hoi_ocop.tries": tries}
        self._note(step, message, begun, time.time_ns(), {name: fact for name, fact in facts.items() if fact})

    @contextmanager
    def answering(self, message: Traced) -> Iterator[None]:
        begun, facts = time.time_ns(), dict[str, str | int]()
        before = self._answered.set(message)
        try:
            yield
        except Exception as error:
            # Its words may be a person's.
            facts["error.type"] = type(error).__name__
            raise
        finally:
            self._answered.reset(before)
            self._note(TraceStep.ANSWER, message, begun, time.time_ns(), facts)

    def end_photo(self, seconds: float) -> None:
        message, now = self._answered.get(), time.time_ns()
        if message is not None:
            self._note(TraceStep.READ, message, now - int(seconds * _TO_NANOSECONDS), now, {})

    def _note(self, step: TraceStep, message: Traced, begun: int, ended: int, facts: Mapping[str, str | int]) -> None:
        if not message.seq:
            return
        known = {"hoi_ocop.channel": message.channel, message.name: message.seq, **facts}
        span = self._tracer.start_span(step, self._place(step, message), attributes=known, start_time=begun)
        if "error.type" in facts:
            span.set_status(self._api.StatusCode.ERROR)
        span.end(ended)

    def _place(self, step: TraceStep, message: Traced) -> "Context":
        """Where a span belongs: the first begins its trace, the others are below it."""
        api = self._api
        trace_id, span_id = _ids_of(message)
        parent: Span = api.INVALID_SPAN
        if step in _FIRST:
            self._ids.root = trace_id, span_id
        else:
            sampled = api.TraceFlags(api.TraceFlags.SAMPLED)
            parent = api.NonRecordingSpan(api.SpanContext(trace_id, span_id, is_remote=True, trace_flags=sampled))
        context: Context = api.set_span_in_context(parent)
        return context


class _Ids:
    """Ids of spans by chance, but for those of a *root* that were worked out."""

    def __init__(self) -> None:
        from opentelemetry.sdk.trace.id_generator import RandomIdGenerator  # noqa: PLC0415 - as above

        self._chance = RandomIdGenerator()
        self.root: tuple[int, int] | None = None

    def generate_trace_id(self) -> int:
        return self.root[0] if self.root else self._chance.generate_trace_id()

    def generate_span_id(self) -> int:
        if self.root is None:
            return self._chance.generate_span_id()
        span_id, self.root = self.root[1], None
        return span_id

    def is_trace_id_random(self) -> bool:
        return False


def _ids_of(message: Traced) -> tuple[int, int]:
    """The id of the trace, and that of its first span."""
    if message.tries is not None:
        notice = f"notice:{message.channel}:{message.seq}"
        return _number_of(notice, size=16), _number_of(f"{notice}:{message.tries}", size=8)
    made = _number_of(f"{message.channel}:{message.seq}:{message.received_at!r}", size=24)
    return made >> 64, made & 0xFFFF_FFFF_FFFF_FFFF


def _number_of(text: str, *, size: int) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=size).digest())
