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

    enabled: bool = True
    origins: str = ""
    photo_bytes: int = Field(default=20 * MEBIBYTE, ge=1, le=20 * MEBIBYTE)
    photo_seconds: float = Field(default=120.0, gt=0)
    photos_at_once: int = Field(default=8, ge=1)
    frame_bytes: int = Field(default=64 * 1024, ge=1024, le=MEBIBYTE)
    tabs: int = Field(default=8, ge=1)
    burst: int = Field(default=300, ge=1)
    per_second: float = Field(default=10.0, gt=0)
    newcomers: int = Field(default=60, ge=1)
    newcomer_seconds: float = Field(default=2.0, gt=0)

    @field_validator("origins")
    @classmethod
    def _are_origins(cls, value: str) -> str:
        Origins.of(value)
        return value
