"""Items over HTTP: stored, replaced, deleted without leaving events behind."""

from typing import Any

import pytest

from app.api.schemas.marketing.items import ITEM_EXAMPLE
from tests.service import Service, client

ITEMS = "/api/v1/items"


async def test_an_item_is_stored_replaced_and_deleted(api_only: Service) -> None:
    async with client(api_only) as http:
        batch = (await http.post(ITEMS, json={"items": [ITEM_EXAMPLE]})).json()
        first = (await http.get(f"{ITEMS}/longjing-50g")).json()
        row = {"title": "龙井", "kind": "product", "tags": "绿茶，送礼"}
        second = (await http.put(f"{ITEMS}/longjing-50g", json={"item": row})).json()
        page = (await http.get(ITEMS, params={"kind": "product"})).json()
        gone = await http.delete(f"{ITEMS}/longjing-50g")
        deleted = (await http.get(f"{ITEMS}/longjing-50g")).json()
        rest = (await http.get(ITEMS)).json()

    assert batch == {"stored": 1, "repeated": 0, "faults": []}
    times = {"created": first["created"], "changed": first["created"], "deleted": None}
    assert first == ITEM_EXAMPLE | times | {
        "cover": "", "msgid": "", "published": None, "hidden": False, "expires": 1798732799.0,
    }  # fmt: skip
    assert (second["title"], second["tags"], second["text"]) == ("龙井", ["绿茶", "送礼"], "")
    assert second["created"] == first["created"] < second["changed"]
    assert page == {"items": [second]}
    assert (gone.status_code, deleted["title"], deleted["deleted"] is None) == (204, "龙井", False)
    assert rest == {"items": []}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"id": "longjing-50g"}, "an earlier row has the same id"),
        ({"kind": "car"}, "kind: must be 'article'"),
        ({"title": " "}, "title: must not be empty"),
        ({"link": "javascript:alert(1)"}, "link: must be an address that begins with https://"),
        ({"published": 1_800_000_000, "expires": 1_700_000_000}, "expires is not after published"),
        ({"tags": ["茶" * 31]}, "tags[0]: must have 30 characters or less"),
    ],
)
async def test_a_faulty_item_is_named_and_nothing_is_stored(
    api_only: Service, changes: dict[str, Any], sentence: str
) -> None:
    rows = [ITEM_EXAMPLE, {"id": "other", "title": "别的"} | changes]

    async with client(api_only) as http:
        refusal = await http.post(ITEMS, json={"items": rows})
        rest = await http.post(ITEMS, json={"items": rows, "on_error": "keep_rest"})
        unknown = await http.delete(f"{ITEMS}/other")

    assert (refusal.status_code, refusal.json()["code"]) == (422, "bad_rows")
    assert refusal.json()["detail"].startswith("nothing is stored: row 2 (id '")
    assert sentence in refusal.json()["detail"]
    assert (rest.json()["stored"], unknown.status_code) == (1, 404)
