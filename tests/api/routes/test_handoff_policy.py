"""When a person takes over, as an operator writes it."""

from typing import Any

import pytest

from app.db.account_documents import AccountDocuments, CachedDocument
from app.dialogue.handoff.rules import BOOK, HandoffRules
from tests.service import Service, client

PATH = "/api/v1/handoff"
RULES = {"intents": {"urge_shipping": False}, "failures": 3, "angry": 1, "minutes": 5}


async def test_rules_are_read_written_and_known_to_workers(api_only: Service) -> None:
    shelf = CachedDocument(
        AccountDocuments(api_only.engine, BOOK), HandoffRules.model_validate, HandoffRules()
    )
    async with client(api_only) as http:
        blank = (await http.get(PATH)).json()
        first = await http.put(PATH, json={"rules": RULES, "revision": 0})
        late = await http.put(PATH, json={"rules": {}, "revision": 0})
        read = (await http.get(PATH)).json()
    await shelf.refresh()

    assert blank == {
        "account": "default",
        "rules": {"intents": {}, "failures": 2, "angry": 2, "minutes": None},
        "revision": 0,
    }
    assert first.json() == read == {"account": "default", "rules": RULES, "revision": 1}
    assert (late.status_code, shelf.of("default")) == (409, HandoffRules.model_validate(RULES))


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"rules": {"failures": 0}, "revision": 0}, 422),
        ({"rules": {"intents": {"": True}}, "revision": 0}, 422),
        ({"rules": {"intents": {str(n): True for n in range(501)}}, "revision": 0}, 422),
        ({"rules": {"minutes": 0}, "revision": 0}, 422),
        ({"rules": {"colour": "red"}, "revision": 0}, 422),
        ({"rules": {}, "revision": -1}, 422),
        ({"rules": {}}, 422),
        ({"account": "coffee", "rules": {}, "revision": 0}, 404),
    ],
)
async def test_rules_that_do_not_fit_are_refused(
    shared_api: Service, body: Any, status: int
) -> None:
    async with client(shared_api) as http:
        refused = await http.put(PATH, json=body)

    assert refused.status_code == status
