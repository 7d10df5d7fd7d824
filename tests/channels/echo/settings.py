"""What the echo channel must be told."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr

NAME = "echo"
WEBHOOK = "/echo/webhook"


class Settings(BaseModel):
    """Present = the channel is on; both are needed together."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(description="Where what we say is posted.")
    secret: SecretStr = Field(min_length=8, description="Shown by both sides in the header X-Echo-Secret.")
