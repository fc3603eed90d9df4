"""The settings: read once, checked, and frozen.

`values` has each setting with its default, `limits` those of time, size and number; `reading` reads
and checks them, `checks` says what is missing or dangerous, `embedded` makes the secrets of the
embedded run. .env.example explains each setting.
"""

from app.settings.checks import find_faults, is_loopback
from app.settings.embedded import (
    COPIED_MARK,
    EMBEDDED_APPID,
    EMBEDDED_SECRETS,
    POSTGRES_FOLDER,
    SQLITE_FILE,
    embedded_secrets,
)
from app.settings.limits import Limits, Timing
from app.settings.reading import load, read, read_language
from app.settings.values import Role, Settings, Speaks

__all__ = [
    "COPIED_MARK",
    "EMBEDDED_APPID",
    "EMBEDDED_SECRETS",
    "POSTGRES_FOLDER",
    "SQLITE_FILE",
    "Limits",
    "Role",
    "Settings",
    "Speaks",
    "Timing",
    "embedded_secrets",
    "find_faults",
    "is_loopback",
    "load",
    "read",
    "read_language",
]
