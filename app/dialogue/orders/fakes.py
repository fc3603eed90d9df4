"""A shop's system in memory, for tests and trials."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.accounts import Account
from app.dialogue.orders.tools import Order, ToolFailed, Tools


@dataclass(frozen=True, slots=True)
class FakeTools(Tools):
    """Looks up orders by openid and number; fails while `down`."""

    orders: Mapping[tuple[str, str], Order] = field(default_factory=dict)
    down: bool = False

    def offers(self, account: Account) -> bool:
        """True for every account."""
        return True

    async def order(self, account: Account, openid: str, number: str) -> Order | None:
        """The order, or None if there is none. Raises ToolFailed while `down`."""
        if self.down:
            raise ToolFailed("the shop's system is down")
        return self.orders.get((openid, number))
