from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from app.errors import BadSettings
from app.inference.remote.language_models import servers
from app.inference.remote.language_models.servers import LlmServer
from app.settings import Settings

FILE = """
[[endpoints]]
base_url = "https://models.example/v1"
model = "large"
key = "sk-1"
extra = { enable_thinking = false }
"""


def settings(folder: Path, content: str | None = None, **changed: Any) -> Settings:
    if content is not None:
        (folder / "llm.toml").write_text(content, "utf-8")
        changed["llm_file"] = folder / "llm.toml"
    return Settings(_env_file=None, **changed)


def test_the_endpoint_of_the_variables_is_asked_first(tmp_path: Path) -> None:
    endpoints = servers.load_servers(
        settings(
            tmp_path, FILE, llm_base_url="http://127.0.0.1:8001/v1", llm_model="small",
            llm_api_key=SecretStr("sk-0"),
        )
    )  # fmt: skip

    assert endpoints == (
        LlmServer("http://127.0.0.1:8001/v1", "small", "sk-0"),
        LlmServer("https://models.example/v1", "large", "sk-1", {"enable_thinking": False}),
    )
    assert [e.name for e in endpoints] == ["small@127.0.0.1:8001", "large@models.example"]
    assert "sk-" not in repr(endpoints)


def test_the_example_can_be_used() -> None:
    endpoints = servers.load_servers(
        Settings(_env_file=None, llm_file=Path("docs/llm.example.toml"))
    )

    assert [e.model for e in endpoints] == ["Qwen/Qwen2.5-7B-Instruct", "qwen-plus"]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("endpoints = 3", "must be a list"),
        ("[[endpoints]]\nmodel = 'x'", ": [0].base_url: required, but missing"),
        (
            "[[endpoints]]\nbase_url = 'http://a'\nmodel = 'x'\nkye = ''",
            "[0].kye: there is no such field",
        ),
        ("[[endpoints]]\nbase_url = 'a/v1'\nmodel = 'x'", "'a/v1' is no base URL"),
        ("[[endpoints]]\nbase_url = 'http:///v1'\nmodel = 'x'", "'http:///v1' is no base URL"),
        ("[[endpoints]]\nbase_url = 'http://a:99999'\nmodel = 'x'", "is no base URL"),
        ("[[endpoints]]\nbase_url = 'http://a:b/v1'\nmodel = 'x'", "is no base URL"),
        ("[[endpoints]]\nbase_url = 'http://u:p@a:b/v1'\nmodel = 'x'", "'http://a:b/v1' is no"),
        ("[[endpoints]]\nbase_url = 'http://u:p@a/v1'\nmodel = ''", "as http://a/v1 lists it"),
        ("[[endpoints]]\nbase_url = 'http://a'\nmodel = ''", "LLM_MODEL is not set"),
        ("[[endpoints]]\nbase_url = 'http://a'\nmodel = 'x'\nkey = '密'", "than ASCII's"),
        ("[[endpoints]]\nbase_url = 'http://a'\nmodel = 'x'\nkey = \"k\\n\"", "than ASCII's"),
        ("nothing = 1", "can't be used: KeyError"),
        ("no toml", "can't be used: TOMLDecodeError"),
    ],
)
def test_a_fault_of_the_file_is_one_sentence(tmp_path: Path, content: str, fault: str) -> None:
    with pytest.raises(BadSettings) as refused:
        servers.load_servers(settings(tmp_path, content))

    assert [fault in each for each in refused.value.faults] == [True]


@pytest.mark.parametrize(
    ("base_url", "url"),
    [
        ("http://a/v1", "http://a/v1/chat/completions"),
        ("http://a/v1/", "http://a/v1/chat/completions"),
        ("http://a/v1/chat/completions", "http://a/v1/chat/completions"),
        ("http://a/v1/chat/completions/", "http://a/v1/chat/completions"),
        ("http://a/v1/Chat/Completions", "http://a/v1/chat/completions"),
        ("http://a", "http://a/chat/completions"),
        ("http://a/d?version=1", "http://a/d/chat/completions?version=1"),
        ("http://a/chat/v1#x", "http://a/chat/v1/chat/completions"),
    ],
)
def test_the_path_stands_once_in_an_url(base_url: str, url: str) -> None:
    assert LlmServer(base_url, "m").url == url


def test_what_logs_show_of_an_endpoint_holds_no_password() -> None:
    endpoint = LlmServer("http://user:pass@a:8/v1?key=secret", "m")

    assert (endpoint.name, endpoint.address) == ("m@a:8", "http://a:8/v1/chat/completions")


@pytest.mark.parametrize(
    ("changed", "writes"),
    [
        ({}, "extract"),
        ({"llm_base_url": "http://a/v1"}, "remote"),
        ({"llm_file": "llm.toml"}, "remote"),
        ({"generator": "extract", "llm_base_url": "http://a/v1"}, "extract"),
        ({"generator": "local"}, "local"),
    ],
)
def test_who_writes(tmp_path: Path, changed: dict[str, Any], writes: str) -> None:
    assert settings(tmp_path, **changed).writes == writes
