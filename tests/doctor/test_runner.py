"""The whole answers within its limit, also where every host hangs."""

import contextlib
from collections.abc import Callable

import pytest

from app.doctor.network_checks import check_network
from app.doctor.running import describe_unfinished, skip_checks
from app.doctor.values import BilingualText
from app.settings import Settings
from app.wechat.client.families.basics import CHECK_CALLBACK, GET_ACCOUNT_INFO
from app.wechat.client.families.quota_interfaces import GET_QUOTA
from app.wechat.client.http import open_platform_http
from tests.doctor.patient import Patient, hanging_port, unreachable_port
from tests.pace import seconds
from tests.wechat.client.support import make_platform

LIMIT = seconds(1.0)
OpenPort = Callable[[], contextlib.AbstractAsyncContextManager[int]]
ACCOUNT_CHECKS = ("callback", "account", "rights", "quota")


@pytest.mark.parametrize(
    ("open_port", "network"), [(hanging_port, "ok"), (unreachable_port, "fault")]
)
async def test_every_check_has_a_result_where_every_host_hangs(
    patient: Patient, open_port: OpenPort, network: str
) -> None:
    async with open_port() as port:
        patient.examination["seconds"] = LIMIT
        patient.redis_url = f"redis://127.0.0.1:{port}/0"
        patient.database_url = f"postgresql+asyncpg://huiyin@127.0.0.1:{port}/huiyin"
        patient.settings = {"llm_base_url": f"http://127.0.0.1:{port}/v1", "llm_model": "qwen"}

        results = await patient.examine_at(f"http://127.0.0.1:{port}")

    faults = {name: result for name, result in results.items() if result.status == "fault"}
    assert faults.keys() - {"network"} == {"redis", "database", "language_models", "token"}
    assert results["network"].status == network
    assert [name for name, fault in faults.items() if not fault.remedy.zh] == []
    assert [results[name] for name in ACCOUNT_CHECKS] == skip_checks(ACCOUNT_CHECKS, "token")


async def test_a_handshake_that_hangs_is_told_as_such() -> None:
    async with hanging_port() as port:
        settings = Settings(_env_file=None, wechat_api_base=f"https://127.0.0.1:{port}")
        async with open_platform_http(settings) as http:
            network = await check_network(settings, http, LIMIT)

    assert network.detail == BilingualText(
        f"连不上 127.0.0.1:{port} (127.0.0.1)（ConnectionAbortedError）",
        f"can't connect to 127.0.0.1:{port} (127.0.0.1) (ConnectionAbortedError)",
    )


async def test_interfaces_of_the_account_that_hang_are_told_as_unfinished(
    patient: Patient,
) -> None:
    patient.examination["seconds"] = limit = seconds(3.0)
    platform = make_platform()
    for interface in (CHECK_CALLBACK, GET_ACCOUNT_INFO, GET_QUOTA):
        platform.fail_next(interface.path, "hangs", times=20)

    results = await patient.examine(platform)

    assert results["token"].status == "ok"
    assert [results[name].detail.zh[:4] for name in ACCOUNT_CHECKS] == ["未完成："] * 4
    assert results["rights"].remedy == describe_unfinished("rights", limit).remedy
