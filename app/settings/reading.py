"""Reads the settings from environment, .env and secret files, and checks them."""

import os
import re
from pathlib import Path
from typing import Literal

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import SettingsError

from app.errors import BadSettings
from app.settings.checks import find_faults
from app.settings.embedded import with_embedded_secrets
from app.settings.values import Role, Settings

SECRETS = Path("/run/secrets")  # where containers get files; one a secret, such as cms_api_key
FORMS = {  # what is said about a value that its pattern refuses
    "WECHAT_API_BASE": "must be an address that begins with https:// or http://",
    "REDIS_URL": "must be an address that begins with redis://, rediss:// or unix://",
    "DATABASE_URL": "must be an address that begins with postgresql+asyncpg://",
    "DEVICE": "must be auto, cpu, cuda or a GPU by its number, such as cuda:1",
    "PUBLIC_URL": "must be an address that begins with https:// or http://",
    "LLM_BASE_URL": "must be an address that begins with https:// or http://",
    "RERANK_BASE_URL": "must be an address that begins with https:// or http://",
}


def load(role: Role, env_file: str | None = ".env") -> Settings:
    """Read and check the settings of a role. Raises BadSettings with one sentence per fault.

    For the embedded run (`both`) missing secrets are made; `api` and `worker` require them.
    """
    settings = read(env_file)
    if role == "both":
        settings = with_embedded_secrets(settings)
    if faults := find_faults(settings, role):
        raise BadSettings(faults)
    return settings


def read(env_file: str | None = ".env", secret_files: Path = SECRETS) -> Settings:
    """Read the environment, `env_file` and the folder of secrets; the former take precedence.

    Raises BadSettings with one sentence per fault.
    """
    secrets_dir = secret_files if secret_files.is_dir() else None
    try:
        return Settings(_env_file=env_file, _secrets_dir=secrets_dir)
    except ValidationError as error:
        raise BadSettings([_describe_fault(fault) for fault in error.errors()]) from None
    except SettingsError as error:  # a list or an object that is no JSON
        name = re.sub(r'.*field "(\w+)".*', r"\1", str(error), flags=re.DOTALL).upper()
        raise BadSettings([f"{name}: must be JSON, as docs/operating.md shows it."]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadSettings(
            [f"{env_file} or a file in {secret_files} can't be read ({error})."]
        ) from None


def _describe_fault(fault: ErrorDetails) -> str:
    name = "__".join(map(str, fault["loc"])).upper()
    is_form = fault["type"] == "string_pattern_mismatch"
    return f"{name}: {FORMS.get(name, fault['msg']) if is_form else fault['msg']}."


def read_language() -> Literal["zh", "en"]:
    """The language of the locale (LC_ALL, LC_MESSAGES, LANG): Chinese, or else English."""
    names = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))  # noqa: TID251
    return "zh" if next(filter(None, names), "").startswith("zh") else "en"
