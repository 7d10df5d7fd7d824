"""What a link on a label can be."""

from dataclasses import dataclass
from typing import ClassVar

from catalog.codes import printable
from catalog.codes.hosts import Level
from catalog.codes.meaning import CodeKind, Meaning


@dataclass(frozen=True, slots=True)
class OwnProduct(Meaning):
    """A product page of ours, or our bot opened at a product."""

    kind: ClassVar[CodeKind] = CodeKind.OWN_PRODUCT
    product_id: str
    lot: str = ""
    serial: str = ""

    @property
    def shown(self) -> str:
        """The product's id."""
        return self.product_id


@dataclass(frozen=True, slots=True)
class OwnFair(Meaning):
    """What stands on a booth of a fair (its *token*), or a page of ours about a *fair*; about all of them without."""

    kind: ClassVar[CodeKind] = CodeKind.OWN_FAIR
    fair: str = ""
    token: str = ""

    @property
    def shown(self) -> str:
        """The fair's name in addresses, or what the booth's code says."""
        return self.fair or self.token


@dataclass(frozen=True, slots=True)
class TraceLink(Meaning):
    """An opaque code of a known portal. *address* is looked up in our table of trace codes, never fetched.

    *downgraded* marks http where the portal has https; *verified* is false for a portal nobody has shown us at work.
    """

    kind: ClassVar[CodeKind] = CodeKind.TRACE_LINK
    portal: str
    name_vi: str
    name_en: str
    level: Level
    host: str
    address: str
    downgraded: bool = False
    verified: bool = True

    @property
    def key(self) -> str:
        """``host/path?query``; empty for the portal's front page, which stands for no product."""
        return self.address if self.address != self.host else ""

    @property
    def shown(self) -> str:
        """Host and path."""
        return printable.line(self.address)


@dataclass(frozen=True, slots=True)
class TelegramLink(Meaning):
    """A Telegram account, bot or group: our own bot, or somebody's."""

    kind: ClassVar[CodeKind] = CodeKind.TELEGRAM_LINK
    name: str = ""
    ours: bool = False
    phone: str = ""
    invite: bool = False

    @property
    def shown(self) -> str:
        """The account's name."""
        return f"@{self.name}" if self.name else self.phone or "Telegram"


@dataclass(frozen=True, slots=True)
class ZaloLink(Meaning):
    """A Zalo account or group: ours, or somebody's; *phone* is known when the link is one."""

    kind: ClassVar[CodeKind] = CodeKind.ZALO_LINK
    name: str = ""
    ours: bool = False
    phone: str = ""
    group: bool = False

    @property
    def shown(self) -> str:
        """The number or name."""
        return self.phone or self.name or "Zalo"


@dataclass(frozen=True, slots=True)
class ShopLink(Meaning):
    """A page of a marketplace."""

    kind: ClassVar[CodeKind] = CodeKind.SHOP_LINK
    marketplace: str
    host: str
    address: str

    @property
    def key(self) -> str:
        """``host/path?query``."""
        return self.address

    @property
    def shown(self) -> str:
        """The marketplace and its host."""
        return f"{self.marketplace} ({self.host})"


@dataclass(frozen=True, slots=True)
class SocialLink(Meaning):
    """A page of a social network."""

    kind: ClassVar[CodeKind] = CodeKind.SOCIAL_LINK
    network: str
    host: str
    address: str

    @property
    def key(self) -> str:
        """``host/path?query``."""
        return self.address

    @property
    def shown(self) -> str:
        """The network and the page."""
        return printable.line(f"{self.network} ({self.address or self.host})")


@dataclass(frozen=True, slots=True)
class ShortLink(Meaning):
    """A shortened link: where it goes cannot be seen, and we do not go there to find out."""

    kind: ClassVar[CodeKind] = CodeKind.SHORT_LINK
    host: str
    address: str

    @property
    def key(self) -> str:
        """``host/path?query``."""
        return self.address

    @property
    def shown(self) -> str:
        """The host, not clickable."""
        return printable.host(self.host)


@dataclass(frozen=True, slots=True)
class OtherLink(Meaning):
    """Any other web address. *reasons* tell what is odd about it, *lookalike_of* which known host it resembles.

    *redirects_to* is the host, not clickable, to which the link says it will send people on. *ours* marks a page of
    ours that is no product.
    """

    kind: ClassVar[CodeKind] = CodeKind.OTHER_LINK
    host: str
    address: str
    host_shown: str
    lookalike_of: str | None = None
    reasons: tuple[str, ...] = ()
    redirects_to: str = ""
    ours: bool = False

    @property
    def key(self) -> str:
        """``host/path?query``; empty when the address misleads about its host or sends people on."""
        return "" if self.ours or self.redirects_to else self.address

    @property
    def shown(self) -> str:
        """The host, not clickable."""
        return self.host_shown


@dataclass(frozen=True, slots=True)
class UnsafeLink(Meaning):
    """A link that would run or open something: only its scheme is told."""

    kind: ClassVar[CodeKind] = CodeKind.UNSAFE_LINK
    scheme: str

    @property
    def shown(self) -> str:
        """The scheme."""
        return f"{self.scheme}:"
