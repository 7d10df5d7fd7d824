"""What a Zalo bot needs to be told."""

import re
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from bot.channel_kit.download import Hosts

NAME = "zalo_bot"
WEBHOOK = "/zalo_bot/webhook"
PHOTO_HOSTS = ("zdn.vn", "zadn.vn", "zalo.me", "zaloapp.com", "zaloplatforms.com")


class BotMode(StrEnum):
    """How messages come in."""

    POLLING = "polling"
    WEBHOOK = "webhook"


class Settings(BaseModel):
    """Present = the channel is on. *token* is what the Zalo Bot Manager gives, ``<id>:<secret>``.

    Polling suits one process; more than one needs the webhook, and the webhook needs *secret* (8 to 256 letters, digits
    and signs) and a public address over https.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    token: SecretStr = Field(min_length=1, description="The bot's token, from the Zalo Bot Manager.")
    mode: BotMode = Field(BotMode.POLLING, description="polling, or webhook.")
    secret: SecretStr = Field(SecretStr(""), description="Guards the webhook: 8 to 256 characters of your choice.")
    group_name: str = Field("", description="The bot's name as groups mention it, where Zalo does not tell.")
    sends_per_second: float = Field(20.0, gt=0, description="How fast we may send.")
    photo_hosts: Hosts = Field(PHOTO_HOSTS, description="Where photos may be fetched from, separated by commas.")
    loopback_photos: bool = Field(default=False, description="For tests: fetch photos from this machine, over http.")
    api_url: str = Field("https://bot-api.zaloplatforms.com", description="The Bot API.")

    @model_validator(mode="after")
    def _webhook_is_guarded(self) -> Self:
        secret = self.secret.get_secret_value()
        if self.mode is BotMode.WEBHOOK and not re.fullmatch(r"[!-~]{8,256}", secret):
            raise ValueError("the webhook needs a secret of 8 to 256 letters, digits and signs")
        return self
