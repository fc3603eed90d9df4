"""What is missing, weak or dangerous in the settings of a role."""

import ipaddress

from pydantic import SecretStr

from app.settings.values import Role, Settings

PLACEHOLDERS = {"changeme", "change-me", "secret", "token", "password", "your-token", "test"}


def find_faults(settings: Settings, role: Role) -> list[str]:
    """One sentence for each setting that is missing, weak or dangerous for this role."""
    faults = [] if role == "both" else _find_missing(settings)
    faults += _find_short_keeping(settings)
    return faults if role == "worker" else faults + _find_exposure(settings)


def is_loopback(host: str) -> bool:
    """Whether `host`, an address or a name, is reachable from this machine only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


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


def _find_short_keeping(settings: Settings) -> list[str]:
    if settings.events_keep_days > settings.events_open_days:
        return []
    return [
        f"EVENTS_KEEP_DAYS is {settings.events_keep_days}, and EVENTS_OPEN_DAYS"
        f" {settings.events_open_days}: keep events longer than they stay in the database."
    ]


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
