"""The commonest faults, each over a socket: what is told in both languages, and what to do."""

import time
from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.account_rights.store import RightsStore
from app.account_rights.values import AccountRight
from app.doctor.account_checks import describe_callback
from app.doctor.server_checks import check_counting_links
from app.doctor.values import BilingualText, CheckResult
from app.kit.ports import find_free_port
from app.resources import redis_client
from app.simulator.accounts import quotas
from app.simulator.platform import Platform
from app.wechat.client.families.basics import CallbackReport, PingResult, ResolvedAddress
from app.wechat.client.families.drafts import ADD_DRAFT
from tests.doctor.patient import Patient
from tests.support.serve import serving
from tests.wechat.client.support import SHOP, make_platform

LLM_KEY = "sk-of-the-shop"


def check_told(result: CheckResult, status: str, detail: BilingualText, remedy: str) -> None:
    """Compare what was seen; `remedy` stands in what to do, in both languages."""
    assert (result.status, result.detail) == (status, detail)
    assert remedy in result.remedy.zh
    assert remedy in result.remedy.en


async def test_a_service_without_faults_has_none(patient: Patient) -> None:
    results = await patient.examine(make_platform())

    assert {name: result.status for name, result in results.items()} == dict.fromkeys(
        [
            "settings", "callback_settings", "redis", "database", "models", "language_models",
            "network", "clock", "token", "callback", "callbacks", "account", "rights", "quota",
            "counting_links",
        ],
        "ok",
    )  # fmt: skip


