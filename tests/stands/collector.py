"""A stand-in for a collector of traces: it takes what OpenTelemetry sends by OTLP over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.test_utils import TestServer
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span


class Collector:
    """Its door for traces."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        """Keep what was sent."""
        if request.content_type != "application/x-protobuf":
            return web.Response(status=415)
        self.bodies.append(await request.read())
        return web.Response(content_type="application/x-protobuf")

    @property
    def spans(self) -> list[Span]:
        """All that came, in the order in which the steps began."""
        requests = [ExportTraceServiceRequest.FromString(body) for body in self.bodies]
        scopes = [scope for request in requests for group in request.resource_spans for scope in group.scope_spans]
        return sorted((span for scope in scopes for span in scope.spans), key=lambda span: span.start_time_unix_nano)

    @property
    def services(self) -> set[str]:
        """Which programs sent something."""
        requests = [ExportTraceServiceRequest.FromString(body) for body in self.bodies]
        told = [each for request in requests for group in request.resource_spans for each in group.resource.attributes]
        return {each.value.string_value for each in told if each.key == "service.name"}

    def of(self, name: str) -> Span:
        """The only span of this name."""
        (found,) = [span for span in self.spans if span.name == name]
        return found


@asynccontextmanager
async def open_collector() -> AsyncIterator[Collector]:
    """A collector that listens until left."""
    opened = Collector()
    app = web.Application()
    app.router.add_post("/v1/traces", opened.take)
    async with TestServer(app) as server:
        opened.url = str(server.make_url("/v1/traces"))
        yield opened
