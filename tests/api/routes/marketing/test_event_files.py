"""Files of events and items, counts by day, and the export of sealed days, over HTTP."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from app.marketing.events.days import find_day
from app.marketing.events.repository import Events
from app.marketing.events.sealing import DaySealer
from app.marketing.events.values import EventKind, MarketingEvent
from app.privacy.pseudonym import make_pseudonym
from app.settings import Limits
from tests.conftest import Open
from tests.service import CMS_KEY, Service, client, until

CSV = """id,kind,time,openid,item,value,properties.city,properties
e1,view,{now},mei,tea,,杭州,
e2,conversion,2026-01-01T10:00:00+08:00,mei,tea,168,,
e3,dance,{now},li,tea,,,
e4,view,{now},li,tea,,,"{{""page"": 2}}"
"""
CHINESE_CSV = """订单编号,类型,下单时间,粉丝,金额,properties.城市
o1,购买,2026/11/20 10:00,mei,"¥1,680",杭州
o2,浏览,2026-11-20,li,,
o3,跳舞,2026/11/20 10:00,li,,
"""


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
async def test_rows_of_a_csv_file_are_stored_and_faulty_ones_named(
    huiyin: Service, encoding: str
) -> None:
    file = ("events.csv", CSV.format(now=int(time.time()) - 60).encode(encoding))

    async with client(huiyin) as http:
        path = "/api/v1/events/import"
        none = await http.post(path, params={"on_error": "none"}, files={"files": file})
        first = (await http.post("/api/v1/events/import", files={"files": file})).json()
        again = (await http.post("/api/v1/events/import", files={"files": file})).json()
        page = (await http.get("/api/v1/events")).json()["events"]
        unreadable = await http.post("/api/v1/events/import", files={"files": ("a.csv", b"a,b\n")})
        sheet = await http.post("/api/v1/events/import", files={"files": ("a.xlsx", b"PK")})
        wide = ("a.csv", b"id,kind,time\ne1,view,1,2\n")
        http.headers["Accept-Language"] = "zh-CN"
        too_wide = await http.post("/api/v1/events/import", files={"files": wide})

    assert (none.status_code, none.json()["code"]) == (422, "bad_rows")
    assert none.json()["detail"].startswith("nothing is stored: row 4 (id 'e3'): ")
    assert (first["stored"], first["repeated"], first["faulty"]) == (3, 0, 1)
    assert (again["stored"], again["repeated"], again["faulty"]) == (0, 3, 1)
    assert (first["faults"][0]["row"], first["faults"][0]["id"]) == (4, "e3")
    assert {each["id"]: each["properties"] for each in page} == {
        "e1": {"city": "杭州"}, "e2": {}, "e4": {"page": 2},
    }  # fmt: skip
    assert (unreadable.status_code, unreadable.json()["code"]) == (422, "unreadable_table")
    assert sheet.json() == {
        "detail": "a.xlsx: .xlsx is no table that is read here: save it as .csv",
        "code": "unreadable_table",
    }
    assert too_wide.json()["detail"] == (
        'a.csv：第 2 行的格数比列名多：内容里有分隔符的，请用英文双引号（""）括起来'
    )


async def test_a_file_as_a_spreadsheet_writes_it_is_read_in_chinese(huiyin: Service) -> None:
    file = ("orders.csv", CHINESE_CSV.encode("gb18030"))
    items = ("items.csv", "编号,名称,类型,标签\ntea,龙井,产品,绿茶、送礼\n".encode())

    async with client(huiyin) as http:
        report = (await http.post("/api/v1/events/import", files={"files": file})).json()
        page = (await http.get("/api/v1/events")).json()["events"]
        await http.post("/api/v1/items/import", files={"files": items})
        item = (await http.get("/api/v1/items/tea")).json()

    ten = 1_795_140_000.0  # 10:00 in China
    assert (report["stored"], [each["row"] for each in report["faults"]]) == (2, [4])
    assert {
        each["id"]: (each["kind"], each["time"], each["value"], each["properties"]) for each in page
    } == {
        "o1": ("conversion", ten, 1680.0, {"城市": "杭州"}),
        "o2": ("view", ten - 10 * 3600, None, {}),
    }
    assert (item["title"], item["kind"], item["tags"]) == ("龙井", "product", ["绿茶", "送礼"])


async def test_faults_of_a_file_name_its_columns_and_words_in_chinese(huiyin: Service) -> None:
    events = ("e.csv", "编号,类型,时间\ne1,摸了摸,2026/11/20\n,浏览,昨天\n".encode())
    items = ("i.csv", "编号,类型,标题\ntea,玩具,龙井\n".encode())

    async with client(huiyin) as http:
        http.headers["Accept-Language"] = "zh-CN"
        event_report = (await http.post("/api/v1/events/import", files={"files": events})).json()
        item_report = (await http.post("/api/v1/items/import", files={"files": items})).json()

    reasons = [each["reason"] for each in event_report["faults"] + item_report["faults"]]
    assert reasons == [
        "类型（kind）：只能是 关注、取消关注、消息、菜单、扫码、阅读、阅读深度、点击、分享、"
        '点赞、评论、曝光 或 成交，收到 "摸了摸"',
        "编号（id）：必填，但没有给出；时间（time）：应为数字，或者时间，"
        '如 2026-12-01T08:00:00+08:00，收到 "昨天"',
        '类型（kind）：只能是 文章、产品、优惠券、话题 或 活动，收到 "玩具"',
    ]


async def test_rows_of_a_parquet_file_are_stored_and_counted_by_day(
    huiyin: Service, tmp_path: Path
) -> None:
    now = int(time.time()) - 60
    rows = f"""
        SELECT 'p' || i AS id, 'conversion' AS kind, to_timestamp({now}) AS time,
          'o' || (i % 3) AS openid, 2.5::DECIMAL(9, 2) AS value FROM range(10) AS r(i)
    """
    duckdb.execute(f"COPY ({rows}) TO '{tmp_path / 'events.parquet'}'")
    file = ("events.parquet", (tmp_path / "events.parquet").read_bytes())
    items = ("items.csv", "id,title,kind,tags\ntea,龙井,product,绿茶、送礼\n,,,\n".encode())

    async with client(huiyin) as http:
        report = (await http.post("/api/v1/events/import", files={"files": file})).json()
        broken = await http.post("/api/v1/events/import", files={"files": ("b", b"PAR1 no")})
        day = find_day(now).isoformat()
        days = (await http.get("/api/v1/events/days", params={"first": day, "last": day})).json()
        item_report = (await http.post("/api/v1/items/import", files={"files": items})).json()
        item = (await http.get("/api/v1/items/tea")).json()

    assert report == {"stored": 10, "repeated": 0, "faulty": 0, "faults": []}
    assert (broken.status_code, broken.json()["code"]) == (422, "unreadable_table")
    assert days == {
        "days": [{"day": day, "kind": "conversion", "events": 10, "followers": 3, "value": 25.0}]
    }
    assert (item_report["stored"], item_report["faulty"], item["tags"]) == (1, 1, ["绿茶", "送礼"])


async def test_a_file_that_is_too_large_for_a_request_becomes_a_job(
    open_service: Open,
) -> None:
    rows = [f"e{at},view,{time.time() - 60:.0f}" for at in range(50)]
    content = "\n".join(["id,kind,time", *rows, "e50,dance,1"]).encode()
    path = "/api/v1/events/import"

    async with open_service(limits=Limits(import_bytes=500)) as huiyin, client(huiyin) as http:
        answer = await http.post(path, files={"files": ("all.csv", content)})
        job_path = f"{path}/{answer.json()['id']}"

        async def is_finished() -> bool:
            return (await http.get(job_path)).json()["finished"] is not None

        await until(is_finished, within=20.0)
        job = (await http.get(job_path)).json()
        elsewhere = await http.get(f"/api/v1/items/import/{job['id']}")

    report = job["result"]
    assert (answer.status_code, answer.json()["file"], job["state"]) == (202, "all.csv", "done")
    assert (report["stored"], report["faulty"], report["faults"][0]["row"]) == (50, 1, 52)
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (404, "unknown_job")


async def test_the_export_of_a_follower_has_sealed_events(huiyin: Service) -> None:
    now = time.time()
    event = MarketingEvent(
        account="default", id="new", kind=EventKind.VIEW, time=now, recorded=now,
        pseudonym=make_pseudonym("mei", CMS_KEY), properties={"city": "杭州"},
    )  # fmt: skip
    old = replace(event, id="old", time=now - 100 * 86_400)
    others = replace(old, id="other", pseudonym=make_pseudonym("li", CMS_KEY))
    await Events(huiyin.engine).write([event, old, others])
    sealer = DaySealer(engine=huiyin.engine, folder=huiyin.settings.sealed_events, open_days=90)
    await sealer.seal_due(["default"])

    async with client(huiyin) as http:
        export: dict[str, Any] = (await http.get("/api/v1/followers/mei/data")).json()

    assert [each["id"] for each in export["database"]["events"]] == ["new"]
    assert [(each["id"], each["properties"]) for each in export["sealed_events"]] == [
        ("old", {"city": "杭州"})
    ]
