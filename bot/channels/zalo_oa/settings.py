"""What a Zalo Official Account needs to be told."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr

NAME = "zalo_oa"
WEBHOOK = "/zalo_oa/webhook"
PHOTO_HOSTS = ("zdn.vn", "zadn.vn", "zalo.me", "zaloapp.com")


class Settings(BaseModel):
    """Present = the channel is on. The first three are shown in the app's pages on developers.zalo.me.

    *oa_secret* signs webhooks and *app_secret* asks for tokens: they are two different keys. *refresh_token* is only
    the first one (each serves once, and its successors are kept in the database); it may be left out where
    ``hoi-ocop zalo login`` is used. *redirect_url* is the callback address that the app names for that login.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    app_id: str = Field(min_length=1)
    oa_secret: SecretStr = Field(min_length=1)
    app_secret: SecretStr = Field(min_length=1)
    refresh_token: SecretStr = SecretStr("")
    oa_id: str = Field(default="", description="Ignore events that are for another account.")
    redirect_url: str = ""
    pays: bool = Field(default=False, description="Spend the paid quota once 48 hours or 8 messages are over.")
    sends_per_second: float = Field(default=20.0, gt=0)
    photo_hosts: tuple[str, ...] = PHOTO_HOSTS
    loopback_photos: bool = Field(default=False, description="For tests: fetch photos from this machine, over http.")
    api_url: str = "https://openapi.zalo.me"
    oauth_url: str = "https://oauth.zaloapp.com"
