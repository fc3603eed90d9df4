"""docs/platform.md says what the code has, and no interface has a gap."""

from pathlib import Path

from app.simulator.accounts.quotas import Budget
from app.simulator.accounts.rights import has_right
from app.simulator.families import FAMILIES
from app.simulator.gateway.routing import Interface
from app.wechat.client.families import list_families, list_interfaces
from tests.simulator.calling import ACCOUNT, PERSONAL, SUBSCRIPTION, UNVERIFIED
from tests.wechat.client.table import PAGE, Row, list_rows, render


def find_gap(row: Row) -> str:
    """What an interface has not; "" where it has all."""
    page = Path(row.interface.page).name
    present = {
        "a method": row.method,
        f"a docstring that names {page}": page in row.docstring,
        "a test": row.test,
        "a simulator": row.simulator,
        "a Chinese name": row.interface.title,
    }
    return ", ".join(name for name, value in present.items() if not value)


def test_every_interface_has_method_page_test_and_simulator() -> None:
    gaps = {row.interface.path: gap for row in list_rows() if (gap := find_gap(row))}

    assert gaps == {}


def test_the_page_is_generated_from_this_code() -> None:
    assert PAGE.read_text("utf-8") == render(list_rows()), "python -m tests.wechat.client.table"


SIMULATED = {interface.path: interface for family in FAMILIES for interface in family.interfaces}
CALLERS = {  # accounts, by who may call
    "any": [PERSONAL, UNVERIFIED, SUBSCRIPTION, ACCOUNT],
    "verified or service": [UNVERIFIED, SUBSCRIPTION, ACCOUNT],
    "verified": [SUBSCRIPTION, ACCOUNT],
    "verified service": [ACCOUNT],
}


def describe_simulated(interface: Interface) -> tuple[object, ...]:
    budget = interface.budget or Budget("")
    return interface.method, interface.needs_token, budget.a_day, budget.a_minute


def test_interfaces_and_simulator_agree_on_method_token_and_quota() -> None:
    declared = [interface for family in list_families() for interface in list_interfaces(family)]

    ours = {
        each.path: (each.method, each.needs_token, each.daily, each.a_minute) for each in declared
    }

    assert {path: describe_simulated(SIMULATED[path]) for path in ours} == ours


def test_interfaces_and_simulator_agree_on_who_may_call() -> None:
    declared = [interface for family in list_families() for interface in list_interfaces(family)]

    ours = {each.path: CALLERS[each.accounts] for each in declared if each.needs_token}

    assert {
        path: [each for each in CALLERS["any"] if has_right(each, SIMULATED[path].right)]
        for path in ours
    } == ours


def test_no_path_is_declared_twice() -> None:
    paths = [row.interface.path for row in list_rows()]

    assert len(paths) == len(set(paths))
