"""The settings: read once from environment, .env and secret files, checked, and frozen."""

import contextlib
import ipaddress
import json
import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote, urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.errors import BadSettings

Role = Literal["api", "worker", "both"]
Speaks = Literal["never", "grounded", "brand"]
SQLITE_FILE = "huiyin.db"  # in DATA_DIR: the database of version 0.1
POSTGRES_FOLDER = "postgres"  # in DATA_DIR: the private server of `make run`
COPIED_MARK = "copied-from-0.1"  # in POSTGRES_FOLDER, once SQLITE_FILE was copied
SECRETS = Path("/run/secrets")  # where containers get files; one a secret, such as cms_api_key
EMBEDDED_SECRETS = "embedded.json"  # in DATA_DIR
EMBEDDED_APPID = "wx0000000000embedded"[:18]  # of an account that nobody has configured
FORMS = {  # what is said about a value that its pattern refuses
    "WECHAT_API_BASE": "must be an address that begins with https:// or http://",
    "REDIS_URL": "must be an address that begins with redis://, rediss:// or unix://",
    "DATABASE_URL": "must be an address that begins with postgresql+asyncpg://",
    "DEVICE": "must be auto, cpu, cuda or a GPU by its number, such as cuda:1",
    "PUBLIC_URL": "must be an address that begins with https:// or http://",
    "LLM_BASE_URL": "must be an address that begins with https:// or http://",
    "RERANK_BASE_URL": "must be an address that begins with https:// or http://",
}
PLACEHOLDERS = {"changeme", "change-me", "secret", "token", "password", "your-token", "test"}


class Timing(BaseModel):
    """Time limits in seconds."""

    model_config = ConfigDict(frozen=True)

    reply_within: float = 4.5  # WeChat hangs up at 5
    hold_until: float = 5.5  # a copy that WeChat will repeat is held past its hang-up
    last_delivery_after: float = 9.0  # the third copy comes at 10
    head_within: float = Field(10.0, gt=0)  # for an HTTP request's head; idle connections too
    body_within: float = Field(10.0, gt=0)  # and a second more for each limits.body_rate bytes
    rest_within: float = 60.0  # REST callers wait for up to 256 long texts
    rerank_within: float = Field(1.0, gt=0)  # then the search model verifies the candidates left
    claim_after: float = 5.0  # a worker that renews nothing for so long counts as dead
    blocking_read: float = Field(0.5, ge=0.01)  # of a Redis stream; stopping waits as long
    session: float = 1800.0  # a conversation is over after half an hour of silence
    statistics_every: float = Field(30.0, gt=0)  # between two looks for days to fetch

    @property
    def may_miss_last_copy_after(self) -> float:
        """Seconds after the first copy from which a reply may miss the last one (11.25)."""
        return self.last_delivery_after + self.reply_within / 2

    @property
    def last_copy_answerable_until(self) -> float:
        """Seconds after the first copy until which the last one can still be answered (13)."""
        return self.last_delivery_after + self.reply_within - 0.5

    @property
    def all_copies_answered_after(self) -> float:
        """Seconds after the first copy by which the last one has been answered (15)."""
        return self.last_delivery_after + self.hold_until + 0.5


class Limits(BaseModel):
    """Limits of sizes, numbers and rates."""

    model_config = ConfigDict(frozen=True)

    head_bytes: int = 16 * 1024  # request line and headers
    body_rate: int = Field(10 * 1024, ge=1)  # least bytes a second of a sender
    connections: int = Field(4_096, ge=1)  # beyond them the one idle for longest is closed
    body_bytes: int = 64 * 1024  # the largest callback is about 3 KiB
    rest_body_bytes: int = 4 * 1024 * 1024  # 256 texts of 2,000 characters, escaped
    import_bytes: int = 20 * 1024 * 1024  # files of one import; a worker holds them in memory
    queue: int = 5_000  # users with queued jobs
    mailbox: int = 20  # queued jobs of one user
    batch_tokens: int = 800  # per forward pass: 400 to 800 are best, docs/decisions/0003
    tries: int = 3  # then a job goes to the dead letters
    messages_a_minute: int = Field(120, ge=1)  # of one follower; then one notice, then silence
    messages_a_day: int = Field(5_000, ge=1)
    written_a_day: int = Field(200, ge=0)  # generated answers for one follower
    keep_days: int = Field(180, ge=1)  # of conversations: the law asks for six months


