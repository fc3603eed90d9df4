"""What a check returns: its status, what it saw, and what to do, in Chinese and English."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

CheckStatus = Literal["ok", "warn", "fault"]
DoctorLanguage = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class BilingualText:
    """A text in both languages."""

    zh: str = ""
    en: str = ""

    def in_language(self, language: DoctorLanguage) -> str:
        """The text in one of them."""
        return self.zh if language == "zh" else self.en


NOTHING_TO_DO = BilingualText()


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of one check. `name` is a key of CHECK_TITLES. No text has a secret."""

    name: str
    status: CheckStatus
    detail: BilingualText
    remedy: BilingualText = NOTHING_TO_DO


@dataclass(frozen=True, slots=True)
class Check:
    """A function that makes the results of these names; it is stopped at the time limit.

    `needs`: the checks that come before it in the list, and without which it is skipped.
    """

    names: tuple[str, ...]
    run: Callable[[], Awaitable[Sequence[CheckResult]]]
    needs: tuple[str, ...] = ()


CHECK_TITLES: Mapping[str, BilingualText] = {
    "settings": BilingualText("设置", "Settings"),
    "callback_settings": BilingualText("回调设置", "Callback settings"),
    "redis": BilingualText("Redis", "Redis"),
    "database": BilingualText("数据库", "Database"),
    "models": BilingualText("本地模型", "Local models"),
    "language_models": BilingualText("大模型服务", "Language models"),
    "network": BilingualText("到微信接口的网络", "Network to WeChat"),
    "clock": BilingualText("系统时钟", "Clock"),
    "token": BilingualText("接口凭证", "Access token"),
    "callback": BilingualText("回调地址可达", "Callback reachable"),
    "callbacks": BilingualText("收到的回调", "Callbacks"),
    "account": BilingualText("账号类型与认证", "Account and verification"),
    "rights": BilingualText("接口权限", "Rights"),
    "quota": BilingualText("接口额度", "Quota"),
    "counting_links": BilingualText("计数链接", "Links that count"),
}
