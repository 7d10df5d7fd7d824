"""What the operator says about the Telegram bot."""

from enum import StrEnum
from typing import Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator


class Mode(StrEnum):
    """How updates reach us: we ask for them, or Telegram posts them to our public address."""

    POLLING = "polling"
    WEBHOOK = "webhook"


def _is_http(address: str) -> bool:
    """True for a whole address; what is wrong with another is not told, it may be part of a password."""
    try:
        parts = urlsplit(address)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


class Settings(BaseModel):
    """Present = the channel is on. *token* comes from @BotFather; *webhook_secret* is any word of ours.

    *per_second* is what Telegram allows over all chats (30 unless it was raised); one chat always gets 1 a second.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    token: SecretStr = Field(description="The bot's token, from @BotFather.")
    mode: Mode = Field(Mode.POLLING, description="polling (one process), or webhook (needs our public https address).")
    webhook_secret: SecretStr | None = Field(
        None, description="Guards the webhook: 1 to 256 letters, digits, _ or - of your choice."
    )
    api_url: str = Field(
        "https://api.telegram.org", description="Where the Bot API is; a server of one's own may be named."
    )
    proxy: SecretStr | None = Field(
        None, description="An http:// or https:// proxy through which Telegram can be reached."
    )
    username: str = Field(
        "",
        pattern=r"^@?[A-Za-z0-9_]{0,32}$",
        description="The bot's name: links to it are known as ours, and groups work before Telegram tells it.",
    )
    per_second: int = Field(
        30, ge=1, le=10_000, description="How many messages a second Telegram allows over all chats."
    )
    connections: int = Field(256, ge=4, le=1_000, description="How many connections to the Bot API at most.")
    timeout: float = Field(10.0, gt=0, le=60, description="Seconds to wait for a connection, and for an answer.")

    @field_validator("token")
    @classmethod
    def _token_has_its_shape(cls, token: SecretStr) -> SecretStr:
        number, _, rest = token.get_secret_value().partition(":")
        if not (number.isascii() and number.isdigit() and rest and rest.isprintable() and " " not in rest):
            raise ValueError("a Telegram token looks like 123456789:letters")
        return token

    @field_validator("api_url")
    @classmethod
    def _api_is_http(cls, url: str) -> str:
        if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
            raise ValueError("the API address must start with https:// (or http:// for a server of one's own)")
        return url.rstrip("/")

    @field_validator("proxy")
    @classmethod
    def _proxy_is_http(cls, proxy: SecretStr | None) -> SecretStr | None:
        if proxy is not None and not _is_http(proxy.get_secret_value()):
            raise ValueError(
                "the proxy must be a whole http:// or https:// address; signs as # / @ in its password are written as "
                "%23 %2F %40"
            )
        return proxy

    @model_validator(mode="after")
    def _webhook_has_a_secret(self) -> Self:
        if self.mode is Mode.WEBHOOK:
            secret = self.webhook_secret.get_secret_value() if self.webhook_secret else ""
            fine = 1 <= len(secret) <= 256 and all(c.isascii() and (c.isalnum() or c in "_-") for c in secret)
            if not fine:
                raise ValueError("webhook mode needs webhook_secret: 1 to 256 letters, digits, _ or -")
        return self
