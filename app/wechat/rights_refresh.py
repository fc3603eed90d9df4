"""Keeps what the platform told of each account's rights current; a task of every worker."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from app.account_rights.store import RightsStore
from app.accounts import Account, Accounts
from app.wechat.client.core import PlatformClient
from app.wechat.client.errors import ApiError
from app.wechat.probe import probe_account

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class RightsRefresher:
    """Asks the platform what is due; of all workers one asks, and at most once a minute."""

    client: PlatformClient
    rights: RightsStore
    accounts: Accounts
    clock: Callable[[], float] = time.time

    async def refresh_due(self) -> None:
        """Ask for each account with a secret: at first, daily, and after a 48001.

        Raises RedisError. A platform that does not answer is asked again after a minute.
        """
        callable_accounts = [each for each in self.accounts.values() if each.secret]
        all_stored = await self.rights.read_all([account.appid for account in callable_accounts])
        for account in callable_accounts:
            stored = all_stored[account.appid]
            is_due = stored is None or stored.is_due(self.clock())
            if is_due and await self.rights.begin_asking(account.appid):
                await self._refresh(account)

    async def _refresh(self, account: Account) -> None:
        try:
            answer = await probe_account(self.client, account)
        except ApiError as error:
            log.warning("account_rights_not_told", account=account.name, error=str(error))
            return
        await self.rights.store(account.appid, answer)
        names = sorted(right.value for right in answer.rights)
        log.info("account_rights_told", account=account.name, rights=names)
