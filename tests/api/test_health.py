"""Probes of the api process, and its metrics."""

import httpx
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from app.sample import loading, orders, shop
from app.settings import Settings
from tests.conftest import Open
from tests.service import Service, client, until

TEA = shop.SUGGESTIONS[0]


async def is_ready(http: httpx.AsyncClient) -> bool:
    return (await http.get("/health/ready")).status_code == 200


async def test_the_process_is_live_and_ready_when_a_worker_is_warm(huiyin: Service) -> None:
    async with client(huiyin, key=None) as http:
        await until(lambda: is_ready(http))
        answers = [await http.get(f"/health/{what}") for what in ("live", "ready")]

    assert [(a.status_code, a.json()) for a in answers] == [
        (200, {"status": "live"}),
        (200, {"status": "ready"}),
    ]


async def test_once_ready_the_first_question_finds_the_sample_shop(
    open_service: Open, engine: AsyncEngine
) -> None:
    await loading.load_sample(engine)
    address = orders.webhook_address(Settings(_env_file=None))
    async with (
        open_service(order_webhook=address, webhook_secret=SecretStr("s" * 32)) as running,
        client(running) as http,
    ):
        await until(lambda: is_ready(http))
        response = await http.post("/api/v1/knowledge/search", json={"queries": [TEA]})

    [search_result] = response.json()["results"]
    assert search_result["hits"][0]["question"] == TEA


async def test_without_a_warm_worker_the_process_is_not_ready(open_service: Open) -> None:
    async with open_service(workers=0) as running, client(running, key=None) as http:
        answers = [await http.get(f"/health/{what}") for what in ("live", "ready")]

    assert [(a.status_code, a.json()) for a in answers] == [
        (200, {"status": "live"}),
        (503, {"status": "no worker is warm yet"}),
    ]


async def test_metrics_are_in_the_format_of_prometheus(huiyin: Service) -> None:
    async with client(huiyin) as http:
        answered = await http.get("/metrics")

    names = {line.split()[2] for line in answered.text.splitlines() if line.startswith("# TYPE")}
    ours = {name for name in names if name.startswith("huiyin_") and not name.endswith("_created")}
    assert answered.headers["Content-Type"].startswith("text/plain; version=")
    assert ours == {
        "huiyin_deliveries_total", "huiyin_refused_total", "huiyin_reply_seconds",
        "huiyin_turns_total", "huiyin_failures_total", "huiyin_dead_letters_total",
        "huiyin_kept_replies_total", "huiyin_queue_length", "huiyin_batch_texts", "huiyin_model",
        "huiyin_models_refused_total", "huiyin_handoffs_total", "huiyin_conversations",
        "huiyin_conversation_taken_seconds", "huiyin_imports_total", "huiyin_writes_total",
        "huiyin_connections_cut_total",
        "huiyin_tool_calls_total", "huiyin_answered_total", "huiyin_platform_refused_total",
        "huiyin_encoder_dtype",
        "huiyin_records_waiting", "huiyin_records_age_seconds", "huiyin_records_refused_total",
        "huiyin_requests_dropped_total", "huiyin_reranks_total", "huiyin_care_total",
        "huiyin_notices_total", "huiyin_platform_calls_total", "huiyin_platform_seconds",
        "huiyin_events_lost_total",
    }  # fmt: skip
