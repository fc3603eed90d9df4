"""Copy is written from a brief as a job, over HTTP with a worker behind it."""

from typing import Any

import pytest

from app.inference.fakes import FakeWriter
from tests.api.routes.marketing.copy_flow import (
    GENERATE,
    JOBS,
    create_brief,
    wait_until_finished,
)
from tests.conftest import Open
from tests.service import Service, client

TEXT = "明前龙井，产地杭州西湖龙井村，50 克 168 元。"


async def test_variants_are_written_by_the_model(open_service: Open) -> None:
    async with open_service(writer=FakeWriter(answer=TEXT)) as service, client(service) as http:
        brief = await create_brief(http)
        response = await http.post(GENERATE, json={"author": "小林", "brief": brief, "count": 1})
        job = await wait_until_finished(http, response.json()["id"])
        page = (await http.get(JOBS)).json()

    assert (response.status_code, response.json()["state"]) == (202, "queued")
    assert (job["state"], job["progress"], job["similarity"]) == ("done", 1.0, 0.0)
    [variant] = job["variants"]
    assert (variant["text"], variant["model"], variant["is_clean"]) == (TEXT, "fake-writer-1", True)
    assert [claim["source"] for claim in variant["review"]["claims"]] == [
        "产品手册 2026 第 3 页", "价目表 2026-03",
    ]  # fmt: skip
    assert page == {"jobs": [job]}


async def test_without_a_model_the_templates_are_marked(huiyin: Service) -> None:
    async with client(huiyin) as http:
        brief = await create_brief(http)
        response = await http.post(GENERATE, json={"author": "小林", "brief": brief, "count": 3})
        job = await wait_until_finished(http, response.json()["id"])

    assert {variant["model"] for variant in job["variants"]} == {"template-1"}
    assert len({variant["text"] for variant in job["variants"]}) == 3


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"brief": "0" * 32}, 404, "there is no brief"),
        ({"count": 13}, 422, "less than or equal to 12"),
        ({"count": 0}, 422, "greater than or equal to 1"),
        ({"author": " "}, 422, "at least 1 character"),
        ({"account": "nobody"}, 404, "nobody"),
    ],
)
async def test_bad_requests_are_refused(
    api_only: Service, changes: dict[str, Any], status: int, sentence: str
) -> None:
    async with client(api_only) as http:
        brief = await create_brief(http)
        response = await http.post(GENERATE, json={"author": "小林", "brief": brief} | changes)

    assert response.status_code == status
    assert sentence in response.text
