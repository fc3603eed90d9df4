"""Every refusal has a status, a code for programs and a sentence for people."""

import httpx

from app.main import create_app
from tests.service import Service, client

JSON = {"Content-Type": "application/json"}
BULKY = b"x" * 2_000_000


def summarise(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


async def test_refusals_of_every_layer_have_a_code(shared_api: Service) -> None:
    async with client(shared_api) as http:
        refusals = [
            await http.get("/api/v1/rules", headers={"Authorization": "Bearer no"}),
            await http.get("/api/v1/nothing"),
            await http.patch("/api/v1/rules"),
            await http.get("/api/v1/rules", params={"account": "nobody"}),
            await http.post("/api/v1/intents", json={"texts": []}),
            await http.post("/api/v1/intents", content=BULKY * 10),
        ]

    assert [summarise(refusal) for refusal in refusals] == [
        (401, "unauthorized"),
        (404, "no_such_path"),
        (405, "method_not_allowed"),
        (404, "unknown_account"),
        (422, "invalid_request"),
        (413, "too_large"),
    ]


async def test_text_that_utf_8_lacks_is_refused_readably(shared_api: Service) -> None:
    sentence = "NUL and halves of surrogate pairs can't be kept: leave the character out"
    async with client(shared_api) as http:
        refused = await http.post("/api/v1/intents", content=b'{"\\ud800": 1}', headers=JSON)

    [fault] = refused.json()["detail"]
    assert fault == {
        "type": "unstorable_text",
        "loc": ["body", "\ud800"],
        "msg": f"\ud800: {sentence}",
    }


def test_openapi_describes_the_body_of_refusals(shared_api: Service) -> None:
    document = create_app(shared_api.settings).openapi()

    responses = [
        operation["responses"]
        for path, operations in document["paths"].items()
        for operation in operations.values()
        if path.startswith("/api/")
    ]
    bodies = {
        content["schema"]["$ref"]
        for statuses in responses
        for content in statuses["default"]["content"].values()
    }

    assert bodies == {"#/components/schemas/ErrorResponse"}
    assert [statuses for statuses in responses if "422" in statuses] == []
