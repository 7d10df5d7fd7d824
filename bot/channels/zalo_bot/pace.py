"""Not faster than the vendor allows."""

import asyncio


class Pace:
    """Lets *rate* turns a second through, in the order in which they were asked for."""

    def __init__(self, rate: float) -> None:
        self._step = 1 / rate
        self._next = 0.0

    async def turn(self) -> None:
        """Wait for one's turn."""
        now = asyncio.get_running_loop().time()
        at = max(now, self._next)
        self._next = at + self._step
        if at > now:
            await asyncio.sleep(at - now)