async def test_an_address_that_is_not_whitelisted_is_named(patient: Patient) -> None:
    platform = make_platform(ip_whitelist=frozenset({"203.0.113.7"}))

    results = await patient.examine(platform)

    check_told(
        results["token"], "fault",
        BilingualText(
            "本机出口 IP 127.0.0.1 不在 IP 白名单中",
            "our outgoing address 127.0.0.1 is not on the IP whitelist",
        ),
        "127.0.0.1",
    )  # fmt: skip
    assert "WECHAT_PROXY" in results["token"].remedy.zh
    assert results["rights"] == CheckResult(
        "rights", "warn",
        BilingualText(
            "未检查：先解决「接口凭证」", "not checked: see the row Access token first"
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("options", "code", "meaning"),
    [
        ({"secret": "another"}, 40125, "不合法的 AppSecret"),
        ({"secret_frozen": True}, 40243, "AppSecret 已被冻结"),
    ],
    ids=["wrong", "frozen"],
)
async def test_a_secret_that_is_wrong_or_frozen_is_told(
    patient: Patient, options: dict[str, Any], code: int, meaning: str
) -> None:
    platform = make_platform_with(**options)

    token = (await patient.examine(platform))["token"]

    assert (token.status, token.detail.zh) == ("fault", f"{code} {meaning}")
    assert token.detail.en.startswith(f"{code} ")
    assert "AppSecret" in token.remedy.zh
    assert "AppSecret" in token.remedy.en
    assert patient.account.secret not in repr(token)


async def test_an_unknown_appid_is_told(patient: Patient) -> None:
    token = (await patient.examine(make_platform_with(appid="wx2")))["token"]

    assert (token.status, token.detail.zh) == ("fault", "40013 不合法的 AppID")


async def test_an_unverified_account_has_few_rights(patient: Patient) -> None:
    results = await patient.examine(make_platform(kind="subscription", verified=False))

    check_told(
        results["account"], "warn",
        BilingualText("公众号（订阅号），未认证", "subscription account, not verified"),
        "微信认证",
    )  # fmt: skip
    assert results["rights"].status == "warn"
    assert results["rights"].detail == BilingualText(
        "没有权限：发布、群发、客服消息、客服管理、用户管理、标签、自定义菜单、留言管理、"
        "带参数二维码、模板消息、订阅通知、数据统计",
        "may not use: publishing, mass sends, customer-service messages, customer-service desk, "
        "followers, tags, menus, comments, QR codes, template messages, subscribe notices, "
        "statistics",
    )


async def test_a_right_that_the_service_was_refused_is_missing(patient: Patient) -> None:
    async with redis_client(patient.redis_url) as redis:
        await RightsStore(redis).mark_refused(patient.account.appid, AccountRight.PUBLISHING)
        rights = (await patient.examine(make_platform()))["rights"]
        stored = await RightsStore(redis).read(patient.account.appid)

    assert rights.detail == BilingualText("没有权限：发布", "may not use: publishing")
    assert stored is not None
    assert stored.answer.may(AccountRight.PUBLISHING)


async def test_a_personal_account_is_told_what_it_can_do(patient: Patient) -> None:
    account = (await patient.examine(make_platform(kind="personal", verified=False)))["account"]

    assert account.status == "warn"
    assert account.detail == BilingualText(
        "个人公众号，不能认证", "personal account, which can't be verified"
    )
    assert (account.remedy.zh[:9], account.remedy.en[:23]) == (
        "被动回复与草稿可用", "Replies and drafts work"
    )  # fmt: skip


async def test_a_callback_that_is_not_entered_is_told(patient: Patient) -> None:
    callback = (await patient.examine(make_platform_with(callback_url="")))["callback"]

    assert (callback.status, callback.detail.zh) == ("fault", "40201 未填写服务器回调地址")
    assert callback.detail.en.startswith("40201 ")
    assert "消息与事件推送" in callback.remedy.zh
    assert "消息与事件推送" in callback.remedy.en


def test_a_callback_that_is_not_reached_is_told() -> None:
    report = CallbackReport(
        dns=(ResolvedAddress(ip="203.0.113.7"),),
        ping=(PingResult(ip="203.0.113.7", package_loss="100%"),),
    )

    check_told(
        describe_callback(report), "fault",
        BilingualText(
            "微信无法访问回调服务器 203.0.113.7", "the platform can't reach 203.0.113.7"
        ),
        "443",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("public_url", "status", "detail"),
    [
        ("", "warn", "未设置 PUBLIC_URL：推荐内容用原链接，点击不计数"),
        ("https://wx.example.com", "ok", "https://wx.example.com 计数后跳转到 shop.example.com"),
    ],
)
def test_links_that_cannot_be_counted_are_told(public_url: str, status: str, detail: str) -> None:
    account = replace(SHOP, link_domains=("shop.example.com",))

    result = check_counting_links(account, public_url)

    assert (result.status, result.detail.zh) == (status, detail)


@pytest.mark.parametrize(
    ("skew", "detail"),
    [
        (3600, BilingualText("比微信服务器快", "ahead of the platform's clock")),
        (-3600, BilingualText("比微信服务器慢", "behind the platform's clock")),
    ],
)
async def test_a_clock_that_is_wrong_is_told(
    patient: Patient, skew: int, detail: BilingualText
) -> None:
    patient.examination["clock"] = lambda: time.time() + skew

    clock = (await patient.examine(make_platform()))["clock"]

    assert clock.status == "fault"
    assert clock.detail.zh.startswith(detail.zh)
    assert clock.detail.en.endswith(detail.en)
    assert "timedatectl" in clock.remedy.zh


async def test_a_redis_that_is_away_is_told(patient: Patient) -> None:
    patient.redis_url = f"redis://:pass-of-redis@127.0.0.1:{find_free_port()}/0"

    results = await patient.examine(make_platform())

    place = patient.redis_url.rpartition("@")[2]
    assert results["redis"].status == "fault"
    assert results["redis"].detail.zh == f"连不上 Redis（{place}）"
    assert f"no Redis answers at {place}" in results["redis"].detail.en
    assert "REDIS_URL" in results["redis"].remedy.zh
    assert "REDIS_URL" in results["redis"].remedy.en
    assert results["token"].status == "ok"
    assert results["quota"].detail.zh == "未检查：先解决「Redis」"
    assert "pass-of-redis" not in repr(results)


async def test_a_password_that_redis_refuses_is_told_and_not_shown(patient: Patient) -> None:
    place = patient.redis_url.removeprefix("redis://")
    patient.redis_url = f"redis://nobody:pass-of-redis@{place}"

    redis = (await patient.examine(make_platform()))["redis"]

    check_told(
        redis, "fault",
        BilingualText(
            f"Redis（{place}）拒绝了用户名或密码",
            f"Redis at {place} refuses the user or the password",
        ),
        "REDIS_URL",
    )  # fmt: skip
    assert "pass-of-redis" not in repr(redis)


async def test_a_database_that_is_away_is_told(patient: Patient) -> None:
    port = find_free_port()
    patient.database_url = f"postgresql+asyncpg://huiyin:pass-of-db@127.0.0.1:{port}/huiyin"

    results = await patient.examine(make_platform())

    place = f"127.0.0.1:{port}/huiyin"
    check_told(
        results["database"], "fault",
        BilingualText(f"连不上数据库：{place}", f"no database can be opened at {place}"),
        "DATABASE_URL",
    )  # fmt: skip
    assert "pass-of-db" not in repr(results)


async def test_a_password_that_the_database_refuses_is_told_and_not_shown(
    patient: Patient,
) -> None:
    url = make_url(patient.database_url).set(password="pass-of-db")
    patient.database_url = url.render_as_string(hide_password=False)

    database = (await patient.examine(make_platform()))["database"]

    assert (database.status, "DATABASE_URL" in database.remedy.zh) == ("fault", True)
    assert "pass-of-db" not in repr(database)


async def test_a_database_that_is_not_migrated_is_told(
    patient: Patient, engine: AsyncEngine
) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("DELETE FROM alembic_version"))

    database = (await patient.examine(make_platform()))["database"]

    place = patient.database_url.rpartition("@")[2]
    assert database == CheckResult(
        "database", "fault",
        BilingualText(
            f"数据库 {place} 的表结构落后于本版本", f"the database {place} is behind this version"
        ),
        BilingualText("运行 `python -m app migrate`。", "Run `python -m app migrate`."),
    )  # fmt: skip


