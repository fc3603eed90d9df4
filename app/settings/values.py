"""All settings: names, defaults and what is derived from them."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote, urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.settings.limits import Limits, Timing

Role = Literal["api", "worker", "both"]  # of a process
Speaks = Literal["never", "grounded", "brand"]


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
    # The registries of accounts' own click models, shared by all workers; None: `account-models` in
    # DATA_DIR. Workers write to them
    account_models_dir: Path | None = None
    # Train an account's own click model each night, where its tests have news
    train_clicks_nightly: bool = True
    # The folder of sealed days of events, shared by all workers; None: `events` in DATA_DIR
    events_dir: Path | None = None
    events_open_days: int = Field(90, ge=2)  # before today that stay in the database
    # Older events are deleted; 400: the profiles of followers look back so far
    events_keep_days: int = Field(400, ge=3)
    # Where events are analysed; postgresql: in the database, and no day is sealed
    analytics: Literal["duckdb", "postgresql"] = "duckdb"
    # Where the item vectors of very large catalogues are; pgvector: an extension of the database
    item_search: Literal["memory", "pgvector"] = "memory"

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
    # Of the account `default`: where links that count may lead; checked with the accounts
    link_domains: list[str] = Field(default_factory=list)
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

    @property
    def account_models(self) -> Path:
        """The folder with a registry for each account that has a click model of its own."""
        return self.account_models_dir or self.data_dir / "account-models"

    @property
    def open_days(self) -> int | None:
        """Days of events before today that aren't sealed; None: none is."""
        return self.events_open_days if self.analytics == "duckdb" else None

    @property
    def sealed_events(self) -> Path:
        """The folder of sealed days of events."""
        return self.events_dir or self.data_dir / "events"


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
