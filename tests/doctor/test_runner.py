"""The whole answers within its limit, also where every host hangs."""

import time

from app.doctor.network_checks import check_network
from app.doctor.runner import CHECK_SECONDS
from app.doctor.values import BilingualText, CheckResult
from app.settings import Settings
from app.wechat.client.families.basics import CHECK_CALLBACK, GET_ACCOUNT_INFO
from app.wechat.client.families.quota_interfaces import GET_QUOTA
from app.wechat.client.http import open_platform_http
from tests.doctor.patient import Patient, hanging_port
from tests.pace import seconds
from tests.wechat.client.support import make_platform

LIMIT = seconds(1.0)


async def test_it_ends_in_time_where_every_host_hangs(patient: Patient) -> None:
    patient.examination["seconds"] = LIMIT
    async with hanging_port() as port:
        patient.redis_url = f"redis://127.0.0.1:{port}/0"
        patient.database_url = f"postgresql+asyncpg://huiyin@127.0.0.1:{port}/huiyin"
        patient.settings = {"llm_base_url": f"http://127.0.0.1:{port}/v1", "llm_model": "qwen"}
        began = time.monotonic()

        results = await patient.examine_at(f"http://127.0.0.1:{port}")
        took = time.monotonic() - began

    faults = {name for name, result in results.items() if result.status == "fault"}
    assert faults == {"redis", "database", "language_models", "token"}
    assert took < 2 * LIMIT + seconds(0.5)


async def test_a_handshake_that_hangs_is_told_as_such() -> None:
    async with hanging_port() as port:
        settings = Settings(_env_file=None, wechat_api_base=f"https://127.0.0.1:{port}")
        async with open_platform_http(settings) as http:
            network = await check_network(settings, http, LIMIT)

    assert network.detail == BilingualText(
        f"连不上 127.0.0.1:{port} (127.0.0.1)（ConnectionAbortedError）",
        f"can't connect to 127.0.0.1:{port} (127.0.0.1) (ConnectionAbortedError)",
    )


async def test_it_ends_in_time_where_the_accounts_interfaces_hang(patient: Patient) -> None:
    patient.examination["seconds"] = LIMIT
    platform = make_platform()
    for interface in (CHECK_CALLBACK, GET_ACCOUNT_INFO, GET_QUOTA):
        platform.fail_next(interface.path, "hangs", times=20)
    began = time.monotonic()

    results = await patient.examine(platform)
    took = time.monotonic() - began

    assert results["rights"] == CheckResult(
        "rights", "fault",
        BilingualText(f"{LIMIT:g} 秒内没有结果", f"no result within {LIMIT:g} s"),
        BilingualText(
            "对方可能丢弃了连接：检查地址、网络与防火墙。",
            "The other end may drop connections: look at address, network and firewall.",
        ),
    )  # fmt: skip
    assert took < 2 * LIMIT + seconds(2.0)


def test_both_rounds_fit_into_ten_seconds_with_the_start_of_the_program() -> None:
    assert 2 * CHECK_SECONDS <= 7.5
