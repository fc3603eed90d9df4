"""The routers of the REST API, as the OpenAPI document shows them."""

from typing import Any, get_args

import httpx
import pytest

from app.deps import Scope
from app.main import create_app
from tests.service import Service, client

METHODS = {"get", "put", "post", "delete"}


def list_operations(running: Service) -> list[tuple[str, str, dict[str, Any]]]:
    """Path, method and description of each operation of the REST API."""
    paths = create_app(running.settings).openapi()["paths"]
    return [
        (path, method, operation)
        for path, operations in paths.items()
        for method, operation in operations.items()
        if path.startswith("/api/") and method in METHODS
    ]


async def test_every_operation_needs_the_key_with_one_scope(shared_api: Service) -> None:
    operations = list_operations(shared_api)

    schemes = [scheme for _, _, operation in operations for scheme in operation["security"]]
    scopes = [scope for scheme in schemes for scope in scheme["HTTPBearer"]]
    assert len(scopes) == len(schemes) == len(operations)
    assert set(scopes) == set(get_args(Scope))


async def test_every_operation_that_takes_an_account_refuses_unknown_ones(
    shared_api: Service,
) -> None:
    paths = [
        (method, path)
        for path, method, operation in list_operations(shared_api)
        if "account" in [parameter["name"] for parameter in operation.get("parameters", [])]
    ]

    async with client(shared_api) as http:
        refusals = [await ask_of_unknown_account(http, method, path) for method, path in paths]

    assert len(paths) > 30
    assert {(refusal.status_code, refusal.text) for refusal in refusals} == {
        (404, """{"detail": "no account is named 'nobody'", "code": "unknown_account"}""")
    }


async def ask_of_unknown_account(http: httpx.AsyncClient, method: str, path: str) -> httpx.Response:
    address = path.replace("{reply}", f"h5-{'0' * 32}")
    for name in ("post", "channel"):
        address = address.replace(f"{{{name}}}", "0" * 16)
    if path.endswith(("/calendar", "/statistics")):
        address += "?first=2030-01-01&last=2030-01-31"
    for name in ("entry", "document", "phrase", "openid"):
        address = address.replace(f"{{{name}}}", "oMei")
    return await http.request(method, address, params={"account": "nobody"})


@pytest.mark.parametrize("account", ["", "a" * 65])
async def test_an_account_that_can_be_no_name_is_refused(shared_api: Service, account: str) -> None:
    async with client(shared_api) as http:
        refusal = await http.get("/api/v1/rules", params={"account": account})

    assert refusal.status_code == (422 if account else 404)
