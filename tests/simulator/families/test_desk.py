"""The platform's own customer-service desk: agents, sessions, records."""

from typing import Any

import pytest

from app.simulator.families.desk import AGENT_SPEAKS, DeskStore, StoredAgent, accept
from tests.simulator.calling import Caller
from tests.simulator.uploads import GIF, JPG

LIN, WANG = "lin@shop", "wang@shop"
ADD, UPDATE = "/customservice/kfaccount/add", "/customservice/kfaccount/update"
DELETE, INVITE = "/customservice/kfaccount/del", "/customservice/kfaccount/inviteworker"
PORTRAIT = "/customservice/kfaccount/uploadheadimg"
LIST, ONLINE = "/cgi-bin/customservice/getkflist", "/cgi-bin/customservice/getonlinekflist"
OPEN, CLOSE = "/customservice/kfsession/create", "/customservice/kfsession/close"
SESSION, SESSIONS = "/customservice/kfsession/getsession", "/customservice/kfsession/getsessionlist"
WAITING, RECORDS = "/customservice/kfsession/getwaitcase", "/customservice/msgrecord/getmsglist"


async def open_desk(caller: Caller) -> DeskStore:
    """The desk of two agents, of whom only 林 is online, and the follower mei."""
    for name, nickname in ((LIN, "林"), (WANG, "王")):
        await caller.ask(ADD, kf_account=name, nickname=nickname)
    accept(caller.platform.account(), LIN, "lin")
    caller.platform.interacted("mei", "message")
    return caller.platform.account().store(DeskStore)


async def test_an_agent_is_invited_accepts_and_is_online(caller: Caller) -> None:
    codes = [
        await caller.code(ADD, kf_account=LIN, nickname="小林"),
        await caller.code(UPDATE, kf_account=LIN, nickname="林"),
        await caller.code(INVITE, kf_account=LIN, invite_wx="lin"),
        await caller.code(INVITE, kf_account=LIN, invite_wx="lin"),
    ]
    invited = (await caller.get(LIST))["kf_list"]
    accept(caller.platform.account(), LIN, "lin")
    codes.append(await caller.code(INVITE, kf_account=LIN, invite_wx="lin"))
    listed, online = await caller.get(LIST), await caller.get(ONLINE)

    agent = {"kf_account": LIN, "kf_nick": "林", "kf_id": "1001", "kf_headimgurl": ""}
    assert codes == [0, 0, 0, 65411, 65412]
    assert invited == [{**agent, "invite_wx": "lin", "invite_status": "waiting"}]
    assert listed == {"kf_list": [{**agent, "kf_wx": "lin"}]}
    assert online == {
        "kf_online_list": [{"kf_account": LIN, "status": 1, "kf_id": "1001", "accepted_case": 0}]
    }


@pytest.mark.parametrize(
    ("path", "body", "errcode"),
    [
        (ADD, {"kf_account": LIN, "nickname": "林"}, 65406),
        (ADD, {"kf_account": "lin", "nickname": "林"}, 65404),
        (ADD, {"kf_account": "wu@shop", "nickname": "名" * 17}, 65403),
        (UPDATE, {"kf_account": "wu@shop", "nickname": "吴"}, 65401),
        (INVITE, {"kf_account": WANG, "invite_wx": ""}, 65409),
        (INVITE, {"kf_account": WANG, "invite_wx": "lin"}, 65407),
        (INVITE, {"kf_account": "wu@shop", "invite_wx": "wu"}, 65401),
    ],
)
async def test_an_agent_that_cannot_be_is_refused(
    path: str, body: dict[str, Any], errcode: int, caller: Caller
) -> None:
    await open_desk(caller)

    assert await caller.code(path, **body) == errcode


async def test_a_desk_has_a_hundred_agents(caller: Caller) -> None:
    agents = caller.platform.account().store(DeskStore).agents
    agents.update({f"a{n}@shop": StoredAgent(name="", nickname="", number=n) for n in range(100)})

    assert await caller.code(ADD, kf_account=LIN, nickname="林") == 65405


