"""Files in DATA_DIR of the embedded run (`make run`), and the secrets that it makes for itself."""

import contextlib
import json
import os
import secrets
from pathlib import Path

from pydantic import SecretStr

from app.errors import BadSettings
from app.settings.values import Settings

SQLITE_FILE = "huiyin.db"  # the database of version 0.1
POSTGRES_FOLDER = "postgres"  # the private server
COPIED_MARK = "copied-from-0.1"  # in POSTGRES_FOLDER, once SQLITE_FILE was copied
EMBEDDED_SECRETS = "embedded.json"
EMBEDDED_APPID = "wx0000000000embedded"[:18]  # of an account that nobody has configured


def with_embedded_secrets(settings: Settings) -> Settings:
    """The settings with an account and secrets; those that are set stay. Raises BadSettings."""
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
