"""Agents of the platform's desk, against the simulator."""

from dataclasses import replace

import pytest

from app.simulator.families.desk import DeskStore, accept
from app.wechat.client.errors import ApiError, InvalidField
from app.wechat.client.families.desk.kf_accounts import (
    DeskAgent,
    DeskAgents,
    KfAccounts,
    OnlineAgent,
    OnlineAgents,
)
from tests.wechat.client.families.files import COVER
from tests.wechat.client.support import SHOP, make_platform, open_client

LIN = "lin@shop"


async def test_an_agent_is_added_invited_and_goes_online(redis_url: str) -> None:
    platform = make_platform()

    async with open_client(redis_url, platform) as client:
        agents = KfAccounts(client)
        await agents.add(SHOP, LIN, "小林")
        await agents.invite(SHOP, LIN, "lin-2026")
        invited = await agents.list_all(SHOP)
        accept(platform.account(), LIN, "lin-2026")
        await agents.update(SHOP, LIN, "林姐")
        bound = await agents.list_all(SHOP)
        online = await agents.list_online(SHOP)

    agent = DeskAgent(kf_account=LIN, kf_nick="小林", kf_id="1001")
    assert invited.kf_list == (
        agent.model_copy(update={"invite_wx": "lin-2026", "invite_status": "waiting"}),
    )
    assert bound.kf_list == (agent.model_copy(update={"kf_nick": "林姐", "kf_wx": "lin-2026"}),)
    assert online == OnlineAgents(
        kf_online_list=(OnlineAgent(kf_account=LIN, status=1, kf_id="1001", accepted_case=0),)
    )


async def test_an_agent_has_a_portrait_and_is_deleted(redis_url: str) -> None:
    platform = make_platform()

    async with open_client(redis_url, platform) as client:
        agents = KfAccounts(client)
        await agents.add(SHOP, LIN, "小林")
        await agents.upload_portrait(SHOP, LIN, COVER)
        portrait = platform.account().store(DeskStore).agents[LIN].portrait
        await agents.delete(SHOP, LIN)
        empty = await agents.list_all(SHOP)

    assert portrait is not None
    assert (portrait.content, empty) == (COVER.content, DeskAgents())


async def test_the_same_agent_is_there_already(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        agents = KfAccounts(client)
        await agents.add(SHOP, LIN, "小林")
        with pytest.raises(ApiError) as refusal:
            await agents.add(SHOP, LIN, "小林")

    assert refusal.value.code == 65406
    assert refusal.value.meaning is not None
    assert refusal.value.meaning.reaction == "done"


@pytest.mark.parametrize(
    ("agent", "nickname", "field", "code"),
    [
        ("小林@shop", "小林", "kf_account: 1 to 10 letters", 65404),
        ("lin", "小林", "kf_account: 1 to 10 letters", 65404),
        (LIN, "", "nickname: must not be empty", 65403),
        (LIN, "名" * 17, "nickname: at most 16 characters; this has 17", 65403),
    ],
)
async def test_an_agent_without_a_proper_name_is_not_sent(
    redis_url: str, agent: str, nickname: str, field: str, code: int
) -> None:
    platform = make_platform()

    async with open_client(redis_url, platform) as client:
        with pytest.raises(InvalidField, match=field) as refusal:
            await KfAccounts(client).add(SHOP, agent, nickname)
        with pytest.raises(InvalidField, match="invite_wx: must not be empty"):
            await KfAccounts(client).invite(SHOP, LIN, "")
        with pytest.raises(InvalidField, match="media: one of image/jpeg, image/png"):
            await KfAccounts(client).upload_portrait(
                SHOP, LIN, replace(COVER, content_type="image/gif")
            )

    assert (refusal.value.code, platform.calls.total()) == (code, 0)
