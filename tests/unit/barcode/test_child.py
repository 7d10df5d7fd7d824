"""What a child says on its pipe."""

import io

import pytest

from catalog.barcode import Trouble, pool, worker
from catalog.errors import ImageTooLarge
from tests.unit.barcode import drawing

JOBS = "tests.unit.barcode.jobs:"


class Trickle(io.BytesIO):
    """A pipe that never gives or takes more than a few bytes at once."""

    def read(self, size=-1):
        return super().read(min(size, 7))

    def write(self, body):
        return super().write(bytes(body)[:5])


def request(job, image):
    return worker.REQUEST.pack(len(job), len(image)) + job.encode() + image


def answers(*requests):
    """What a child answers to *requests*, after its sign of life."""
    counted = []
    out = Trickle()
    worker.serve(Trickle(b"".join(requests)), out, before_each=lambda: counted.append(1))
    body, bodies = out.getvalue(), []
    while body:
        (size,) = worker.ANSWER.unpack(body[: worker.ANSWER.size])
        bodies.append(body[worker.ANSWER.size :][:size])
        body = body[worker.ANSWER.size + size :]
    assert bodies[0] == b""
    assert len(counted) == len(bodies) - 1
    return [pool._Answer(io.BytesIO(each)).load() for each in bodies[1:]]


def test_each_job_is_answered_in_turn():
    world = drawing.png(drawing.qr("Xin chào"))
    (size, (kind, reading)) = answers(request(f"{JOBS}size", b"abc"), request("catalog.barcode.pipeline:read", world))
    assert size == ("value", 3)
    assert (kind, reading.payloads[0].text) == ("value", "Xin chào")


def test_why_nothing_was_read_is_sent_on_the_first_pythons_3_11_too(monkeypatch):
    """Until 3.11.4 a member of an enum names builtins.getattr in a pickle, which the parent refuses."""
    monkeypatch.setattr(Trouble, "__reduce_ex__", lambda self, _: (getattr, (type(self), self.name)))
    ((kind, reading),) = answers(request("catalog.barcode.pipeline:read", drawing.png(drawing.qr("x")[:2, :2])))
    assert kind == "value"
    assert reading.troubles
    assert all(isinstance(each, Trouble) for each in reading.troubles)


def test_our_own_errors_are_sent_whole():
    ((kind, error),) = answers(request(f"{JOBS}refuse", b"abc"))
    assert kind == "error"
    assert isinstance(error, ImageTooLarge)
    assert error.limit == "7 MB"


def test_other_errors_are_described():
    assert answers(request(f"{JOBS}missing", b"abc"))[0][0] == "failed"


@pytest.mark.parametrize("left", [1, 9, 20])
def test_a_pipe_that_closes_ends_the_child(left):
    assert answers(request(f"{JOBS}size", b"abc")[:left]) == []
