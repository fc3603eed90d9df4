"""Checks of what this machine needs: settings, Redis, the database, models on disk."""

import asyncio
from pathlib import Path

from asyncpg import InterfaceError, PostgresError
from sqlalchemy.exc import SQLAlchemyError

from app.accounts import Account
from app.db import engines, schema
from app.doctor.settings_in_chinese import translate_fault
from app.doctor.values import BilingualText, CheckResult
from app.errors import BadSettings
from app.resources import RedisRefused, describe_redis, redis_client, wait_for_redis
from app.settings import Settings, find_faults

EMBEDDED = BilingualText(
    "未设置：`make run` 会自带一个；单独运行 api 与 worker 时必须设置。",
    "not set: `make run` brings its own; api and worker by themselves need it.",
)

REDIS_REMEDY = BilingualText(
    "启动 Redis，核对 REDIS_URL 的主机、端口、用户名与密码，以及防火墙。",
    "Start Redis; compare host, port, user and password in REDIS_URL, and the firewall.",
)

# A wrong password, or an address that the driver can't use: a port over 65,535, an unknown option.
UNUSABLE_DATABASE = (
    SQLAlchemyError, PostgresError, InterfaceError, OSError, OverflowError, TypeError,
)  # fmt: skip


def is_embedded(settings: Settings) -> bool:
    """Whether only `make run` can work with these settings."""
    return not (settings.redis_url or settings.database_url)


def describe_bad_settings(faults: list[str], name: str = "settings") -> CheckResult:
    """The result for settings that can't be used; each fault is a sentence."""
    return CheckResult(
        name,
        "fault",
        BilingualText("\n".join(map(translate_fault, faults)), "\n".join(faults)),
        BilingualText(
            "按提示修改 .env 或环境变量，每项的说明见 .env.example。",
            "Correct .env or the environment; .env.example explains each setting.",
        ),
    )


def check_settings(settings: Settings) -> CheckResult:
    """Whether all settings are there that the service needs."""
    faults = find_faults(settings, "both" if is_embedded(settings) else "api")
    if faults:
        return describe_bad_settings(faults)
    days = settings.events_keep_days
    return CheckResult(
        "settings",
        "ok",
        BilingualText(f"齐全；行为事件保存 {days} 天", f"complete; events are kept {days} days"),
    )


def check_callback_settings(account: Account) -> CheckResult:
    """Whether messages are encrypted. Token and key are checked when the account is loaded."""
    if not account.aes_key:
        return CheckResult(
            "callback_settings",
            "warn",
            BilingualText(
                "明文模式：未设置 EncodingAESKey", "plain mode: no EncodingAESKey is set"
            ),
            BilingualText(
                "在「消息与事件推送」中生成 EncodingAESKey，填入 WECHAT_AES_KEY，"
                "并选「安全模式」。",
                "Generate an EncodingAESKey at 消息与事件推送, copy it to WECHAT_AES_KEY, and "
                "choose 安全模式.",
            ),
        )
    mode = account.mode or "safe"
    zh = {"safe": "安全模式", "compatible": "兼容模式", "plain": "明文模式"}[mode]
    return CheckResult(
        "callback_settings",
        "ok",
        BilingualText(
            f"Token 已设置，EncodingAESKey 为 43 个字符，{zh}",
            f"Token is set, EncodingAESKey has 43 characters, mode {mode}",
        ),
    )


def check_counting_links(account: Account, public_url: str) -> CheckResult:
    """Whether taps on recommended items are counted: it takes domains and PUBLIC_URL."""
    name, domains = "counting_links", "、".join(account.link_domains)
    if not domains:
        return CheckResult(
            name,
            "ok",
            BilingualText(
                "未启用：LINK_DOMAINS 为空，推荐内容的链接不计点击",
                "off: LINK_DOMAINS is empty, taps on recommended items aren't counted",
            ),
        )
    if not public_url:
        return CheckResult(
            name,
            "warn",
            BilingualText(
                "未设置 PUBLIC_URL：推荐内容用原链接，点击不计数",
                "PUBLIC_URL is not set: recommended items have plain links, without counts",
            ),
            BilingualText(
                "把 PUBLIC_URL 设为粉丝能打开的 api 地址，如 https://wx.example.com。",
                "Set PUBLIC_URL to the api's address that followers reach, such as "
                "https://wx.example.com.",
            ),
        )
    return CheckResult(
        name,
        "ok",
        BilingualText(f"{public_url} 计数后跳转到 {domains}", f"{public_url} leads to {domains}"),
    )