class Settings(BaseSettings):
    """All settings; .env.example explains each."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_ignore_empty=True,  # `ACCOUNTS_FILE=` in a copied .env.example means "not set"
        extra="ignore",
        frozen=True,
        env_nested_delimiter="__",
    )

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    metrics_port: int = Field(0, ge=0, le=65535)  # of a worker; an api shows its own at /metrics
    data_dir: Path = Path("var")
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    wechat_appid: str = ""
    wechat_secret: SecretStr = SecretStr("")
    wechat_token: SecretStr = SecretStr("")
    wechat_aes_key: SecretStr = SecretStr("")
    # plain and compatible take plain bodies; None: safe with an AES key, plain without
    wechat_mode: Literal["plain", "compatible", "safe"] | None = None
    wechat_api_base: str = Field("https://api.weixin.qq.com", pattern=r"^https?://")
    # Of requests to the platform only; a fixed outgoing address is what its IP whitelist needs
    wechat_proxy: SecretStr = SecretStr("")
    # Calls a day by path, where the account's differ from the platform's defaults
    wechat_budgets: dict[str, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    accounts_file: Path | None = None
    brand: str = "回音"
    service_hours: str = "每日 9:00–21:00"

    # Put into the URL if it has none; characters are percent-encoded.
    redis_password: SecretStr = SecretStr("")
    postgres_password: SecretStr = SecretStr("")
    redis_url: str = Field("", pattern=r"^($|rediss?://|unix://)")
    database_url: str = Field("", pattern=r"^($|postgresql\+asyncpg://)")
    device: str = Field("auto", pattern=r"^(auto|cpu|cuda(:\d+)?)$")
    threads: int = Field(1, ge=1)  # of one forward pass; one is best per CPU-second
    encoder_dtype: Literal["auto", "fp32", "bf16"] = "auto"  # auto: by a measurement at start
    models_dir: Path | None = None  # the registry that `python -m models promote` writes to

    # The reranker that verifies candidates: a cross-encoder by its folder or repository, or an
    # endpoint; neither: the shipped search model. The thresholds apply to the reranker only.
    reranker: str = ""
    rerank_base_url: str = Field("", pattern=r"^($|https?://)")
    rerank_model: str = ""
    rerank_api_key: SecretStr = SecretStr("")
    rerank_sure: float = Field(0.5, gt=0, lt=1)
    rerank_possible: float = Field(0.2, gt=0, lt=1)

    # How questions without template or entry are answered; auto: an endpoint if set, else extract
    generator: Literal["auto", "extract", "local", "remote"] = "auto"
    # What a language model may say to followers; None: `brand`, for the local model `grounded`
    model_speaks: Speaks | None = None
    llm_base_url: str = Field("", pattern=r"^($|https?://)")
    llm_api_key: SecretStr = SecretStr("")
    llm_model: str = ""
    llm_file: Path | None = None  # further endpoints, asked in their order when one is down
    cms_api_key: SecretStr = SecretStr("")
    pseudonym_key: SecretStr = SecretStr("")
    order_webhook: str = ""  # of the account `default`; checked with the accounts
    webhook_secret: SecretStr = SecretStr("")
    notify: SecretStr = SecretStr("")  # targets of notices; read by app.notices.targets
    # The api's address in links of notices; empty: http://HOST:PORT
    public_url: str = Field("", pattern=r"^($|https?://)")
    playground: bool | None = None  # None: on in `make run`, off elsewhere; loopback only
    # A Chinese font for covers made from titles; None: an installed one
    cover_font: Path | None = None
    sample: bool = True  # `make run` fills a new database with a sample shop
    consent: bool = True  # show the consent notice at first contact

    timing: Timing = Timing()
    limits: Limits = Limits()

    @model_validator(mode="before")
    @classmethod
    def _add_passwords(cls, values: dict[str, object]) -> dict[str, object]:
        present = {name: value for name, value in values.items() if value != ""}  # empty files too
        for url, password in (
            ("redis_url", "redis_password"),
            ("database_url", "postgres_password"),
        ):
            if isinstance(present.get(url), str) and password in present:
                present[url] = _with_password(str(present[url]), present[password])
        return present

    @property
    def reached_at(self) -> str:
        """The address of the api for links, without a slash at its end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")

    @property
    def kept_for(self) -> timedelta:
        """How long conversations are stored."""
        return timedelta(days=self.limits.keep_days)

    @property
    def key_of_pseudonyms(self) -> str:
        """PSEUDONYM_KEY, else CMS_API_KEY: with another key, followers get other pseudonyms."""
        return self.pseudonym_key.get_secret_value() or self.cms_api_key.get_secret_value()

    @property
    def writes(self) -> Literal["extract", "local", "remote"]:
        """The generator of answers where templates and knowledge have none."""
        if self.generator != "auto":
            return self.generator
        return "remote" if self.llm_base_url or self.llm_file else "extract"

    @property
    def speaks(self) -> Speaks:
        """What a language model may say to followers, if one is configured."""
        return self.model_speaks or ("grounded" if self.writes == "local" else "brand")

    @property
    def models(self) -> Path:
        """The folder of the registry of trained models."""
        return self.models_dir or self.data_dir / "models"


