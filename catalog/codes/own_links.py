"""What makes a link ours."""

from dataclasses import dataclass

LOOPBACK = frozenset(("127.0.0.1", "localhost"))


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Our public names. A host may carry its port (``127.0.0.1:8080``); http is as good as https on our own hosts.

    *loopback* makes this machine ours on every port.
    """

    hosts: frozenset[str] = frozenset()
    telegram_bot: str = ""
    zalo_oa: str = ""
    zalo_bot: str = ""
    loopback: bool = False

    def has_host(self, netloc: str) -> bool:
        """True when *netloc*, a lower-case host with its port unless that is the default, is ours."""
        if self.loopback and netloc.partition(":")[0] in LOOPBACK:
            return True
        return netloc in self.hosts or any(_bare(each) == netloc for each in self.hosts)

    def is_bot(self, name: str) -> bool:
        """True for our Telegram bot, in any case, with or without @."""
        return bool(self.telegram_bot) and name.lower() == self.telegram_bot.removeprefix("@").lower()

    def is_zalo(self, name: str) -> bool:
        """True for our Official Account or our Zalo bot."""
        return bool(name) and name in {self.zalo_oa, self.zalo_bot}


def _bare(host: str) -> str:
    return host.lower().removeprefix("https://").removeprefix("http://").rstrip("/")
