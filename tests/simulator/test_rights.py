"""Which kind of account may call what, and that each budget ends."""

from dataclasses import replace

import pytest

from app.simulator.accounts.rights import HOLDERS, Right, has_right
from app.simulator.accounts.state import PlatformAccount
from app.simulator.families import FAMILIES
from app.simulator.gateway.routing import Family, Interface, InterfaceTable
from tests.simulator.calling import ACCOUNT, PERSONAL, SUBSCRIPTION, UNVERIFIED
from tests.simulator.serving import SharedServer

FOR_ALL = {Right.BASIC, Right.MATERIAL, Right.DRAFT}
FOR_VERIFIED_SERVICES = {
    Right.MASS_SEND_TO_OPENIDS,
    Right.QRCODE,
    Right.TEMPLATE_MESSAGE,
    Right.SUBSCRIBE_NOTICE,
    Right.OAUTH,
}


@pytest.mark.parametrize(
    ("account", "rights"),
    [
        (PERSONAL, FOR_ALL),
        (UNVERIFIED, FOR_ALL | {Right.MENU}),
        (SUBSCRIPTION, set(Right) - FOR_VERIFIED_SERVICES),
        (ACCOUNT, set(Right)),
    ],
)
def test_kind_and_verification_decide(account: PlatformAccount, rights: set[Right]) -> None:
    assert {right for right in Right if has_right(account, right)} == rights


def test_every_right_has_its_holders() -> None:
    assert set(HOLDERS) == set(Right)


def test_a_personal_account_is_never_verified() -> None:
    with pytest.raises(ValueError, match="can't be verified"):
        PlatformAccount(appid="wx1", secret="secret", kind="personal")


@pytest.mark.parametrize(
    "interface",
    [
        interface
        for family in FAMILIES
        for interface in family.interfaces
        if interface.needs_token and interface.right not in FOR_ALL
    ],
    ids=lambda interface: interface.path,
)
async def test_an_interface_without_its_right_answers_48001(
    interface: Interface, server: SharedServer
) -> None:
    caller = await server.start_platform(PERSONAL)

    answer = await caller.http.request(
        interface.method, interface.path, params={"access_token": caller.token}
    )

    assert answer.json()["errcode"] == 48001


@pytest.mark.parametrize(
    "interface",
    [
        interface
        for family in FAMILIES
        for interface in family.interfaces
        if interface.needs_token and interface.budget is not None
    ],
    ids=lambda interface: interface.path,
)
async def test_an_interface_without_budget_left_answers_45009(
    interface: Interface, server: SharedServer
) -> None:
    assert interface.budget is not None
    account = replace(ACCOUNT, daily_limits={interface.budget.name: 0})
    caller = await server.start_platform(account)

    answer = await caller.http.request(
        interface.method, interface.path, params={"access_token": caller.token}
    )

    assert answer.json()["errcode"] == 45009


def test_two_interfaces_cannot_share_a_path() -> None:
    interface = FAMILIES[0].interfaces[0]

    with pytest.raises(ValueError, match=f"two interfaces at {interface.path}"):
        InterfaceTable([Family("one", (interface,)), Family("other", (interface,))])
