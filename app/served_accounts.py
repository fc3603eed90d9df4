"""The served accounts, each with what the platform last told that it may do."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from app.account_rights.store import RightsStore
from app.accounts import Account, Accounts


class ServedAccounts(Mapping[str, Account]):
    """The accounts of the settings by name; `refresh` takes over what is stored of their rights.

    An account of which nothing is stored is as the settings say (`Account.may`).
    """

    def __init__(
        self, configured: Accounts, rights: RightsStore, clock: Callable[[], float] = time.time
    ) -> None:
        self._accounts = dict(configured)
        self._rights = rights
        self._clock = clock

    def __getitem__(self, name: str) -> Account:
        return self._accounts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._accounts)

    def __len__(self) -> int:
        return len(self._accounts)

    async def refresh(self) -> None:
        """Read the stored rights again. Raises RedisError; the last ones stay in use then."""
        appids = [account.appid for account in self._accounts.values()]
        all_stored, now = await self._rights.read_all(appids), self._clock()
        for name, account in self._accounts.items():
            stored = all_stored[account.appid]
            self._accounts[name] = replace(account, rights=stored.current(now) if stored else None)
