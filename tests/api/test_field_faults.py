"""No caller of the REST API meets pydantic's own sentences or patterns."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute
from pydantic import TypeAdapter, ValidationError

from app.api.router import ROUTES
from app.console.playground import PlaygroundMessageRequest
from app.kit.field_faults import list_field_faults
from app.kit.field_faults.sentences import ABOUT_VALUES, FORMS, WHOLE
from app.main import create_app
from app.marketing.events.items import ItemRow
from app.marketing.events.rows import EventRow
from tests.api.hostile import list_places, replace_part
from tests.service import Service, client

WRONG_VALUES: tuple[Any, ...] = (
    None, True, -1, 10**12, 1.5, float("nan"), "", "x" * 30_000, "2026-13-01", "\x07",
    {}, [], {"x": 1}, [None] * 300,
)  # fmt: skip
PYDANTICS_WORDS = ("Input should", "should have", "should match", "Value error", "Field required")
TYPES = {"missing", "extra_forbidden", "less_than_equal", "string_pattern_mismatch", "enum"}


def list_schemas() -> Iterator[tuple[TypeAdapter[Any], Any]]:
    """The type of each route's body with an example; of each other parameter without."""
    for route in (each for module in ROUTES for each in module.router.routes):
        assert isinstance(route, APIRoute)
        if route.body_field is not None:
            adapter: TypeAdapter[Any] = TypeAdapter(
                route.body_field.field_info.rebuild_annotation()
            )
            schema = adapter.json_schema()
            yield adapter, schema.get("examples", [dict.fromkeys(schema.get("properties", ()))])[0]
        for parameter in (*route.dependant.query_params, *route.dependant.path_params):
            # FastAPI keeps the constraints beside the annotation.
            yield TypeAdapter(parameter.field_info.rebuild_annotation()), ""


def list_wrong_values(example: Any) -> Iterator[Any]:
    """The example with one of its parts replaced, and with a field too many."""
    for place in list_places(example):
        for value in WRONG_VALUES:
            yield replace_part(example, place, value)
    if isinstance(example, dict):
        yield example | {"no_such_field": 1}


def list_errors(adapter: TypeAdapter[Any], value: Any) -> Sequence[Mapping[str, Any]]:
    try:
        adapter.validate_python(value)
    except ValidationError as error:
        return error.errors()
    return ()


def list_patterns(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(pattern := schema.get("pattern"), str):
            yield pattern
        for each in schema.values():
            yield from list_patterns(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from list_patterns(each)


def test_each_fault_of_each_route_has_a_sentence_of_ours() -> None:
    types: set[str] = set()
    sentences: set[str] = set()

    for adapter, example in list_schemas():
        for value in list_wrong_values(example):
            errors = list_errors(adapter, value)
            types |= {error["type"] for error in errors}
            sentences |= {fault.describe() for fault in list_field_faults(errors, value)}

    assert types >= TYPES
    assert types - {*ABOUT_VALUES, *WHOLE} == set()
    assert [each for each in sentences if any(words in each for words in PYDANTICS_WORDS)] == []


def test_each_pattern_of_the_schemas_is_told_in_words(shared_api: Service) -> None:
    schemas = [create_app(shared_api.settings).openapi()]
    schemas += [row.model_json_schema() for row in (EventRow, ItemRow, PlaygroundMessageRequest)]

    patterns = set(list_patterns(schemas))

    assert patterns == set(FORMS)


def read_sentence(response: httpx.Response) -> tuple[int, list[Any], str]:
    [fault] = response.json()["detail"]
    return response.status_code, fault["loc"], fault["msg"]


async def test_a_request_is_refused_in_the_callers_language(shared_api: Service) -> None:
    path, chinese = "/api/v1/ads/rank", {"Accept-Language": "zh-CN,zh;q=0.9"}
    texts = ["茶", {"text": "水", "impressions": 10, "rate": 1.3}]
    async with client(shared_api) as http:
        refusals = [
            await http.post(path, json={"texts": texts}),
            await http.post(path, json={"texts": texts}, headers=chinese),
            await http.post(path, json={"texts": ["茶", "茶"]}),
            await http.post(path, json=[]),
            await http.post(path, json={}),
            await http.post(path),
            await http.post(path, content=b'{"texts"'),
            await http.post(path, content=b"[", headers={"Content-Type": "application/json"}),
            await http.get("/api/v1/posts", params={"limit": "many"}, headers=chinese),
        ]

    assert [read_sentence(refusal) for refusal in refusals] == [
        (422, ["body", "texts", 1, "rate"], "texts[1].rate: must be 1 or less, got 1.3"),
        (422, ["body", "texts", 1, "rate"], "texts[1].rate：不能大于 1，收到 1.3"),
        (
            422,
            ["body", "texts"],
            "texts: texts[0] and texts[1] are the same text: add their counts, or leave one out",
        ),
        (422, ["body"], "body: must be an object, got a list of 0"),
        (422, ["body", "texts"], "texts: required, but missing"),
        (422, ["body"], "body: required, but missing"),
        (422, ["body"], "body: must be an object, got a body that isn't sent as application/json"),
        (422, ["body"], "body: this is no JSON: Expecting value, at character 1"),
        (422, ["query", "limit"], 'limit：应为整数，收到 "many"'),
    ]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("{“texts”: []}", '第 1 个字符处的 “ 应写成半角的 "'),
        ('{"texts": [“茶”]}', '第 11 个字符处的 “ 应写成半角的 "'),
        ('{"texts": ["茶”]}', '第 13 个字符处的 ” 应写成半角的 "'),
        ('{"texts"：[]}', "第 8 个字符处的 ： 应写成半角的 :"),
        ('{"texts": ["茶"，"水"]}', "第 14 个字符处的 ， 应写成半角的 ,"),
        ('{"texts": ["“茶”" "水"]}', "第 17 个字符处 Expecting ',' delimiter"),
    ],
)
async def test_signs_of_chinese_writing_in_json_are_named(
    shared_api: Service, body: str, sentence: str
) -> None:
    headers = {"Accept-Language": "zh-CN", "Content-Type": "application/json"}
    async with client(shared_api) as http:
        refusal = await http.post("/api/v1/ads/rank", content=body.encode(), headers=headers)

    assert read_sentence(refusal) == (422, ["body"], f"body：这不是 JSON：{sentence}")
