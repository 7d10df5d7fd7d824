"""Traces: one for each message, whichever process does its steps, and nothing personal in it."""

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from bot.channel import NotSent, WindowClosed
from bot.commands import checking
from bot.settings import Settings
from bot.traces import NO_TRACES, Spans, Traced, open_traces
from catalog.errors import BadSetting
from handlers.messages import Photo
from tests.stands.collector import Collector, open_collector
from tests.unit.bot.channels import from_
from tests.unit.bot.conftest import House, settled

WORDS, ADDRESS = "nem-bui-rieng-tu", "nguoi-hoi-0912345678"
KNOWN = {
    "hoi_ocop.channel",
    "hoi_ocop.message",
    "hoi_ocop.kind",
    "hoi_ocop.outcome",
    "hoi_ocop.tries",
    "error.type",
}


@pytest.fixture
async def collector() -> AsyncIterator[Collector]:
    async with open_collector() as opened:
        yield opened


@asynccontextmanager
async def traced(house: House, collector: Collector) -> AsyncIterator[None]:
    """The house notes traces meanwhile."""
    async with open_traces(collector.url) as house.traces:
        yield


def facts(span: Span) -> dict[str, str]:
    return {each.key: each.value.string_value for each in span.attributes if each.value.string_value}


async def test_every_step_of_a_message_is_a_span_of_one_trace(house: House, collector: Collector) -> None:
    async with traced(house, collector), house.open() as inbox:
        await inbox.put(from_(ADDRESS, WORDS, "1"))
        await settled(inbox)
    assert collector.services == {"hoi-ocop"}
    assert [span.name for span in collector.spans] == ["receive", "store", "answer", "keep answer", "send"]
    assert len({span.trace_id for span in collector.spans}) == 1
    first = collector.of("receive")
    assert first.parent_span_id == b""
    assert {span.parent_span_id for span in collector.spans if span is not first and span.name != "receive"} == {
        first.span_id
    }
    assert len({span.span_id for span in collector.spans}) == 5
    assert facts(collector.of("send")) == {"hoi_ocop.channel": "ear", "hoi_ocop.outcome": "sent"}
    assert facts(first) == {"hoi_ocop.channel": "ear", "hoi_ocop.kind": "Text"}
    for before, after in zip(collector.spans[1:], collector.spans[2:], strict=False):
        assert before.end_time_unix_nano <= after.start_time_unix_nano


async def test_no_span_tells_who_wrote_what(house: House, collector: Collector) -> None:
    house.echo.failures[WORDS] = [KeyError(WORDS)]
    house.ear.troubles = [NotSent(f"{ADDRESS} is away", seconds=3)]
    async with traced(house, collector), house.open() as inbox:
        await inbox.put(from_(ADDRESS, WORDS, "ref-cua-toi"))
        await inbox.put(from_(ADDRESS, f"{WORDS} 2", "ref-cua-toi-2"))
        await settled(inbox)
    sent = b"".join(collector.bodies)
    assert collector.spans
    for secret in (WORDS, ADDRESS, "0912345678", "ref-cua-toi"):
        assert secret.encode() not in sent
    assert {each.key for span in collector.spans for each in span.attributes} <= KNOWN
    assert not any(span.events for span in collector.spans)


async def test_an_answer_that_another_process_sends_is_of_the_same_trace(house: House, collector: Collector) -> None:
    house.ear.troubles = [NotSent("away", seconds=600)]
    async with traced(house, collector), house.open(grace=0.01) as inbox:
        await inbox.put(from_("an", "a", "1"))
        while house.ear.troubles:  # noqa: ASYNC110 - the channel has no event for it, and needs none
            await asyncio.sleep(0)
        await house.states()
    received = collector.of("receive")
    collector.bodies.clear()
    async with traced(house, collector), house.open() as inbox:
        await settled(inbox)
    send = collector.of("send")
    assert (send.trace_id, send.parent_span_id) == (received.trace_id, received.span_id)
    assert facts(send)["hoi_ocop.outcome"] == "sent"


async def test_an_answer_that_is_given_on_return_belongs_to_what_it_answers(house: House, collector: Collector) -> None:
    house.ear.troubles = [WindowClosed("48 hours are over")]
    async with traced(house, collector), house.open() as inbox:
        await inbox.put(from_("an", "a", "1"))
        await settled(inbox)
        await inbox.put(from_("an", "b", "2"))
        await settled(inbox)
    sends = [span for span in collector.spans if span.name == "send"]
    assert [facts(span)["hoi_ocop.outcome"] for span in sends] == ["window closed", "sent", "sent"]
    assert sends[0].trace_id == sends[1].trace_id != sends[2].trace_id


async def test_a_message_that_comes_again_makes_no_trace(house: House, collector: Collector) -> None:
    async with traced(house, collector), house.open() as inbox:
        for _ in range(3):
            await inbox.put(from_("an", "a", "1"))
        await settled(inbox)
    assert [span.name for span in collector.spans].count("receive") == 1


async def test_a_step_that_fails_says_of_what_kind_the_error_was(house: House, collector: Collector) -> None:
    house.ear.unfetched = [NotSent("host is away", seconds=5)]
    async with traced(house, collector), house.open() as inbox:
        await inbox.put(from_("an", Photo(handle="f1"), "1"))
        await settled(inbox)
    failed, done = [span for span in collector.spans if span.name == "answer"]
    assert (facts(failed)["error.type"], failed.status.code) == ("PhotoLater", Status.STATUS_CODE_ERROR)
    assert done.status.code == Status.STATUS_CODE_UNSET


async def test_reading_a_photo_is_a_step_of_the_message_that_it_came_with(collector: Collector) -> None:
    async with open_traces(collector.url) as traces:
        with traces.answering(Traced("ear", 7, 1.5)):
            traces.end_photo(0.25)
        traces.end_photo(0.25)
    read = collector.of("read photo")
    assert 0.24e9 < read.end_time_unix_nano - read.start_time_unix_nano < 0.26e9
    assert read.trace_id == collector.of("answer").trace_id


async def test_a_collector_that_is_away_keeps_nobody_waiting(house: House, collector: Collector) -> None:
    collector.url = "http://127.0.0.1:1/v1/traces"
    async with traced(house, collector):
        async with house.open() as inbox:
            await inbox.put(from_("an", "a", "1"))
            await settled(inbox)
        assert house.ear.heard == [("an", "a!1")]
        begun = time.monotonic()
    assert time.monotonic() - begun < 10


async def test_without_the_packages_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checking._traces().state is checking.CheckState.ON
    monkeypatch.setattr("bot.traces._EXPORTER", "no_such_package.exporter")
    assert checking._traces().state is checking.CheckState.WRONG
    with pytest.raises(BadSetting, match=r"pip install 'hoi-ocop\[traces\]'"):
        async with open_traces("http://127.0.0.1:1/v1/traces"):
            pytest.fail("no packages")


async def test_switched_off_nothing_is_noted() -> None:
    async with open_traces("") as traces:
        assert traces is NO_TRACES
        assert not isinstance(traces, Spans)


def test_switched_off_nothing_of_it_is_loaded() -> None:
    probe = (
        "import sys, bot.app, bot.commands.serving; print([name for name in sys.modules if 'opentelemetry' in name])"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)  # noqa: S603 - our own
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("url", ["127.0.0.1:4318", "http://127.0.0.1:4318", "ftp://x/v1/traces", "http:///v1/traces"])
def test_what_is_no_address_of_a_collector_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="must be a whole address"):
        Settings(traces_endpoint=url)
