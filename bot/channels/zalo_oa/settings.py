"""What a Zalo Official Account needs to be told."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from bot.channel_kit.download import Hosts

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

    app_id: str = Field(min_length=1, description="The app's id, from developers.zalo.me.")
    oa_secret: SecretStr = Field(min_length=1, description="The account's secret key: it signs webhooks.")
    app_secret: SecretStr = Field(min_length=1, description="The app's secret key: it asks for tokens.")
    refresh_token: SecretStr = Field(SecretStr(""), description="The first refresh token; or use `zalo login`.")
    oa_id: str = Field("", description="The account's id: links to it are ours, events for other accounts are ignored.")
    redirect_url: str = Field("", description="The app's callback address, for `zalo login`.")
    pays: bool = Field(default=False, description="Spend paid quota once 48 hours or 8 messages are over.")
    sends_per_second: float = Field(20.0, gt=0, description="How fast we may send.")
    photo_hosts: Hosts = Field(PHOTO_HOSTS, description="Where photos may be fetched from, separated by commas.")
    loopback_photos: bool = Field(default=False, description="For tests: fetch photos from this machine, over http.")
    api_url: str = Field("https://openapi.zalo.me", description="Zalo's message API.")
    oauth_url: str = Field("https://oauth.zaloapp.com", description="Zalo's OAuth server.")
