"""Events over HTTP: recorded once, faulty rows named, the rest kept or none, as asked."""

import re
import time
from typing import Any

import pytest

from app.privacy.pseudonym import make_pseudonym
from tests.service import CMS_KEY, Service, client

EVENTS = "/api/v1/events"


def make_row(id: str = "e1", **changed: Any) -> dict[str, Any]:  # noqa: A002
    row = {"id": id, "kind": "view", "time": time.time() - 60, "openid": "oMei", "item": "tea"}
    return row | changed


async def test_an_event_is_stored_once_under_a_pseudonym(api_only: Service) -> None:
    row = make_row(kind="conversion", value=168, campaign="spring", properties={"pay": "wx"})

    async with client(api_only) as http:
        first = (await http.post(EVENTS, json={"event": row})).json()
        again = (await http.post(EVENTS, json={"event": row})).json()
        [event] = (await http.get(EVENTS, params={"openid": "oMei"})).json()["events"]
        none = (await http.get(EVENTS, params={"item": "coffee"})).json()

    assert first == {"stored": 1, "repeated": 0, "faults": []}
    assert again == {"stored": 0, "repeated": 1, "faults": []}
    assert event.pop("recorded") == pytest.approx(row["time"] + 60, abs=30)
    names = dict.fromkeys(("experiment", "variant", "unit", "recommendation", "strategy"), "")
    del row["openid"]
    assert event == row | names | {"pseudonym": make_pseudonym("oMei", CMS_KEY)}
    assert none == {"events": []}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"time": time.time() + 90 * 60}, " minutes in the future: check it"),
        ({"time": time.time() + 7 * 3600}, " hours in the future: check it"),
        ({"time": time.time() * 1000}, "in the future; it looks like milliseconds: send seconds"),
        ({"time": "2999-01-01T08:00:00+08:00"}, " days in the future: check it, and the sender's"),
        ({"time": "1999-01-01T08:00:00+08:00"}, "the time is before 2000"),
        ({"time": time.time() - 92 * 86_400}, "in a day that is sealed"),
        ({"time": time.time() - 402 * 86_400}, "over 400 days ago, longer than"),
        ({"time": -1}, "the time is before 2000: send seconds since 1970"),
        ({"time": "2026-01-01T10:00:00"}, "time: must name its time zone"),
        ({"kind": "dance"}, "kind: must be 'follow', 'unfollow'"),
        ({"id": ""}, "id: must not be empty"),
        ({"kind": "exposure", "item": ""}, "an exposure is of an item, a variant"),
        ({"variant": "B"}, "a variant is of an experiment"),
        ({"kind": "read_depth", "value": 1.1}, "the share that was read, 0 to 1"),
        ({"value": 1e300}, "a finite number"),
        ({"kind": "conversion", "value": -5}, "the value of a conversion is 0 or more"),
        ({"openid": ""}, "openid is empty: leave it out"),
        ({"openid": " "}, "openid is empty: leave it out"),
        ({"pseudonym": "f-0123456789abcdef"}, "openid or pseudonym, not both"),
        ({"properties": {"text": "茶" * 2001}}, "the properties have 2,013 characters"),
        ({"properties": {"list": [1]}}, "properties.list"),
        ({"colour": "green"}, "colour: there is no such field"),
    ],
)
async def test_a_faulty_row_is_named_and_nothing_is_stored(
    api_only: Service, changes: dict[str, Any], sentence: str
) -> None:
    rows = [make_row("e1"), make_row("e2") | changes]

    async with client(api_only) as http:
        refusal = await http.post(EVENTS, json={"events": rows})
        chinese = await http.post(
            EVENTS, json={"events": rows}, headers={"Accept-Language": "zh-CN,zh;q=0.9"}
        )
        page = (await http.get(EVENTS)).json()

    assert (refusal.status_code, refusal.json()["code"]) == (422, "bad_rows")
    assert refusal.json()["detail"].startswith("nothing is stored: row 2 (id '")
    assert sentence in refusal.json()["detail"]
    assert chinese.json()["detail"].startswith("没有存入任何一行：第 2 行（编号 '")
    assert re.search(r"[a-z]+ [a-z]+ [a-z]+", chinese.json()["detail"]) is None
    assert page == {"events": []}