def read(env_file: str | None = ".env", secret_files: Path = SECRETS) -> Settings:
    """Read the environment, `env_file` and the folder of secrets; the former take precedence.

    Raises BadSettings with one sentence per fault.
    """
    secrets_dir = secret_files if secret_files.is_dir() else None
    try:
        return Settings(_env_file=env_file, _secrets_dir=secrets_dir)
    except ValidationError as error:
        raise BadSettings([_describe_fault(fault) for fault in error.errors()]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadSettings(
            [f"{env_file} or a file in {secret_files} can't be read ({error})."]
        ) from None


def _describe_fault(fault: ErrorDetails) -> str:
    name = "__".join(map(str, fault["loc"])).upper()
    is_form = fault["type"] == "string_pattern_mismatch"
    return f"{name}: {FORMS.get(name, fault['msg']) if is_form else fault['msg']}."


def _with_password(url: str, password: object) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:  # reported where the address is opened
        return url
    user, _, host = parts.netloc.rpartition("@")
    if not host or ":" in user:
        return url
    text = password.get_secret_value() if isinstance(password, SecretStr) else str(password)
    return parts._replace(netloc=f"{user}:{quote(text, safe='')}@{host}").geturl()


def load(role: Role, env_file: str | None = ".env") -> Settings:
    """Read and check the settings of a role. Raises BadSettings with one sentence per fault.

    For the embedded run (`both`) missing secrets are made; `api` and `worker` require them.
    """
    settings = read(env_file)
    if role == "both":
        settings = _with_embedded_secrets(settings)
    if faults := find_faults(settings, role):
        raise BadSettings(faults)
    return settings


def find_faults(settings: Settings, role: Role) -> list[str]:
    """One sentence for each setting that is missing, weak or dangerous for this role."""
    faults = [] if role == "both" else _find_missing(settings)
    return faults if role == "worker" else faults + _find_exposure(settings)


def read_language() -> Literal["zh", "en"]:
    """The language of the locale (LC_ALL, LC_MESSAGES, LANG): Chinese, or else English."""
    names = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))  # noqa: TID251
    return "zh" if next(filter(None, names), "").startswith("zh") else "en"


def is_loopback(host: str) -> bool:
    """Whether `host`, an address or a name, is reachable from this machine only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _with_embedded_secrets(settings: Settings) -> Settings:
    overrides: dict[str, object] = {"playground": settings.playground is not False}
    if not settings.wechat_appid:
        overrides["wechat_appid"] = EMBEDDED_APPID
    present = {"wechat_token": settings.wechat_token, "cms_api_key": settings.cms_api_key}
    missing = [name for name, secret in present.items() if not secret.get_secret_value()]
    if missing:
        stored_secrets = embedded_secrets(settings.data_dir)
        overrides |= {name: SecretStr(stored_secrets[name]) for name in missing}
    return settings.model_copy(update=overrides)


def embedded_secrets(data_dir: Path) -> dict[str, str]:
    """WECHAT_TOKEN and CMS_API_KEY of the embedded run: made at its first start, then reused.

    Raises BadSettings when the file can't be written or read.
    """
    file = data_dir / EMBEDDED_SECRETS
    new_secrets = {"wechat_token": secrets.token_hex(8), "cms_api_key": secrets.token_urlsafe(24)}
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        with (
            contextlib.suppress(FileExistsError),
            os.fdopen(
                os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w"
            ) as secrets_file,
        ):
            json.dump(new_secrets, secrets_file)
        return {name: str(json.loads(file.read_text("utf-8"))[name]) for name in new_secrets}
    except OSError as error:
        raise BadSettings([f"DATA_DIR: {file} can't be kept ({error.strerror})."]) from None
    except (ValueError, KeyError, TypeError):
        raise BadSettings([f"{file} is damaged: remove it, and new secrets are made."]) from None


def _find_missing(settings: Settings) -> list[str]:
    faults = []
    if not settings.redis_url:
        faults.append("REDIS_URL is not set: api and worker meet in a shared Redis.")
    if not settings.database_url:
        faults.append("DATABASE_URL is not set: api and worker meet in a shared PostgreSQL.")
    if not settings.accounts_file:
        if not settings.wechat_appid:
            faults.append("WECHAT_APPID is not set: copy it from the account's settings page.")
        faults += _find_weakness("WECHAT_TOKEN", settings.wechat_token, 3)
    faults += _find_weakness("CMS_API_KEY", settings.cms_api_key, 16)
    return faults


def _find_exposure(settings: Settings) -> list[str]:
    if not settings.playground or is_loopback(settings.host):
        return []
    return [
        f"HOST is {settings.host}, and whoever reaches /playground may read and erase as any "
        "follower without a key: set PLAYGROUND=false, or HOST=127.0.0.1."
    ]


def _find_weakness(name: str, secret: SecretStr, shortest: int) -> list[str]:
    value = secret.get_secret_value()
    if not value:
        return [f"{name} is not set: choose a random one of at least {shortest} characters."]
    if value.lower() in PLACEHOLDERS or len(value) < shortest:
        return [f"{name} is a default or too short: use {shortest} random characters or more."]
    return []
