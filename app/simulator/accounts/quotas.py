"""Budgets of calls: so many a day (until midnight in China) and so many a minute.

Source: /doc/service/guide/dev/api/limit.html. An account's own limits (`daily_limits`) go first.
"""

from dataclasses import dataclass, field

from app.simulator.accounts.state import AccountState
from app.simulator.clock import china_day, china_month
from app.simulator.errcodes import Refused

CLEARS_A_MONTH = 10  # of clear_quota, clear_quota/v2 and openapi/quota/clear together


@dataclass(frozen=True)
class Budget:
    """How often an account may call the interfaces that share the budget. None: without limit."""

    name: str  # the path of an interface, or what several share
    a_day: int | None = None
    a_minute: int | None = None


@dataclass
class QuotaUse:
    """What an account has used of its budgets, and the times that it cleared them."""

    day: str = ""
    minute: int = 0
    used_today: dict[str, int] = field(default_factory=dict)  # by budget
    used_this_minute: dict[str, int] = field(default_factory=dict)
    clears: dict[str, int] = field(default_factory=dict)  # by month


def read_use(state: AccountState, now: float) -> QuotaUse:
    """What is used at `now`; yesterday's calls don't count."""
    use = state.store(QuotaUse)
    if use.day != china_day(now):
        use.day, use.used_today = china_day(now), {}
    if use.minute != int(now // 60):
        use.minute, use.used_this_minute = int(now // 60), {}
    return use


def get_daily_limit(state: AccountState, budget: Budget) -> int | None:
    """The account's limit of a day; None: without limit."""
    return state.account.daily_limits.get(budget.name, budget.a_day)


def spend(state: AccountState, budget: Budget, now: float) -> None:
    """Count one call. Raises Refused: 45009 over the limit of the day, 45011 of the minute."""
    use = read_use(state, now)
    limit = get_daily_limit(state, budget)
    if limit is not None and use.used_today.get(budget.name, 0) >= limit:
        raise Refused(45009)
    if budget.a_minute is not None and use.used_this_minute.get(budget.name, 0) >= budget.a_minute:
        raise Refused(45011)
    for counts in (use.used_today, use.used_this_minute):
        counts[budget.name] = counts.get(budget.name, 0) + 1


def clear_all(state: AccountState, now: float) -> None:
    """Begin all budgets of today anew. Raises Refused with 48006 over ten clears a month."""
    _count_clear(state, now)
    read_use(state, now).used_today.clear()


def clear_one(state: AccountState, budget: Budget, now: float) -> None:
    """Begin one budget anew. Raises Refused with 48006 over ten clears a month."""
    _count_clear(state, now)
    read_use(state, now).used_today.pop(budget.name, None)


def _count_clear(state: AccountState, now: float) -> None:
    use, month = read_use(state, now), china_month(now)
    if use.clears.get(month, 0) >= CLEARS_A_MONTH:
        raise Refused(48006)
    use.clears[month] = use.clears.get(month, 0) + 1