async def test_an_id_with_other_content_is_a_fault(api_only: Service) -> None:
    batch = [make_row("e1"), make_row("e2"), make_row("e2", kind="click"), make_row("e3")]

    async with client(api_only) as http:
        await http.post(EVENTS, json={"event": make_row("e1", kind="share")})
        refusal = await http.post(EVENTS, json={"events": batch})
        rest = await http.post(EVENTS, json={"events": batch, "on_error": "keep_rest"})
        chinese = await http.post(
            EVENTS,
            json={"events": batch, "on_error": "keep_rest"},
            headers={"Accept-Language": "zh-CN"},
        )
        page = (await http.get(EVENTS)).json()["events"]

    assert refusal.json()["detail"] == (
        "nothing is stored: row 3 (id 'e2'): an earlier row has the same id with other content"
    )
    assert rest.json() == {
        "stored": 2,
        "repeated": 0,
        "faults": [
            {
                "row": 1,
                "id": "e1",
                "reason": "the id was stored before with other content: give each event an id of"
                " its own",
            },
            {"row": 3, "id": "e2", "reason": "an earlier row has the same id with other content"},
        ],
    }
    assert chinese.json()["faults"] == [
        {"row": 1, "id": "e1", "reason": "这个编号以前存过，内容不同：每条事件要有自己的编号"},
        {"row": 3, "id": "e2", "reason": "前面有一行的编号相同，内容不同"},
    ]
    assert sorted((each["id"], each["kind"]) for each in page) == [
        ("e1", "share"), ("e2", "view"), ("e3", "view"),
    ]  # fmt: skip


async def test_the_rest_of_ten_thousand_rows_is_kept(api_only: Service) -> None:
    rows = [make_row(f"e{at}", openid=f"o{at % 100}") for at in range(10_000)]
    rows[7_776]["kind"] = "dance"

    async with client(api_only) as http:
        answer = await http.post(EVENTS, json={"events": rows, "on_error": "keep_rest"})
        too_many = await http.post(EVENTS, json={"events": [*rows, make_row()]})

    batch = answer.json()
    assert (batch["stored"], batch["repeated"], len(batch["faults"])) == (9_999, 0, 1)
    assert (batch["faults"][0]["row"], batch["faults"][0]["id"]) == (7_777, "e7776")
    assert too_many.status_code == 422


NOW = int(time.time())


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"since": NOW - 50, "until": NOW - 60}, "until 要晚于 since"),
        ({"since": NOW - 50, "until": NOW - 50}, "until 要晚于 since"),
        ({"since": NOW + 3_600}, "since 在将来"),
        ({"since": "2090-01-01T00:00:00+08:00", "until": "2091-01-01T00:00:00Z"}, "since 在将来"),
        ({"since": NOW * 1_000}, "not milliseconds"),
        ({"until": -1}, "between 1970 and 2100"),
        ({"until": "9999-12-31T23:59:59Z"}, "between 1970 and 2100"),
        ({"since": "nan"}, "between 1970 and 2100"),
        ({"since": "2026-12-01T08:00:00"}, "since"),
        ({"since": "yesterday"}, "since"),
    ],
)
async def test_a_span_without_events_is_refused(
    api_only: Service, query: dict[str, str | int], sentence: str
) -> None:
    async with client(api_only) as http:
        answer = await http.get("/api/v1/events", params=query)

    assert answer.status_code == 422
    assert sentence in answer.text


async def test_moments_are_seconds_or_times_with_a_zone(api_only: Service) -> None:
    event = {"id": "e1", "kind": "view", "time": "2026-11-01T08:00:00+08:00"}
    spans: list[dict[str, str | float]] = [
        {"since": "2026-11-01T08:00:00+08:00", "until": "2026-11-01T00:00:01Z"},
        {"since": 1_793_491_200, "until": 1_793_491_201.5},
        {"since": "2026-11-01T00:00:01Z"},
        {"until": "2026-11-01T08:00:00+08:00"},
    ]

    async with client(api_only) as http:
        await http.post("/api/v1/events", json={"event": event})
        pages = [(await http.get("/api/v1/events", params=span)).json() for span in spans]

    assert [len(page["events"]) for page in pages] == [1, 1, 0, 0]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/events/days?first=2090-01-01&last=2090-01-02", None),
        ("/api/v1/statistics/days?first=2090-01-01&last=2090-01-02", None),
        ("/api/v1/effects/reports", {"first": "2090-01-01", "last": "2090-01-02"}),
        (
            "/api/v1/audience/jobs/funnel",
            {"since": "2090-01-01", "steps": ["view", "click"]},
        ),
    ],
)
async def test_figures_of_the_future_are_refused(
    api_only: Service, path: str, body: dict[str, Any] | None
) -> None:
    async with client(api_only) as http:
        if body is None:
            answer = await http.get(path)
        else:
            answer = await http.post(path, json={"author": "小林"} | body)

    assert (answer.status_code, answer.json()["code"]) == (422, "bad_span")
    assert "（2090-01-01）在今天" in answer.json()["detail"]
