"""The LLM servers of the settings, in the order in which they are asked (OpenAI's protocol)."""

import re
import tomllib
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import urlsplit, urlunsplit

import httpx
from pydantic import ConfigDict, TypeAdapter, ValidationError

from app.errors import BadSettings
from app.kit.field_faults import list_field_faults
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class LlmServer:
    """One server. The key stays out of its repr."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(strict=True, extra="forbid")

    base_url: str  # up to and with /v1, as a rule
    model: str
    key: str = field(default="", repr=False)
    extra: dict[str, Any] = field(default_factory=dict)  # further fields of the request's body

    @property
    def name(self) -> str:
        """The name in logs and records: model@host."""
        return f"{self.model}@{urlsplit(self.base_url).netloc.rpartition('@')[2]}"

    @property
    def url(self) -> str:
        """The URL of requests. The base URL may end with PATH or slashes; its query is kept."""
        return self._join(PATH)

    @property
    def models_url(self) -> str:
        """The URL at which the server lists its models."""
        return self._join(MODELS_PATH)

    @property
    def address(self) -> str:
        """The URL for logs, without user, password and query."""
        parts = urlsplit(self.url)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))

    def _join(self, path: str) -> str:
        parts = urlsplit(self.base_url)
        return urlunsplit(parts._replace(path=_ENDING.sub("", parts.path) + path, fragment=""))


PATH = "/chat/completions"
MODELS_PATH = "/models"
_ENDING = re.compile(rf"/*(?:{PATH}/*)*$", re.IGNORECASE)
_USER = re.compile("//.*@")  # may hold a password
_TABLES = TypeAdapter(list[LlmServer])


def load_servers(settings: Settings) -> tuple[LlmServer, ...]:
    """The server of the LLM_* variables first, then those of LLM_FILE.

    Raises BadSettings with one sentence per fault.
    """
    llm_servers = list(_from_file(settings))
    if settings.llm_base_url:
        key = settings.llm_api_key.get_secret_value()
        llm_servers.insert(0, LlmServer(settings.llm_base_url, settings.llm_model, key))
    faults = [fault for endpoint in llm_servers for fault in _find_faults(endpoint)]
    if faults:
        raise BadSettings(faults)
    return tuple(llm_servers)


def _from_file(settings: Settings) -> list[LlmServer]:
    path = settings.llm_file
    if path is None:
        return []
    try:
        tables = tomllib.loads(path.read_text("utf-8"))["endpoints"]
    except (OSError, ValueError, KeyError) as error:
        raise BadSettings([f"LLM_FILE {path} can't be used: {error!r}."]) from None
    try:
        return _TABLES.validate_python(tables, strict=False)
    except ValidationError as error:
        faults = list_field_faults(error.errors(include_input=False), tables)
        raise BadSettings([f"LLM_FILE {path}: {fault.describe()}." for fault in faults]) from None


def _find_faults(endpoint: LlmServer) -> list[str]:
    faults, safe_url = [], _USER.sub("//", endpoint.base_url)
    if not is_address(endpoint.base_url):
        faults.append(
            f"{safe_url!r} is no base URL: write http:// or https://, a host and a path, "
            "such as http://127.0.0.1:8001/v1."
        )
    if not endpoint.model:
        faults.append(f"LLM_MODEL is not set: name the model as {safe_url} lists it at /models.")
    if not (endpoint.key.isascii() and endpoint.key.isprintable()):
        faults.append(f"The key of {safe_url} has other characters than ASCII's.")
    return faults


def is_address(base_url: str) -> bool:
    """Whether it is an http:// or https:// address with a host."""
    try:
        url, port = httpx.URL(base_url), urlsplit(base_url).port
    except (httpx.InvalidURL, ValueError):
        return False
    return url.scheme in {"http", "https"} and bool(url.host) and port != 0
