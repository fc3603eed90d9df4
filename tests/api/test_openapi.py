"""Requests that the service's own OpenAPI document describes, made by schemathesis."""

import asyncio
import warnings
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from pydantic import SecretStr
from schemathesis import Case
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation

from app.inference.fakes import FakeWriter
from app.main import create_app
from app.simulator.accounts.state import PlatformAccount
from app.simulator.platform import Platform
from tests.conftest import Open
from tests.pace import seconds
from tests.service import ACCOUNT, CMS_KEY, Service, client
from tests.support.serve import serving

EXAMPLES = 3  # of each of some 220 operations
GENERATE = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def call_operation(operation: APIOperation[Any, Any, Any, Any], running: Service) -> list[str]:
    """Call one operation with values of its schema; returns answers of 500 and above."""
    failures: list[str] = []
    headers = {"Authorization": f"Bearer {CMS_KEY}"}

    @GENERATE
    @given(case=operation.as_strategy())
    def call(case: Case[Any]) -> None:
        response = case.call(base_url=running.bases[0], headers=headers, timeout=seconds(30))
        if response.status_code >= 500:
            failures.append(f"{operation.label}: {response.status_code} {response.text[:200]}")

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of values that the document can't bound
        call()
    return failures


@pytest.mark.slow
@pytest.mark.timeout(480)
async def test_no_described_request_makes_a_route_fail(open_service: Open) -> None:
    platform = Platform([PlatformAccount(appid=ACCOUNT.appid, secret="secret")])
    secret = SecretStr("secret")
    async with (
        serving(platform.app) as base,
        open_service(writer=FakeWriter(), wechat_api_base=base, wechat_secret=secret) as running,
    ):
        document = create_app(running.settings).openapi()
        schema = schemathesis.openapi.from_dict(document)
        results = list(schema.get_all_operations())
        operations = [result.ok() for result in results if isinstance(result, Ok)]
        failures = [
            failure
            for operation in operations
            for failure in await asyncio.to_thread(call_operation, operation, running)
        ]
        async with client(running) as http:
            alive = await http.get("/api/v1/knowledge/entries")

    assert len(operations) == len(results) > 40
    assert failures == []
    assert alive.status_code == 200
