"""What the week is played on: processes, the platform's stand-in, two accounts and their phones."""

import asyncio
import secrets
import shutil
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from app.simulator.accounts.state import PlatformAccount
from app.simulator.callback.wechat import WeChat
from app.simulator.callback.wire import CallbackAccount
from app.simulator.clock import Running
from app.simulator.gateway.faults import Faults
from app.simulator.phones.phone import Phone
from app.simulator.platform import Platform
from tests.bench.conversation.crew import Crew, working
from tests.bench.conversation.mischief import Address
from tests.bench.processes import ROOT, Died
from tests.postgres import private_database

VERIFIED, UNVERIFIED = "brand", "stall"
APART = 5.0  # seconds between deliveries
CONNECTIONS = 512  # of each account
AT_ONCE = 100  # entries


@dataclass(frozen=True)
class Stage:
    """Everything up and warm."""

    crew: Crew
    platform: Platform
    address: Address
    clock: Running
    accounts: Mapping[str, CallbackAccount]
    wechats: Mapping[str, WeChat]
    generates: bool  # a language model's stand-in is there

    @property
    def database_url(self) -> str:
        return self.crew.settings["DATABASE_URL"]

    def phones(self, followers: int) -> list[Phone]:
        """Every second one follows the verified account."""
        wechats = [self.wechats[name] for name in (VERIFIED, UNVERIFIED)]
        return [
            Phone(wechats[who % 2], "o" + secrets.token_hex(13), self.platform)
            for who in range(followers)
        ]

    async def teach(self, account: str, entries: Sequence[Mapping[str, Any]]) -> None:
        """Over REST. Raises Died with what was said where it is refused."""
        for at in range(0, len(entries), AT_ONCE):
            body = {"account": account, "entries": entries[at : at + AT_ONCE]}
            await self.ask("/api/v1/knowledge/entries", body)

    async def ask(self, path: str, body: Mapping[str, Any]) -> Any:
        headers = {"Authorization": f"Bearer {self.crew.settings['CMS_API_KEY']}"}
        async with httpx.AsyncClient(
            base_url=self.crew.bases[0], headers=headers, timeout=120, trust_env=False
        ) as http:
            answer = await http.post(path, json=body)
        if answer.status_code != 200:
            raise Died(f"{path} answers {answer.status_code}: {answer.text[:300]}")
        return answer.json()


@asynccontextmanager
async def opened(
    seed: int = 1, environment: Mapping[str, str] | None = None, llm: str | None = None
) -> AsyncIterator[Stage]:
    """`llm` is how long its answers take; everything is stopped and removed afterwards."""
    folder = ROOT / "var" / f"bench-conversation-{secrets.token_hex(4)}"
    await asyncio.to_thread(folder.mkdir, parents=True)
    clock, secret = Running(), secrets.token_hex(16)
    accounts = {name: _account(name) for name in (VERIFIED, UNVERIFIED)}
    platform = Platform(
        (
            PlatformAccount(appid=account.appid, secret=secret, verified=name == VERIFIED)
            for name, account in accounts.items()
        ),
        faults=Faults(seed=seed),
        clock=clock,
    )
    try:
        async with AsyncExitStack() as stack:
            address = Address(platform)
            await address.open()
            stack.push_async_callback(address.close)
            _write_accounts(folder / "accounts.toml", accounts, secret)
            database = await stack.enter_async_context(private_database(folder / "postgres"))
            settings = _settings(folder, address, database) | dict(environment or {})
            ours = Crew(folder, settings)
            generates = llm is not None and ours.start_llm(llm, seed)
            await stack.enter_async_context(working(ours))
            wechats = {
                name: await stack.enter_async_context(
                    WeChat(
                        account=account,
                        bases=ours.bases,
                        connections=CONNECTIONS,
                        clock=clock,
                        apart=APART,
                        balanced=True,
                    )
                )
                for name, account in accounts.items()
            }
            yield Stage(ours, platform, address, clock, accounts, wechats, generates)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _settings(folder: Path, address: Address, database_url: str) -> dict[str, str]:
    return {
        "ACCOUNTS_FILE": str(folder / "accounts.toml"),
        "CMS_API_KEY": secrets.token_urlsafe(24),
        "DATABASE_URL": database_url,
        "WECHAT_API_BASE": address.base,
    }


def _account(name: str) -> CallbackAccount:
    return CallbackAccount("wx" + secrets.token_hex(8), secrets.token_hex(16), f"/wechat/{name}")


def _write_accounts(file: Path, accounts: Mapping[str, CallbackAccount], secret: str) -> None:
    tables = [
        f'[accounts.{name}]\nappid = "{account.appid}"\ntoken = "{account.token}"\n'
        f'secret = "{secret}"\nverified = {"true" if name == VERIFIED else "false"}\n'
        for name, account in accounts.items()
    ]
    file.write_text("\n".join(tables), "utf-8")
