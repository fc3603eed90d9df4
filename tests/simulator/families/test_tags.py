"""Tags: made, renamed, deleted, given to followers and taken away."""

from typing import Any

import pytest

from app.simulator.accounts.followers import Follower
from tests.simulator.calling import Caller

CREATE, UPDATE, DELETE = "/cgi-bin/tags/create", "/cgi-bin/tags/update", "/cgi-bin/tags/delete"
LIST, MEMBERS, OF_FOLLOWER = "/cgi-bin/tags/get", "/cgi-bin/user/tag/get", "/cgi-bin/tags/getidlist"
TAG, UNTAG = "/cgi-bin/tags/members/batchtagging", "/cgi-bin/tags/members/batchuntagging"


async def add_tag(caller: Caller, name: str = "新客") -> int:
    return int((await caller.ask(CREATE, tag={"name": name}))["tag"]["id"])


async def test_a_tag_is_made_renamed_and_deleted(caller: Caller) -> None:
    made = await caller.ask(CREATE, tag={"name": "新客"})
    codes = [await caller.code(UPDATE, tag={"id": 100, "name": "老客"})]
    listed = await caller.get(LIST)
    codes += [await caller.code(DELETE, tag={"id": 100}) for _ in range(2)]

    assert made == {"tag": {"id": 100, "name": "新客"}}
    assert listed == {"tags": [{"id": 100, "name": "老客", "count": 0}]}
    assert codes == [0, 0, 45159]


async def test_followers_are_tagged_and_untagged(caller: Caller) -> None:
    for openid in ("mei", "lan"):
        caller.platform.interacted(openid, "message")
    tag_id = await add_tag(caller)

    codes = [await caller.code(TAG, openid_list=["mei", "lan"], tagid=tag_id) for _ in range(2)]
    members = await caller.ask(MEMBERS, tagid=tag_id, next_openid="")
    codes.append(await caller.code(UNTAG, openid_list=["mei"], tagid=tag_id))
    left = [await caller.ask(OF_FOLLOWER, openid=openid) for openid in ("mei", "lan")]

    assert codes == [0, 0, 0]
    assert members == {"count": 2, "data": {"openid": ["lan", "mei"]}, "next_openid": "mei"}
    assert left == [{"tagid_list": []}, {"tagid_list": [tag_id]}]


async def test_a_deleted_tag_leaves_its_followers(caller: Caller) -> None:
    caller.platform.interacted("mei", "message")
    tag_id = await add_tag(caller)
    await caller.ask(TAG, openid_list=["mei"], tagid=tag_id)

    await caller.ask(DELETE, tag={"id": tag_id})

    assert await caller.ask(OF_FOLLOWER, openid="mei") == {"tagid_list": []}


async def test_an_account_has_a_hundred_tags(caller: Caller) -> None:
    caller.platform.account().followers.tags.update({100 + n: f"签{n}" for n in range(100)})

    assert await caller.code(CREATE, tag={"name": "新客"}) == 45056


async def test_a_follower_has_twenty_tags(caller: Caller) -> None:
    caller.platform.interacted("mei", "message")
    book = caller.platform.account().followers
    book.tags.update({100 + n: f"签{n}" for n in range(21)})
    book.followers["mei"].tag_ids = list(range(100, 120))

    codes = [await caller.code(TAG, openid_list=["mei"], tagid=tag) for tag in (119, 120)]

    assert codes == [0, 45059]


async def test_a_tag_of_over_a_hundred_thousand_followers_stays(caller: Caller) -> None:
    tag_id = await add_tag(caller)
    openids = map(str, range(100_001))
    caller.platform.account().followers.followers.update(
        dict.fromkeys(openids, Follower(tag_ids=[tag_id]))
    )

    assert await caller.code(DELETE, tag={"id": tag_id}) == 45057


@pytest.mark.parametrize(
    ("path", "body", "errcode"),
    [
        (CREATE, {"tag": {"name": "新客"}}, 45157),
        (CREATE, {"tag": {"name": ""}}, 45157),
        (CREATE, {"tag": {"name": "名" * 31}}, 45158),
        (CREATE, {"tag": "新客"}, 47001),
        (UPDATE, {"tag": {"id": 2, "name": "星标"}}, 45058),
        (UPDATE, {"tag": {"id": 7, "name": "星标"}}, 45159),
        (DELETE, {"tag": {"id": "100"}}, 47001),
        (TAG, {"openid_list": ["mei"], "tagid": 7}, 45159),
        (TAG, {"openid_list": ["mei"] * 51, "tagid": 100}, 40032),
        (TAG, {"openid_list": ["nobody"], "tagid": 100}, 40003),
        (UNTAG, {"openid_list": "mei", "tagid": 100}, 40031),
        (MEMBERS, {"tagid": 7}, 45159),
        (OF_FOLLOWER, {"openid": "nobody"}, 40003),
    ],
)
async def test_what_is_wrong_with_tags_is_refused(
    path: str, body: dict[str, Any], errcode: int, caller: Caller
) -> None:
    caller.platform.interacted("mei", "message")
    await add_tag(caller)

    assert await caller.code(path, **body) == errcode
