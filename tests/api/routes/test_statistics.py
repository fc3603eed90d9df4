"""Statistics over HTTP: as JSON, as files, and days that are asked for again."""

import csv
import io
import json
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest
from pydantic import SecretStr

from app.publishing.statistics.fetch_log import FetchLog
from app.publishing.statistics.values import (
    AccountDay,
    ArticleDayFigures,
    Dataset,
    DatasetDay,
    FetchState,
    Figures,
    PublishedArticle,
)
from tests.conftest import Open
from tests.service import Service, client

STATISTICS = "/api/v1/statistics"
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 2)
SPAN = {"first": "2026-03-01", "last": "2026-03-02"}
TITLE = '=HYPERLINK("http://x")，春茶'
FIGURES = Figures(
    account_days=[
        AccountDay(
            day=FIRST, new_followers=3, lost_followers=1, followers=120, readers=8,
            follower_sources={"30": [3, 1]}, reader_scenes={"朋友圈": 8},
        ),
        AccountDay(day=LAST, followers=-1),
    ],
    article_days=[
        ArticleDayFigures(
            day=FIRST, msgid="7_1", readers=8, total_readers=8, finish_rate=0.25,
            reader_scenes={"朋友圈": 8},
        ),
        ArticleDayFigures(day=LAST, msgid="6_1", readers=2),
    ],
    articles=[
        PublishedArticle(
            msgid="7_1", published=FIRST, title=TITLE, url="http://a.example/s/1", notified=True
        )
    ],
)  # fmt: skip
GONE = DatasetDay(
    account="default", dataset=Dataset.READS, day=LAST, state=FetchState.GONE, code=61501
)


@pytest.fixture
async def statistics(open_service: Open) -> AsyncIterator[Service]:
    """An api process with stored figures; no worker fetches more."""
    async with open_service(workers=0, wechat_secret=SecretStr("secret")) as running:
        await FetchLog(running.engine).store("default", FIGURES, [GONE])
        yield running


async def read(http: httpx.AsyncClient, path: str, **query: Any) -> httpx.Response:
    return await http.get(f"{STATISTICS}/{path}", params={**SPAN, **query})


async def test_days_and_articles_are_read_with_what_is_missing(statistics: Service) -> None:
    async with client(statistics) as http:
        days = (await read(http, "days")).json()
        articles = (await read(http, "articles")).json()["days"]
        second_page = (await read(http, "articles", offset=1)).json()["days"]

    [first_day, last_day] = days["days"]
    assert (first_day["followers"], first_day["follower_sources"]) == (120, {"30": [3, 1]})
    assert (last_day["day"], last_day["readers"]) == ("2026-03-02", None)
    assert days["incomplete"] == [
        {
            "day": "2026-03-02", "dataset": "reads", "state": "gone", "code": 61501,
            "reason": "平台不再提供这一天的数据，或一个多月都没有取到，不再自动取。",
            "next_at": None,
        }
    ]  # fmt: skip
    assert [(each["msgid"], each["title"], each["readers"]) for each in articles] == [
        ("7_1", TITLE, 8), ("6_1", None, 2)
    ]  # fmt: skip
    assert second_page == articles[1:]


async def test_a_file_for_excel_has_its_mark_and_no_formula(statistics: Service) -> None:
    async with client(statistics) as http:
        response = await read(http, "articles/export", format="csv")
        days = (await read(http, "days/export")).text

    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert response.headers["content-disposition"] == 'attachment; filename="default-articles.csv"'
    assert [(row["title"], row["reader_scenes"], row["finish_rate"]) for row in rows] == [
        (f"'{TITLE}", '{"朋友圈": 8}', "0.25"), ("", "", "")
    ]  # fmt: skip
    assert days.splitlines()[2].startswith("2026-03-02,,,,-1,")


async def test_a_parquet_file_has_typed_columns(statistics: Service, tmp_path: Path) -> None:
    async with client(statistics) as http:
        articles = await read(http, "articles/export", format="parquet")
        nothing = await http.get(
            f"{STATISTICS}/days/export",
            params={"first": "2020-01-01", "last": "2020-01-01", "format": "parquet"},
        )
    for name, response in (("articles", articles), ("nothing", nothing)):
        (tmp_path / name).write_bytes(response.content)

    with duckdb.connect() as connection:
        rows = connection.read_parquet(str(tmp_path / "articles"))
        columns = dict(zip(rows.columns, map(str, rows.types), strict=True))
        [first_row, last_row] = rows.fetchall()
        empty = connection.read_parquet(str(tmp_path / "nothing")).fetchall()
    assert [columns[name] for name in ("day", "title", "notified", "readers", "finish_rate")] == [
        "DATE", "VARCHAR", "BOOLEAN", "BIGINT", "DOUBLE"
    ]  # fmt: skip
    assert first_row[:6] == (FIRST, "7_1", TITLE, "http://a.example/s/1", FIRST, True)
    assert (json.loads(first_row[7]), last_row[2:8]) == ({"朋友圈": 8}, (None,) * 4 + (2, None))
    assert empty == []


async def test_days_are_asked_for_again(statistics: Service) -> None:
    async with client(statistics) as http:
        answers = [
            await http.post(f"{STATISTICS}/refetch", json=body)
            for body in (
                SPAN,
                SPAN | {"last": "2099-01-01"},
                SPAN | {"first": "2026-03-03"},
                {"first": "2099-01-01", "last": "2099-01-02"},
                SPAN | {"account": "nobody"},
            )
        ]
        incomplete = (await read(http, "days")).json()["incomplete"]
        too_long = await read(http, "days", last="2027-03-02")
        unknown = await read(http, "articles", post="0123456789abcdef")

    assert [answer.status_code for answer in answers] == [202, 422, 422, 422, 404]
    assert answers[0].json() == {"days": 2}
    assert answers[3].json()["detail"] == "last 最晚是昨天：当天的数据次日 8 点以后才有。"
    assert len(incomplete) == 2 * len(Dataset)
    assert all(each["next_at"] for each in incomplete)
    assert [too_long.json()["code"], unknown.json()["code"]] == ["bad_span", "unknown_post"]


async def test_without_a_secret_nothing_can_be_asked_for(api_only: Service) -> None:
    async with client(api_only) as http:
        answer = await http.post(f"{STATISTICS}/refetch", json=SPAN)

    assert (answer.status_code, answer.json()) == (
        409,
        {
            "detail": "公众号 default 没有配置 AppSecret，取不到统计数据。",
            "code": "secret_missing",
        },
    )
