"""Who counts as one visitor, whom we believe, how much room there is, and how it is told."""

import asyncio
import logging
import resource

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from bot.http.connections import ConnectionLimiter
from bot.http.limits import connections_within, raise_descriptor_limit
from bot.http.refusals import Refusals
from bot.http.serving import open_listeners
from bot.logs import log_loop_error
from bot.networks import Networks, client_address, client_network
from catalog.errors import BadSetting


class Guest:
    def __init__(self, *, idle: bool = True, half_sent: bool = False) -> None:
        self.idle, self.half_sent, self.left = idle, half_sent, False

    def leave(self) -> None:
        self.left = True


def asked(peer: str, *forwarded: str) -> web.Request:
    headers = [("X-Forwarded-For", each) for each in forwarded]

    class Transport(asyncio.Transport):
        def get_extra_info(self, name: str, default: object = None) -> object:
            return (peer, 1) if name == "peername" else default

    return make_mocked_request("GET", "/", headers=dict(headers), transport=Transport())


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("9.9.9.9", "1.2.3.4", "9.9.9.9"),
        ("10.0.0.1", "1.2.3.4", "1.2.3.4"),
        ("10.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        ("10.0.0.1", "1.2.3.4, 10.0.0.2", "1.2.3.4"),
        ("10.0.0.1", "1.2.3.4:5678", "1.2.3.4"),
        ("10.0.0.1", '"[2001:db8::1]:443"', "2001:db8::1"),
        ("10.0.0.1", "::ffff:1.2.3.4", "1.2.3.4"),
        ("10.0.0.1", "1.2.3.4, unknown", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.2", "10.0.0.2"),
        ("::ffff:10.0.0.1", "1.2.3.4", "1.2.3.4"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("", "1.2.3.4", ""),
    ],
)
def test_only_a_trusted_proxy_says_who_asks(peer: str, forwarded: str, client: str) -> None:
    assert client_address(asked(peer, forwarded), Networks.of("10.0.0.0/8")) == client


def test_a_network_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="not appear to be"):
        Networks.of("127.0.0.1, 10.0.0")


@pytest.mark.parametrize(
    ("address", "network"),
    [("1.2.3.4", "1.2.3.4"), ("::ffff:1.2.3.4", "1.2.3.4"), ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"), ("", "")],
)
def test_a_home_counts_as_one(address: str, network: str) -> None:
    assert client_network(address) == network


def seated(limiter: ConnectionLimiter, address: str, guest: Guest) -> bool:
    place = limiter.admit(address)
    if place is not None:
        place.connection = guest
    return place is not None


def test_an_idle_connection_makes_place_and_a_half_sent_head_first() -> None:
    limiter = ConnectionLimiter(400, 3, Networks(), Refusals())
    busy, idle, slow = Guest(idle=False), Guest(), Guest(half_sent=True)
    assert all(seated(limiter, "1.1.1.1", guest) for guest in (busy, idle, slow))
    assert seated(limiter, "1.1.1.1", Guest(idle=False))
    assert (busy.left, idle.left, slow.left) == (False, False, True)
    assert seated(limiter, "1.1.1.1", Guest(idle=False))
    assert idle.left
    assert not seated(limiter, "1.1.1.1", Guest())
    assert seated(limiter, "2.2.2.2", Guest())


def test_a_trusted_proxy_may_hold_all_and_the_fullest_address_makes_place() -> None:
    limiter = ConnectionLimiter(40, 100, Networks.of("10.0.0.1"), Refusals())
    assert limiter.per_address == 10
    guests = [Guest(idle=number % 2 == 0) for number in range(40)]
    assert all(seated(limiter, "10.0.0.1", guest) for guest in guests)
    assert seated(limiter, "3.3.3.3", Guest())
    assert [guest.left for guest in guests].count(True) == 1
    for _ in range(20):
        limiter.relieve()
    assert seated(ConnectionLimiter(40, 100, Networks(), Refusals()), "not an address", Guest())


def test_no_place_is_left_where_all_are_busy_and_one_given_back_is_free_again() -> None:
    limiter = ConnectionLimiter(4, 4, Networks.of("10.0.0.1"), Refusals())
    places = [limiter.admit("10.0.0.1") for _ in range(4)]
    assert limiter.admit("1.1.1.1") is None
    limiter.relieve()
    for place in places:
        assert place is not None
        place.end()
        place.end()
    assert limiter.admit("1.1.1.1") is not None
    ConnectionLimiter(4, 4, Networks(), Refusals()).relieve()


def test_what_is_refused_is_told_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    now = 0.0
    refusals = Refusals(clock=lambda: now)
    with caplog.at_level(logging.WARNING):
        for _ in range(500):
            refusals.count("slow request head")
        now = 61.0
        refusals.count("slow request head")
    assert [record.getMessage() for record in caplog.records] == [
        "refused: slow request head (1 since this was last logged)",
        "refused: slow request head (500 since this was last logged)",
    ]


@pytest.mark.parametrize(("descriptors", "connections"), [(1024, 768), (64, 64), (65_536, 16_384), (256, 128)])
def test_connections_leave_descriptors_for_the_rest(descriptors: int, connections: int) -> None:
    assert connections_within(descriptors) == connections


def test_the_soft_limit_is_raised_to_the_hard_one() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
        assert raise_descriptor_limit() == resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 256
        assert raise_descriptor_limit() == resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


async def test_a_port_that_is_taken_is_said_in_words() -> None:
    (taken,) = await open_listeners("127.0.0.1", 0)
    with taken, pytest.raises(BadSetting, match="cannot be listened on"):
        await open_listeners("127.0.0.1", taken.getsockname()[1])


def test_the_loop_tells_of_trouble_without_words(caplog: pytest.LogCaptureFixture) -> None:
    log_loop_error(None, {"message": "bệnh", "exception": ValueError("bệnh"), "protocol": "bệnh"})
    log_loop_error(None, {"message": "bệnh"})
    assert "ValueError" in caplog.text
    assert "bệnh" not in caplog.text