async def test_a_database_of_a_newer_version_is_not_to_be_migrated(
    patient: Patient, engine: AsyncEngine
) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    database = (await patient.examine(make_platform()))["database"]

    assert (database.status, "更新的版本" in database.detail.zh) == ("fault", True)
    assert "newer version" in database.detail.en
    assert ("migrate" in database.remedy.zh, "migrate" in database.remedy.en) == (False, False)


async def test_weights_that_are_missing_are_named(patient: Patient) -> None:
    (patient.weights / "multilingual-e5-small" / "base.json").unlink()

    models = (await patient.examine(make_platform()))["models"]

    check_told(
        models, "fault",
        BilingualText(
            "缺少模型权重，或权重不完整：multilingual-e5-small",
            "weights missing: multilingual-e5-small",
        ),
        "python -m models fetch",
    )  # fmt: skip


async def test_a_language_model_server_that_is_away_is_named(patient: Patient) -> None:
    port = find_free_port()
    patient.settings = {"llm_base_url": f"http://127.0.0.1:{port}/v1", "llm_model": "qwen"}

    servers = (await patient.examine(make_platform()))["language_models"]

    name = f"qwen@127.0.0.1:{port}"
    check_told(
        servers, "fault",
        BilingualText(f"{name} 无应答（ConnectError）", f"{name} does not answer (ConnectError)"),
        "LLM_BASE_URL",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("key", "model", "status", "remedy"),
    [
        (LLM_KEY, "qwen", "ok", ""),
        ("sk-another", "qwen", "fault", "LLM_API_KEY"),
        (LLM_KEY, "gwen", "fault", "LLM_MODEL"),
    ],
    ids=["right", "wrong key", "wrong model"],
)
async def test_key_and_model_of_a_language_model_server_are_checked(
    patient: Patient, key: str, model: str, status: str, remedy: str
) -> None:
    async with serving(serve_models("qwen")) as base:
        patient.settings = {
            "llm_base_url": f"{base}/v1", "llm_model": model, "llm_api_key": SecretStr(key)
        }  # fmt: skip
        servers = (await patient.examine(make_platform()))["language_models"]

    assert (servers.status, remedy in servers.remedy.zh, remedy in servers.remedy.en) == (
        status, True, True
    )  # fmt: skip
    assert key not in repr(servers)


async def test_a_quota_that_is_used_up_is_named(patient: Patient) -> None:
    platform = make_platform(daily_limits={ADD_DRAFT.path: 1})
    budget = platform.table.find_budget(ADD_DRAFT.path)
    quotas.spend(platform.account(), budget, platform.clock())

    quota = (await patient.examine(platform))["quota"]

    assert quota.status == "fault"
    assert quota.detail == BilingualText(
        f"今日额度已用完：{ADD_DRAFT.title} 0/1", f"used up today: {ADD_DRAFT.path} 0/1"
    )
    assert ("零点" in quota.remedy.zh, "midnight" in quota.remedy.en) == (True, True)


async def test_the_host_of_the_platform_is_named_where_it_refuses_connections(
    patient: Patient,
) -> None:
    port = find_free_port()

    results = await patient.examine_at(f"http://127.0.0.1:{port}")

    place = f"127.0.0.1:{port} (127.0.0.1)"
    check_told(
        results["network"], "fault",
        BilingualText(
            f"连不上 {place}（ConnectionRefusedError）",
            f"can't connect to {place} (ConnectionRefusedError)",
        ),
        "WECHAT_PROXY",
    )  # fmt: skip
    assert (results["clock"].status, results["token"].status) == ("warn", "fault")


def make_platform_with(**changed: Any) -> Platform:
    """A platform whose account differs from what the settings say."""
    account = replace(make_platform().account().account, **changed)
    return Platform([account], clock=make_platform().clock)


def serve_models(model: str) -> Starlette:
    """A server that lists one model for whoever has LLM_KEY."""

    async def list_models(request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {LLM_KEY}":
            return Response(status_code=401)
        return JSONResponse({"object": "list", "data": [{"id": model}]})

    return Starlette(routes=[Route("/v1/models", list_models)])
