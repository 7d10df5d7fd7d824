"""Timeouts and limits of the server, and how many connections its file descriptors allow."""

import resource
from dataclasses import dataclass

_WANTED_DESCRIPTORS = 65_536
_MOST_CONNECTIONS = 16_384
_FEWEST_CONNECTIONS = 64


@dataclass(frozen=True, slots=True)
class HttpLimits:
    """Seconds and bytes: *head_seconds* for a whole request head, *idle_seconds* between requests.

    A body must bring *body_rate* bytes a second over any *body_seconds*; time in which we do not read does not count.
    A reader of ours must take something every *stall_seconds*. One network address holds *per_address* connections at
    most, and never more than a quarter of all.
    """

    head_seconds: float = 10.0
    idle_seconds: float = 75.0
    body_seconds: float = 8.0
    body_rate: int = 2048
    stall_seconds: float = 30.0
    per_address: int = 1024


def raise_descriptor_limit() -> int:
    """Allow this process as many open files as its hard limit does; how many that are."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _WANTED_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, _WANTED_DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        return wanted
    return _WANTED_DESCRIPTORS if soft == resource.RLIM_INFINITY else soft


def connections_within(descriptors: int) -> int:
    """How many connections *descriptors* leave room for, beside the database, the readers and what we send."""
    spare = max(128, descriptors // 4)
    return max(_FEWEST_CONNECTIONS, min(descriptors - spare, _MOST_CONNECTIONS))
