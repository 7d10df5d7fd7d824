"""What the mail server needs to be told."""

from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

NAME = "mail"


class Security(StrEnum):
    """How the connection to the mail server is guarded."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class Settings(BaseModel):
    """Present = the channel is on. *user* and *password* belong together; a relay of one's own may need neither."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field(min_length=1, description="The mail server (SMTP) that takes what we send.")
    port: int = Field(587, ge=1, le=65535, description="Its port: 587 with starttls, 465 with tls.")
    sender: str = Field(
        pattern=r"^[^@\s<>]+@[^@\s<>]+$", description="The address that mails come from, for example ocop@example.vn."
    )
    user: str = Field("", description="The user at the mail server, if it wants one.")
    password: SecretStr = Field(SecretStr(""), description="The user's password.")
    security: Security = Field(Security.STARTTLS, description="starttls, tls, or none (a server on this machine only).")
    timeout: float = Field(20.0, gt=0, le=120, description="Seconds to wait for the mail server.")

    @model_validator(mode="after")
    def _user_and_password_belong_together(self) -> Self:
        if bool(self.user) != bool(self.password.get_secret_value()):
            raise ValueError("user and password belong together")
        return self
