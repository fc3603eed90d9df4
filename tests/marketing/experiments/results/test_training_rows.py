"""Ended experiments become the table that the click model's training takes."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from models.hub.fetch import ensure_base
from models.training.clicks.rows import ClickRow, of_account, read_click_rows
from models.training.encoder_tasks import ENCODER_TASKS
from models.training.finetune import FinetuneConfig
from models.training.options import ClassificationOptions, TrainingRun
from tests.api.routes.marketing.test_experiment_plans import BY, EXPERIMENTS, STOP, create
from tests.api.routes.marketing.test_experiment_results import expose, make_click, record
from tests.service import Service, client

TITLES = ("明前龙井到了", "3 月 28 日采的龙井到了")


async def find_followers(
    http: httpx.AsyncClient, address: str, number: int
) -> dict[str, list[str]]:
    """Seven followers of each variant: which ones are A's is a matter of chance."""
    groups: dict[str, list[str]] = {"A": [], "B": []}
    for each in range(500):
        openid = f"openid-{number}-{each}"
        variant = (await http.get(f"{address}/assignment/{openid}")).json()["variant"]
        if len(groups[variant]) < 7:
            groups[variant].append(openid)
        if all(len(group) == 7 for group in groups.values()):
            break
    return groups


async def run_test(http: httpx.AsyncClient, number: int, **changes: Any) -> str:
    """The id of a stopped test that 14 followers took part in; those of B clicked."""
    address = await create(http, method="anytime", namespace=f"n{number}", **changes)
    await http.post(f"{address}/start", json=BY)
    groups = await find_followers(http, address, number)
    for openid in groups["A"] + groups["B"]:
        await expose(http, address, openid)
    clickers = groups["B"]
    await record(http, *(make_click(openid, seconds=1) for openid in clickers))
    await http.post(f"{address}/stop", json=STOP)
    return address.removeprefix(f"{EXPERIMENTS}/")


@pytest.mark.weights
@pytest.mark.timeout(180)
async def test_ended_tests_of_titles_are_exported_and_trained_on(
    huiyin: Service, tmp_path: Path
) -> None:
    file = tmp_path / "own.csv"
    async with client(huiyin) as http:
        first, second = [await run_test(http, number) for number in range(2)]
        replies = await run_test(http, 2, subject="reply")
        await create(http)  # a draft teaches nothing
        file.write_bytes((await http.get(f"{EXPERIMENTS}/training-rows")).content)
        full = (await http.get(f"{EXPERIMENTS}/training-rows", params={"format": "json"})).json()

    rows = read_click_rows([file])
    tuning = FinetuneConfig(method="head", epochs=2, batch=8, dtype="fp32")
    manifest = ENCODER_TASKS["ctr"].train(
        of_account(rows, "default"), ClassificationOptions(tuning=tuning),
        TrainingRun(base=ensure_base()), tmp_path / "out", "2026-12-01",
    )  # fmt: skip
    assert full["left_out"] == [
        {"experiment": replies, "reason": "it compares no texts, but reply"}
    ]
    assert {(each["text"], each["channel"], each["language"]) for each in full["rows"]} == {
        (title, "title", "zh") for title in TITLES
    }
    assert {row.test for row in rows} == {first, second}
    assert sum(row.impressions for row in rows) == 28
    assert {(row.text, row.rate) for row in rows} == {(TITLES[0], 0.0), (TITLES[1], 1.0)}
    assert rows[0] == ClickRow(
        text=rows[0].text, test=rows[0].test, impressions=rows[0].impressions,
        clicks=rows[0].clicks, features={"channel": "title"}, source="own.csv",
    )  # fmt: skip
    assert manifest.clicks is not None
    assert manifest.clicks.sources[-1].languages == {"zh": 4}