async def check_redis(url: str, seconds: float) -> CheckResult:
    """Whether Redis answers within `seconds` and accepts our password."""
    if not url:
        return CheckResult("redis", "warn", EMBEDDED)
    place = "REDIS_URL"
    try:
        async with redis_client(url, seconds=seconds, retries=0) as redis:
            place = describe_redis(redis)
            await wait_for_redis(redis, within=0)
    except RedisRefused:
        detail = BilingualText(
            f"Redis（{place}）拒绝了用户名或密码",
            f"Redis at {place} refuses the user or the password",
        )
        return CheckResult("redis", "fault", detail, REDIS_REMEDY)
    except BadSettings as error:
        detail = BilingualText(f"连不上 Redis（{place}）", f"{error}")
        return CheckResult("redis", "fault", detail, REDIS_REMEDY)
    return CheckResult("redis", "ok", BilingualText("可用", "answers"))


async def check_database(url: str, seconds: float) -> CheckResult:
    """Whether PostgreSQL answers within `seconds`, and whether its tables are of this version."""
    if not url:
        return CheckResult("database", "warn", EMBEDDED)
    try:
        engine = engines.open_engine(url)
    except (SQLAlchemyError, ValueError):
        return _describe_unreachable("DATABASE_URL")
    try:
        async with asyncio.timeout(seconds):
            await engines.ping(engine)
            await schema.check(engine)
    except (schema.DatabaseOutdated, schema.DatabaseTooNew) as error:
        place = engines.describe_place(engine.url)
        return _describe_other_version(place, is_newer=isinstance(error, schema.DatabaseTooNew))
    except (*engines.UNAVAILABLE, *UNUSABLE_DATABASE):
        return _describe_unreachable(engines.describe_place(engine.url))
    finally:
        await engine.dispose()
    return CheckResult("database", "ok", BilingualText("可用，已迁移", "answers, migrated"))


async def check_models(*, writer: bool, weights: Path | None = None) -> CheckResult:
    """Whether the weights of the local models are on disk."""
    try:
        from app.inference.local.installed import find_missing_weights
    except ImportError:  # an api process needs none of the worker's libraries
        detail = BilingualText(
            "这里没有安装 worker 的依赖：请在运行 worker 的机器上检查",
            "the worker's libraries are not installed here: check where a worker runs",
        )
        return CheckResult("models", "warn", detail)
    missing = await asyncio.to_thread(find_missing_weights, writer=writer, folder=weights)
    if missing:
        names = ", ".join(missing)
        return CheckResult(
            "models",
            "fault",
            BilingualText(f"缺少模型权重，或权重不完整：{names}", f"weights missing: {names}"),
            BilingualText(
                "运行 `python -m models fetch`；无法联网时用 --from 指定已下载的文件夹。",
                "Run `python -m models fetch`; without a network name a folder with --from.",
            ),
        )
    return CheckResult("models", "ok", BilingualText("权重齐全", "all weights are there"))


def _describe_other_version(place: str, *, is_newer: bool) -> CheckResult:
    if is_newer:
        detail = BilingualText(
            f"数据库 {place} 属于更新的版本", f"the database {place} is of a newer version"
        )
        remedy = BilingualText(
            "启动与数据库相符的新版本；旧版本不能使用它。",
            "Start the version that it belongs to; this one can't use it.",
        )
    else:
        detail = BilingualText(
            f"数据库 {place} 的表结构落后于本版本", f"the database {place} is behind this version"
        )
        remedy = BilingualText("运行 `python -m app migrate`。", "Run `python -m app migrate`.")
    return CheckResult("database", "fault", detail, remedy)


def _describe_unreachable(place: str) -> CheckResult:
    return CheckResult(
        "database",
        "fault",
        BilingualText(f"连不上数据库：{place}", f"no database can be opened at {place}"),
        BilingualText(
            "启动 PostgreSQL，核对 DATABASE_URL 的主机、端口、用户与密码，以及防火墙。",
            "Start PostgreSQL; compare host, port, user and password in DATABASE_URL, and the "
            "firewall.",
        ),
    )
