"""docs/platform.md says what the code has, and no interface has a gap."""

from pathlib import Path

from app.simulator.families import FAMILIES
from app.wechat.client.families import list_families, list_interfaces
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


def test_interfaces_and_simulator_agree_on_method_and_token() -> None:
    simulated = {
        interface.path: (interface.method, interface.needs_token)
        for family in FAMILIES
        for interface in family.interfaces
    }
    declared = {
        interface.path: (interface.method, interface.needs_token)
        for family in list_families()
        for interface in list_interfaces(family)
    }

    assert {path: simulated[path] for path in declared} == declared


def test_no_path_is_declared_twice() -> None:
    paths = [row.interface.path for row in list_rows()]

    assert len(paths) == len(set(paths))
