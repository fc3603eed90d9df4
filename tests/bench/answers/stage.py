"""The service with an account for each shop, and one that knows nothing beside each."""

import asyncio
import json
import secrets
import shutil
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from app.resources import private_redis
from app.simulator.accounts.state import PlatformAccount
from app.simulator.callback.wechat import WeChat
from app.simulator.callback.wire import CallbackAccount
from app.simulator.platform import Platform
from tests.bench.answers.corpus import Shop
from tests.bench.answers.values import Base, Chunk
from tests.bench.processes import ROOT, Died, free_port, role_running
from tests.postgres import private_database
from tests.support.llm import LanguageModel
from tests.support.serve import serving

BARE = "-bare"  # ends the name of an account without a knowledge base
CONNECTIONS = 64  # of each account
ENTRIES_AT_ONCE = 100
IMPORTED_WITHIN = 120.0  # seconds
LIVE_AFTER = 2.5  # seconds: what an operator writes is live within two
REST_WITHIN = 120.0  # seconds


@dataclass(frozen=True)
class Stage:
    """Everything up and warm."""

    wechats: Mapping[str, WeChat]  # by account
    platform: Platform
    rest: httpx.AsyncClient
    redis_url: str
    database_url: str
    model: LanguageModel | None  # what stands in for a language model, with all its prompts

    async def ask(self, method: str, path: str, **how: Any) -> Any:
        """The answer's JSON. Raises Died with what was said where it is refused."""
        answer = await self.rest.request(method, f"/api/v1{path}", **how)
        if answer.is_error:
            raise Died(f"{path} answers {answer.status_code}: {answer.text[:300]}")
        return answer.json()

    async def teach(self, shop: Shop) -> Base:
        """Everything that the shop's operator writes: persona, entries and documents."""
        persona = {"about": list(shop.about)}
        rules = {"account": shop.id, "revision": 0, "rules": {"persona": persona}}
        await self.ask("PUT", "/rules", json=rules)
        entries = [
            {
                "id": entry.id,
                "question": entry.question,
                "variants": list(entry.variants),
                "answer": entry.answer,
            }
            for entry in shop.entries
        ]
        for at in range(0, len(entries), ENTRIES_AT_ONCE):
            body = {"account": shop.id, "entries": entries[at : at + ENTRIES_AT_ONCE]}
            await self.ask("POST", "/knowledge/entries", json=body)
        await self._import(shop)
        return Base(
            names={each.id: (each.question, *each.variants) for each in shop.entries},
            answers={each.id: each.answer for each in shop.entries},
            chunks=await self._chunks(shop.id),
        )

    async def _import(self, shop: Shop) -> None:
        files = [
            ("files", (name, text.encode(), "text/markdown"))
            for name, text in shop.documents.items()
        ]
        path = "/knowledge/imports"
        filed = await self.ask("POST", path, params={"account": shop.id}, files=files)
        async with asyncio.timeout(IMPORTED_WITHIN):
            while True:
                report = await self.ask("GET", f"{path}/{filed['id']}")
                if report["state"] == "done":
                    return
                if report["state"] in {"refused", "cancelled"}:
                    raise Died(f"the documents of {shop.id} are {report['state']}: {report}")
                await asyncio.sleep(0.2)

    async def _chunks(self, account: str) -> dict[str, Chunk]:
        query = {"account": account}
        page = await self.ask("GET", "/knowledge/documents", params=query)
        chunks = {}
        for document in page["documents"]:
            path = f"/knowledge/documents/{document['id']}"
            for part in (await self.ask("GET", path, params=query))["parts"]:
                source = document["source"]
                chunks[str(part["id"])] = Chunk(source, part["title"], part["text"])
        return chunks


@asynccontextmanager
async def opened(
    shops: Sequence[Shop], environment: Mapping[str, str], *, with_model: bool
) -> AsyncIterator[Stage]:
    """Redis, api and worker as processes; the platform's stand-in, and a model's where wanted.

    Everything is stopped and removed afterwards. Raises Died.
    """
    folder = ROOT / "var" / f"bench-answers-{secrets.token_hex(4)}"
    try:
        async with AsyncExitStack() as stack:
            redis = await stack.enter_async_context(private_redis(folder))
            database = await stack.enter_async_context(private_database(folder / "postgres"))
            secret, key = secrets.token_hex(16), secrets.token_urlsafe(24)
            accounts = _accounts(shops)
            _write_accounts(folder / "accounts.toml", shops, accounts, secret)
            platform = Platform(
                PlatformAccount(appid=account.appid, secret=secret) for account in accounts.values()
            )
            model = LanguageModel() if with_model else None
            settings = {
                "ACCOUNTS_FILE": str(folder / "accounts.toml"),
                "CMS_API_KEY": key,
                "DATABASE_URL": database,
                "REDIS_URL": redis,
                "LOG_LEVEL": "warning",
                "CONSENT": "false",  # else each follower's first reply has it, and none is compared
                "WECHAT_API_BASE": await stack.enter_async_context(serving(platform.app)),
                **(await _model_settings(model, stack)),
                **environment,
            }
            base = await _started(stack, folder, settings)
            rest = await stack.enter_async_context(_client(base, key))
            wechats = {
                name: await stack.enter_async_context(
                    WeChat(account=account, bases=[base], connections=CONNECTIONS)
                )
                for name, account in accounts.items()
            }
            yield Stage(wechats, platform, rest, redis, database, model)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _model_settings(model: LanguageModel | None, stack: AsyncExitStack) -> dict[str, str]:
    if model is None:
        return {}
    base = await stack.enter_async_context(serving(model.app))
    return {"LLM_BASE_URL": f"{base}/v1", "LLM_MODEL": "stand-in", "LLM_API_KEY": "none"}


async def _started(stack: AsyncExitStack, folder: Path, settings: Mapping[str, str]) -> str:
    """Api and worker; the api's address."""
    port, metrics_port = free_port(), free_port()
    base = f"http://127.0.0.1:{port}"
    api = {**settings, "HOST": "127.0.0.1", "PORT": str(port)}
    worker = {**settings, "METRICS_PORT": str(metrics_port)}
    await stack.enter_async_context(role_running("api", folder, api, f"{base}/health/live"))
    # The api is ready once a worker has warmed its models up.
    await stack.enter_async_context(role_running("worker", folder, worker, f"{base}/health/ready"))
    return base


def _client(base: str, key: str) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {key}"}
    return httpx.AsyncClient(base_url=base, headers=headers, timeout=REST_WITHIN, trust_env=False)


def _accounts(shops: Sequence[Shop]) -> dict[str, CallbackAccount]:
    names = [name for shop in shops for name in (shop.id, shop.id + BARE)]
    return {
        name: CallbackAccount("wx" + secrets.token_hex(8), secrets.token_hex(16), f"/wechat/{name}")
        for name in names
    }


def _write_accounts(
    file: Path, shops: Sequence[Shop], accounts: Mapping[str, CallbackAccount], secret: str
) -> None:
    """TOML; JSON's strings are strings of TOML, too."""
    lines = []
    for shop in shops:
        for name in (shop.id, shop.id + BARE):
            account = accounts[name]
            lines += [
                f"[accounts.{name}]",
                f"appid = {json.dumps(account.appid)}",
                f"token = {json.dumps(account.token)}",
                f"secret = {json.dumps(secret)}",
                "verified = true",
                f"brand = {json.dumps(shop.brand, ensure_ascii=False)}",
                f"service_hours = {json.dumps(shop.hours, ensure_ascii=False)}",
            ]
    file.write_text("\n".join(lines) + "\n", "utf-8")