@pytest.mark.parametrize(
    ("agent", "content", "errcode"), [(LIN, JPG, 0), (LIN, GIF, 40137), ("wu@shop", JPG, 65401)]
)
async def test_a_portrait_is_jpg_or_png(
    agent: str, content: bytes, errcode: int, caller: Caller
) -> None:
    await open_desk(caller)

    assert await caller.upload(PORTRAIT, content, kf_account=agent) == {"errcode": errcode}


async def test_a_session_is_opened_listed_and_closed(caller: Caller) -> None:
    desk = await open_desk(caller)
    desk.waiting["mei"] = 1_700_000_000

    waiting = await caller.get(WAITING)
    codes = [await caller.code(OPEN, kf_account=LIN, openid="mei") for _ in range(2)]
    during = [
        await caller.get(SESSION, openid="mei"),
        await caller.get(SESSIONS, kf_account=LIN),
        await caller.get(WAITING),
    ]
    codes += [await caller.code(CLOSE, kf_account=name, openid="mei") for name in (WANG, LIN, LIN)]

    session = {"createtime": 1_700_000_000}
    assert waiting == {
        "count": 1, "waitcaselist": [{"openid": "mei", "latest_time": 1_700_000_000}],
    }  # fmt: skip
    assert during == [
        {"errcode": 0, "kf_account": LIN, **session},
        {"sessionlist": [{"openid": "mei", **session}]},
        {"count": 0, "waitcaselist": []},
    ]
    assert codes == [0, 0, 65414, 0, 65413]


@pytest.mark.parametrize(
    ("agent", "openid", "errcode"),
    [(LIN, "nobody", 40003), ("wu@shop", "mei", 65401), (WANG, "mei", 65402)],
)
async def test_a_session_that_cannot_be_is_refused(
    agent: str, openid: str, errcode: int, caller: Caller
) -> None:
    await open_desk(caller)

    assert await caller.code(OPEN, kf_account=agent, openid=openid) == errcode


async def test_a_session_is_of_one_agent_who_is_online(caller: Caller) -> None:
    desk = await open_desk(caller)
    accept(caller.platform.account(), WANG, "wang")
    await caller.ask(OPEN, kf_account=LIN, openid="mei")
    desk.agents[LIN].is_online = False

    codes = [await caller.code(OPEN, kf_account=name, openid="mei") for name in (WANG, LIN)]

    assert codes == [65414, 65415]


async def test_a_deleted_agent_leaves_no_session(caller: Caller) -> None:
    await open_desk(caller)
    await caller.ask(OPEN, kf_account=LIN, openid="mei")

    deleted = [await caller.get(DELETE, kf_account=LIN) for _ in range(2)]
    session = await caller.get(SESSION, openid="mei")

    assert deleted == [{"errcode": 0}, {"errcode": 65401}]
    assert session == {"errcode": 0, "kf_account": "", "createtime": 0}


async def test_records_are_read_page_by_page(caller: Caller) -> None:
    desk = await open_desk(caller)
    for second, text in enumerate(("您好", "明天发货")):
        desk.record("mei", LIN, text, 1_700_000_000 + second, AGENT_SPEAKS)
    span = {"starttime": 1_700_000_000, "endtime": 1_700_086_400, "number": 1}

    pages = [await caller.ask(RECORDS, **span, msgid=msgid) for msgid in (1, 2, 3)]
    codes = [
        await caller.code(RECORDS, **{**span, "endtime": 1_700_086_401}, msgid=1),
        await caller.code(RECORDS, **{**span, "number": 10_001}, msgid=1),
        await caller.code(RECORDS, **span, msgid=0),
    ]

    assert [[each["text"] for each in page["recordlist"]] for page in pages] == [
        ["您好"], ["明天发货"], [],
    ]  # fmt: skip
    assert pages[0]["recordlist"][0] == {
        "openid": "mei", "opercode": 2002, "text": "您好", "time": 1_700_000_000, "worker": LIN,
    }  # fmt: skip
    assert [page["msgid"] for page in pages] == [2, 3, 3]
    assert codes == [65417, 65416, 65416]
