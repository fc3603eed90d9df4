"""Every sentence about wrong settings has a Chinese one."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from app import accounts
from app.doctor.settings_in_chinese import translate_fault
from app.errors import BadSettings
from app.settings import Settings, find_faults, read

BAD_VALUES = {
    "WECHAT_API_BASE": "ftp://x", "REDIS_URL": "x://y", "DATABASE_URL": "mysql://x",
    "DEVICE": "tpu", "PUBLIC_URL": "x", "LLM_BASE_URL": "x", "WECHAT_MODE": "none", "PORT": "x",
}  # fmt: skip
ACCOUNT: dict[str, Any] = {"wechat_appid": "wx1", "wechat_token": SecretStr("token-of-shop")}
BAD_ACCOUNTS: list[dict[str, Any]] = [
    {"wechat_token": SecretStr("")},
    {"wechat_aes_key": SecretStr("short")},
    {"wechat_mode": "safe"},
    {"order_webhook": "shop.example"},
    {"order_webhook": "https://shop.example/a", "webhook_secret": SecretStr("short")},
]


def is_chinese(sentence: str) -> bool:
    return sentence.endswith("。")


def test_what_is_missing_weak_or_exposed_is_told_in_chinese() -> None:
    empty = Settings(_env_file=None)
    weak = Settings(_env_file=None, wechat_appid="wx1", wechat_token=SecretStr("token"),
                    cms_api_key=SecretStr("x"), playground=True, host="0.0.0.0",
                    events_keep_days=30)  # fmt: skip

    sentences = [*find_faults(empty, "api"), *find_faults(weak, "api")]

    assert len(sentences) == 11
    assert [each for each in sentences if not is_chinese(translate_fault(each))] == []


@pytest.mark.parametrize("name", BAD_VALUES)
def test_a_value_of_a_wrong_form_is_told_in_chinese(tmp_path: Path, name: str) -> None:
    file = tmp_path / ".env"
    file.write_text(f"{name}={BAD_VALUES[name]}")

    with pytest.raises(BadSettings) as refusal:
        read(str(file))

    [fault] = refusal.value.faults
    assert is_chinese(translate_fault(fault)), fault


@pytest.mark.parametrize("values", BAD_ACCOUNTS)
def test_faults_of_an_account_are_told_in_chinese(values: dict[str, Any]) -> None:
    with pytest.raises(BadSettings) as refusal:
        accounts.load(Settings(_env_file=None, **(ACCOUNT | values)))

    assert [each for each in refusal.value.faults if not is_chinese(translate_fault(each))] == []


def test_the_values_stand_in_the_chinese_sentence() -> None:
    fault = "WECHAT_API_BASE: must be an address that begins with https:// or http://."

    assert translate_fault(fault) == "WECHAT_API_BASE：须是以 https:// 或 http:// 开头的地址。"


def test_an_unknown_sentence_stays() -> None:
    assert translate_fault("The disk is full.") == "The disk is full."
