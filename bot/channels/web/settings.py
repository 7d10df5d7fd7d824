"""What may be set for the web chat. It needs no secret, so it is on unless it is switched off."""

from pydantic import BaseModel, ConfigDict, Field, field_validator

from bot.channels.web.origins import Origins

MEBIBYTE = 1024 * 1024


class Settings(BaseModel):
    """The block ``HOI_OCOP_WEB__…``.

    *origins* are the sites that may embed the chat, separated by blanks: ``https://xa.example.vn`` or
    ``https://*.example.vn``. *burst* messages are taken from one connection at once, *per_second* after that.
    *newcomers* may begin to talk at once from one network address, and one more every *newcomer_seconds*.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    enabled: bool = Field(default=True, description="Whether the web chat is on: true or false.")
    origins: str = Field(
        default="",
        description="Sites that may embed the chat, separated by blanks: https://xa.example.vn or https://*.example.vn.",
    )
    photo_bytes: int = Field(
        default=20 * MEBIBYTE, ge=1, le=20 * MEBIBYTE, description="How many bytes a photo may have."
    )
    photo_seconds: float = Field(default=120.0, gt=0, description="In how many seconds a photo must be whole.")
    photos_at_once: int = Field(default=8, ge=1, description="How many photos come in at once.")
    frame_bytes: int = Field(
        default=64 * 1024, ge=1024, le=MEBIBYTE, description="How many bytes one message over the WebSocket may have."
    )
    tabs: int = Field(default=8, ge=1, description="How many tabs one person may have open at once.")
    burst: int = Field(default=300, ge=1, description="How many messages one connection may bring at once.")
    per_second: float = Field(default=10.0, gt=0, description="How many messages a second it may bring after that.")
    newcomers: int = Field(
        default=60, ge=1, description="How many people may begin to talk at once from one network address."
    )
    newcomer_seconds: float = Field(default=2.0, gt=0, description="After how many seconds one more may begin.")

    @field_validator("origins")
    @classmethod
    def _are_origins(cls, value: str) -> str:
        Origins.of(value)
        return value
