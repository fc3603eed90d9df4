"""A shop's system in memory, for tests of the rooms around it and for trying things out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.accounts import Account
from app.dialogue.orders.tools import Order, ToolFailed, Tools


@dataclass(frozen=True, slots=True)
class FakeTools(Tools):
    """Knows orders by openid and number; `down` makes it fail."""

    orders: Mapping[tuple[str, str], Order] = field(default_factory=dict)
    down: bool = False

    def offers(self, account: Account) -> bool:
        """Every account has it."""
        return True

    async def order(self, account: Account, openid: str, number: str) -> Order | None:
        """None when there is none. Raises ToolFailed when down."""
        if self.down:
            raise ToolFailed("the shop's system is down")
        return self.orders.get((openid, number))
