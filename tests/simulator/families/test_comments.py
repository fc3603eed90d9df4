"""Comments on published articles."""

from typing import Any

import pytest

from app.simulator.errcodes import Refused
from app.simulator.families.mass_send import SEND_ALL
from app.simulator.publishing.comment_threads import add_comment, find_thread
from tests.simulator.articles import add_draft, submit
from tests.simulator.calling import SUBSCRIPTION, Caller, calling

LIST = "/cgi-bin/comment/list"
OPEN, CLOSE, DELETE = "/cgi-bin/comment/open", "/cgi-bin/comment/close", "/cgi-bin/comment/delete"
ELECT, UNELECT = "/cgi-bin/comment/markelect", "/cgi-bin/comment/unmarkelect"
REPLY, DELETE_REPLY = "/cgi-bin/comment/reply/add", "/cgi-bin/comment/reply/delete"


async def publish(caller: Caller, **changed: Any) -> int:
    """The msg_data_id of a published article that takes comments."""
    article = {"need_open_comment": 1, **changed}
    msg_data_id = (await submit(caller, **article))["msg_data_id"]
    caller.clock.turn(2)
    return int(msg_data_id)


def comment(caller: Caller, msg_data_id: int, content: str, openid: str = "mei") -> int:
    """The id of a new comment of a follower."""
    state, now = caller.platform.account(), caller.clock.now
    added = add_comment(state, msg_data_id, 0, openid=openid, content=content, now=now)
    return added.comment_id


async def read_contents(caller: Caller, msg_data_id: int, kind: int = 0) -> list[str]:
    answer = await caller.ask(LIST, msg_data_id=msg_data_id, begin=0, count=49, type=kind)
    return [each["content"] for each in answer["comment"]]


async def test_comments_are_listed_with_their_replies() -> None:
    async with calling() as caller:
        msg_data_id = await publish(caller)
        first = comment(caller, msg_data_id, "什么时候发货？")
        second = comment(caller, msg_data_id, "好茶", openid="")
        caller.clock.turn(60)
        codes = [
            await caller.code(
                REPLY, msg_data_id=msg_data_id, user_comment_id=first, content="明天发货。"
            ),
            await caller.code(ELECT, msg_data_id=msg_data_id, user_comment_id=second),
        ]
        answer = await caller.ask(LIST, msg_data_id=msg_data_id, begin=0, count=49, type=0)

    assert codes == [0, 0]
    assert answer == {
        "errcode": 0,
        "total": 2,
        "comment": [
            {
                "user_comment_id": first,
                "create_time": 1_700_000_002,
                "content": "什么时候发货？",
                "comment_type": 0,
                "openid": "mei",
                "reply": {"content": "明天发货。", "create_time": 1_700_000_062},
            },
            {
                "user_comment_id": second,
                "create_time": 1_700_000_002,
                "content": "好茶",
                "comment_type": 1,
            },
        ],
    }


async def test_elected_comments_are_listed_apart() -> None:
    async with calling() as caller:
        msg_data_id = await publish(caller)
        ids = [comment(caller, msg_data_id, content) for content in ("一", "二")]
        await caller.code(ELECT, msg_data_id=msg_data_id, user_comment_id=ids[0])
        apart = [await read_contents(caller, msg_data_id, kind) for kind in (1, 2)]
        await caller.code(UNELECT, msg_data_id=msg_data_id, user_comment_id=ids[0])
        afterwards = await read_contents(caller, msg_data_id, 2)

    assert (apart, afterwards) == ([["二"], ["一"]], [])


async def test_a_comment_is_answered_once() -> None:
    async with calling() as caller:
        msg_data_id = await publish(caller)
        target = {
            "msg_data_id": msg_data_id,
            "user_comment_id": comment(caller, msg_data_id, "好茶"),
        }
        codes = [
            await caller.code(REPLY, **target, content=content)
            for content in ("", "谢" * 601, "谢谢", "再谢")
        ]
        codes += [await caller.code(DELETE_REPLY, **target) for _ in range(2)]

    assert codes == [88007, 88007, 0, 88005, 0, 87009]


async def test_a_deleted_comment_is_gone() -> None:
    async with calling() as caller:
        msg_data_id = await publish(caller)
        target = {
            "msg_data_id": msg_data_id,
            "user_comment_id": comment(caller, msg_data_id, "广告"),
        }
        codes = [await caller.code(path, **target) for path in (DELETE, DELETE, ELECT)]
        contents = await read_contents(caller, msg_data_id)

    assert (codes, contents) == ([0, 88008, 88008], [])


async def test_comments_are_opened_and_closed() -> None:
    async with calling() as caller:
        msg_data_id = await publish(caller, need_open_comment=0)
        outcomes = []
        for path in ("", OPEN, CLOSE):
            code = await caller.code(path, msg_data_id=msg_data_id) if path else 0
            try:
                comment(caller, msg_data_id, "好茶")
                outcomes.append((code, 0))
            except Refused as refused:
                outcomes.append((code, refused.errcode))

    assert outcomes == [(0, 88000), (0, 0), (0, 88000)]


async def test_a_hundred_comments_are_elected() -> None:
    async with calling() as caller:
        msg_data_id = await publish(caller)
        ids = [comment(caller, msg_data_id, "好茶") for _ in range(101)]
        thread = find_thread(caller.platform.account(), msg_data_id, 0, caller.clock.now)
        for each in thread.comments[:100]:
            each.is_elected = True
        code = await caller.code(ELECT, msg_data_id=msg_data_id, user_comment_id=ids[100])

    assert code == 88003


@pytest.mark.parametrize(
    ("changed", "errcode"),
    [
        ({"count": 50}, 88010),
        ({"count": 0}, 88010),
        ({"type": 3}, 47001),
        ({"msg_data_id": 7}, 88001),
        ({"index": 1}, 88001),
        ({"begin": None}, 47001),
    ],
)
async def test_a_wrong_list_is_refused(changed: dict[str, Any], errcode: int) -> None:
    async with calling() as caller:
        body = {"msg_data_id": await publish(caller), "begin": 0, "count": 49, "type": 0}
        code = await caller.code(LIST, **{**body, **changed})

    assert code == errcode


async def test_an_article_that_is_not_published_yet_has_no_comments() -> None:
    async with calling() as caller:
        msg_data_id = (await submit(caller))["msg_data_id"]
        code = await caller.code(OPEN, msg_data_id=msg_data_id)

    assert code == 88001


async def test_articles_of_a_mass_send_have_comments_too() -> None:
    async with calling(SUBSCRIPTION) as caller:
        caller.platform.interacted("mei", "message")
        draft = {"media_id": await add_draft(caller, need_open_comment=1)}
        everyone = {"is_to_all": True}
        answer = await caller.ask(SEND_ALL, filter=everyone, msgtype="mpnews", mpnews=draft)
        caller.clock.turn(2)
        comment(caller, answer["msg_data_id"], "好茶")
        contents = await read_contents(caller, answer["msg_data_id"])

    assert contents == ["好茶"]
