"""Settings: typed, read once, never printing a secret. Nothing else reads the environment.

The program reads ``HOI_OCOP_<NAME>``; each channel reads its own block ``HOI_OCOP_<CHANNEL>__<NAME>``. A block that is
absent means that the channel is off; one that is half filled is refused at start, and the message says what is missing.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, AliasChoices, BaseModel, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.networks import Networks
from catalog.authorities import Authority, read_authorities
from catalog.codes import Surroundings
from catalog.errors import BadSetting
from catalog.inquiry import Address

PREFIX = "HOI_OCOP_"
ENV_FILE = ".env"

Block = TypeVar("Block", bound=BaseModel)


def _bare_url(url: str) -> str:
    if url and (urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname):
        raise ValueError("must begin with http:// or https://")
    return url.rstrip("/")


def _networks(text: str) -> str:
    Networks.of(text)
    return text


def _authorities(text: str) -> str:
    read_authorities(text)
    return text


def _host(name: str) -> str:
    # The system takes an empty name for every address of the machine.
    if not name.strip():
        raise ValueError("must name an address, for example 127.0.0.1; 0.0.0.0 listens on every address")
    return name.strip()


def _collector(url: str) -> str:
    parts = urlsplit(url)
    if url and not (parts.scheme in {"http", "https"} and parts.hostname and parts.path.strip("/")):
        raise ValueError("must be a whole address, for example http://127.0.0.1:4318/v1/traces")
    return url


class Settings(BaseSettings):
    """The settings of the whole program."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=ENV_FILE, extra="ignore", frozen=True)

    database_url: str = Field(
        "sqlite:///hoi-ocop.db",
        description="The database: sqlite:///FILE, or postgresql://USER:PASSWORD@HOST/NAME.",
        repr=False,
    )
    host: Annotated[str, AfterValidator(_host)] = Field(
        "127.0.0.1", description="The address to listen on; 0.0.0.0 behind a load balancer."
    )
    port: int = Field(8080, ge=0, le=65535, description="The port to listen on.")
    public_url: Annotated[str, AfterValidator(_bare_url)] = Field(
        "", description="Our address as people reach it, for links and labels, for example https://hoi-ocop.example."
    )
    readers: int = Field(2, ge=1, le=64, description="How many photos are read at once, each in its own process.")
    takeover_seconds: float = Field(
        15.0, ge=0, le=600, description="How long a server that starts waits for the one before it to end."
    )
    waiting_photos_mb: int = Field(
        256, ge=32, description="How many megabytes of photos may wait to be read; who comes then is asked to wait."
    )
    answers_at_once: int = Field(
        256, ge=1, le=1024, description="How many people are answered at once in each channel."
    )
    jobs_at_once: int = Field(
        64,
        ge=0,
        le=256,
        description="On PostgreSQL, how many messages and deliveries of each channel this server works on at once; 0 "
        "leaves them to hoi-ocop work.",
    )
    keep_days: int = Field(
        90,
        ge=1,
        description="After how many days messages and answers are erased, also those that could not be sent.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="How much is logged.")
    log_format: Literal["text", "json"] = Field("text", description="Logs for people (text) or for machines (json).")
    locale_folder: Path | None = Field(
        None,
        description="A folder of your own with more languages, or other words: XX/LC_MESSAGES/hoi-ocop.po, "
        "as hoi-ocop words XX --folder FOLDER makes it.",
    )
    voice_model: Path | None = Field(
        None,
        description="The folder of a speech model for sherpa-onnx (a transducer: encoder, decoder, joiner, "
        "tokens.txt): voice messages are then listened to, on this machine. Needs the extra voice. "
        "Empty: they are not.",
    )
    voice_command: str = Field(
        "",
        description="Instead of it, a program of your own: it gets the sound (16,000 samples a second, one channel, 16 "
        'bits, little-endian) on its standard input and prints one line, {"text": "what was said"}.',
    )
    index_folder: Path | None = Field(
        None,
        description="Where the search of a large catalogue is kept, so that it need not be read anew at each start. "
        "Empty: beside the SQLite database; with PostgreSQL it is then kept nowhere.",
    )
    seal_keys: SecretStr = Field(
        SecretStr(""),
        description="Keys that seal what people write, newest first, separated by blanks; hoi-ocop key makes one. "
        "Left empty with SQLite, one is made and kept beside the database.",
    )
    officers: str = Field(
        "", description="Officers as CHANNEL:ADDRESS, separated by blanks, for example telegram:123456789."
    )
    authorities: Annotated[str, AfterValidator(_authorities)] = Field(
        "",
        description="Whom complaints of fakes or hygiene reach by e-mail besides, as MATTER [GROUP]: NAME <E-MAIL>, "
        "separated by semicolons. For example hygiene Đồ uống: Sở Công Thương <ct@example.vn>.",
    )
    board_idle_minutes: int = Field(
        30, ge=5, le=24 * 60, description="After how many minutes without use an officer is signed out of the board."
    )
    board_session_hours: int = Field(
        12, ge=1, le=24 * 7, description="After how many hours an officer signs in to the board again in any case."
    )
    board_passkey_required: bool = Field(
        default=False,
        description="Whether officers must show a passkey besides their link: true or false. Needs a name and https.",
    )
    inquiry_days: int = Field(
        365, ge=30, description="After how many days without a move an inquiry's words are erased."
    )
    history_months: int = Field(
        12, ge=1, le=60, description="For how many months it is kept which products somebody looked up."
    )
    ratings: bool = Field(
        default=True,
        description="Whether people who bought a product may give it points and a sentence, shown with it: true or "
        "false. False: no button, no words of it; what was given is kept until it is old or erased.",
    )
    # Facts of the channels' own blocks, read here too so that links to us are known as ours while the channel is off.
    # The second names are those of 0.1.0.
    telegram_username: str = Field(
        "", validation_alias=AliasChoices(f"{PREFIX}TELEGRAM__USERNAME", f"{PREFIX}TELEGRAM_BOT")
    )
    zalo_oa_id: str = Field("", validation_alias=AliasChoices(f"{PREFIX}ZALO_OA__OA_ID", f"{PREFIX}ZALO_OA"))

    trusted_proxies: Annotated[str, AfterValidator(_networks)] = Field(
        "",
        description="Addresses or networks of the proxies before us, separated by blanks, for example 127.0.0.1: "
        "who asks is what they write into X-Forwarded-For. Nobody else's is believed.",
    )
    connections_per_address: int = Field(
        1024, ge=16, description="How many connections one network address may hold; a trusted proxy as many as we can."
    )
    head_seconds: float = Field(10.0, gt=0, description="In how many seconds a request's head must be whole.")
    body_rate: int = Field(2048, ge=1, description="How many bytes a second a request's body must bring at least.")
    body_seconds: float = Field(8.0, gt=0, description="Over how many seconds that is measured.")
    stall_seconds: float = Field(
        30.0, gt=0, description="After how many seconds who takes nothing of an answer is let go."
    )
    details_networks: Annotated[str, AfterValidator(_networks)] = Field(
        "127.0.0.0/8 ::1",
        description="Who may read /metrics and the details of /readyz: addresses or networks, separated by blanks.",
    )
    details_token: SecretStr = Field(
        SecretStr(""),
        description="Whoever sends it (Authorization: Bearer …) may read them too, from anywhere.",
    )

    traces_endpoint: Annotated[str, AfterValidator(_collector)] = Field(
        "",
        description="Where traces of each step go (OpenTelemetry, OTLP over HTTP), for example "
        "http://127.0.0.1:4318/v1/traces; pip install 'hoi-ocop[traces]'. Left empty, none are made.",
    )

    @property
    def officer_addresses(self) -> tuple[Address, ...]:
        """The officers that the settings name."""
        pairs = (each.partition(":") for each in self.officers.split())
        return tuple(Address(channel, address) for channel, _, address in pairs if address)

    @property
    def named_authorities(self) -> tuple[Authority, ...]:
        """The authorities that the settings name."""
        return read_authorities(self.authorities)

    @property
    def surroundings(self) -> Surroundings:
        """Our own addresses and accounts, by which our own links are known."""
        local = {f"{host}:{self.port}" for host in ("127.0.0.1", "localhost")}
        public = {urlsplit(self.public_url).netloc} if self.public_url else set()
        # Without a public address our labels name this machine, on whichever port they were drawn.
        return Surroundings(
            frozenset(local | public),
            telegram_bot=self.telegram_username,
            zalo_oa=self.zalo_oa_id,
            loopback=not self.public_url,
        )


def read_settings(**given: Any) -> Settings:
    """Read the settings; what is *given* counts before them. Raises BadSetting with every mistake by its variable."""
    try:
        return Settings(**given)
    except ValidationError as error:
        raise BadSetting(_explain_errors(error, PREFIX)) from error


def block_prefix(channel: str) -> str:
    """What the variables of *channel* begin with."""
    return f"{PREFIX}{channel.upper()}__"


def read_block(channel: str, model: type[Block], *, environ: Mapping[str, str] | None = None) -> Block | None:
    """Read a channel's own block: None when it is absent. Raises BadSetting when it is half filled."""
    prefix = block_prefix(channel)
    given = _environment() if environ is None else environ
    values = {
        name.upper().removeprefix(prefix).lower(): value
        for name, value in given.items()
        if name.upper().startswith(prefix) and value != ""
    }
    if not values and any(field.is_required() for field in model.model_fields.values()):
        return None
    try:
        return model.model_validate(values, strict=False)
    except ValidationError as error:
        raise BadSetting(_explain_errors(error, prefix)) from error


def _environment() -> dict[str, str]:
    """The variables of the process over those of the .env file."""
    from dotenv import dotenv_values  # noqa: PLC0415 - only a process that opens channels needs it

    written = {name: value or "" for name, value in dotenv_values(ENV_FILE).items()}
    return {**written, **os.environ}  # noqa: TID251 - this is where the environment is read


def _explain_errors(error: ValidationError, prefix: str) -> str:
    """Name each mistake by its variable; the values stay out, they may be secrets."""
    lines = []
    for mistake in error.errors(include_input=False, include_url=False):
        name = prefix + "__".join(str(part) for part in mistake["loc"]).upper()
        lines.append(f"{name}: {mistake['msg']}")
    return "\n".join(lines)
