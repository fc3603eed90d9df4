"""Followers: lists, what is known of each, remarks, the blacklist, moved accounts."""

from typing import Any

import pytest

from app.simulator.families.users import AccountMoves
from tests.simulator.calling import Caller

LIST, INFO = "/cgi-bin/user/get", "/cgi-bin/user/info"
BATCH, REMARK = "/cgi-bin/user/info/batchget", "/cgi-bin/user/info/updateremark"
BLACKLIST = "/cgi-bin/tags/members/getblacklist"
BLOCK = "/cgi-bin/tags/members/batchblacklist"
UNBLOCK = "/cgi-bin/tags/members/batchunblacklist"


def follow(caller: Caller, *openids: str) -> None:
    for openid in openids:
        caller.platform.interacted(openid, "subscribe")


async def test_followers_are_listed_from_an_openid_on(caller: Caller) -> None:
    follow(caller, "lan", "mei", "zhu")
    caller.platform.unsubscribed("zhu")

    pages = [
        await caller.get(LIST),
        await caller.get(LIST, next_openid="lan"),
        await caller.get(LIST, next_openid="mei"),
        await caller.get(LIST, next_openid="zhu"),
    ]

    assert pages == [
        {"total": 2, "count": 2, "data": {"openid": ["lan", "mei"]}, "next_openid": "mei"},
        {"total": 2, "count": 1, "data": {"openid": ["mei"]}, "next_openid": "mei"},
        {"total": 2, "count": 0, "next_openid": ""},
        {"errcode": 40003},
    ]


async def test_a_page_has_ten_thousand_openids(caller: Caller) -> None:
    follow(caller, *(f"o{number:05}" for number in range(10_001)))

    first = await caller.get(LIST)
    second = await caller.get(LIST, next_openid=first["next_openid"])

    assert (first["total"], first["count"], first["next_openid"]) == (10_001, 10_000, "o09999")
    assert second["data"] == {"openid": ["o10000"]}


async def test_a_follower_is_described_and_who_left_is_not(caller: Caller) -> None:
    follow(caller, "mei", "lan")
    caller.platform.unsubscribed("lan")
    await caller.ask(REMARK, openid="mei", remark="老客户")

    answers = [await caller.get(INFO, openid=openid) for openid in ("mei", "lan", "nobody")]

    assert answers == [
        {
            "subscribe": 1, "openid": "mei", "language": "zh_CN", "subscribe_time": 1_700_000_000,
            "remark": "老客户", "groupid": 0, "tagid_list": [], "qr_scene": 0, "qr_scene_str": "",
            "subscribe_scene": "ADD_SCENE_SEARCH",
        },
        {"subscribe": 0, "openid": "lan"},
        {"errcode": 40003},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        ({"user_list": [{"openid": "mei"}]}, 0),
        ({"user_list": [{"openid": "mei"}] * 101}, 40032),
        ({"user_list": []}, 40032),
        ({"user_list": ["mei"]}, 47001),
        ({"user_list": [{"openid": "nobody"}]}, 40003),
    ],
)
async def test_up_to_a_hundred_followers_are_described(
    body: dict[str, Any], errcode: int, caller: Caller
) -> None:
    follow(caller, "mei")

    assert await caller.code(BATCH, **body) == errcode


@pytest.mark.parametrize(
    ("remark", "errcode"), [("名" * 29, 0), ("名" * 30, 45002), (7, 45002), ("", 0)]
)
async def test_a_remark_has_fewer_than_thirty_characters(
    remark: object, errcode: int, caller: Caller
) -> None:
    follow(caller, "mei")

    assert await caller.code(REMARK, openid="mei", remark=remark) == errcode


async def test_who_is_on_the_blacklist_is_no_follower(caller: Caller) -> None:
    follow(caller, "mei", "lan")

    codes = [await caller.code(BLOCK, openid_list=["mei"])]
    during = [await caller.ask(BLACKLIST, begin_openid=""), (await caller.get(LIST))["total"]]
    codes.append(await caller.code(UNBLOCK, openid_list=["mei"]))
    after = await caller.ask(BLACKLIST)

    assert codes == [0, 0]
    assert during == [
        {"total": 1, "count": 1, "data": {"openid": ["mei"]}, "next_openid": "mei"}, 1,
    ]  # fmt: skip
    assert after == {"total": 0, "count": 0, "next_openid": ""}


@pytest.mark.parametrize(
    ("openids", "errcode"),
    [(["nobody"], 40003), (["mei"] * 21, 40032), ([], 40032), ("mei", 40031)],
)
async def test_a_wrong_list_for_the_blacklist_is_refused(
    openids: object, errcode: int, caller: Caller
) -> None:
    follow(caller, "mei")

    assert await caller.code(BLOCK, openid_list=openids) == errcode


async def test_openids_of_a_moved_account_are_exchanged(caller: Caller) -> None:
    caller.platform.account().store(AccountMoves).openids["wx0"] = {"old": "new"}
    path = "/cgi-bin/changeopenid"

    answer = await caller.ask(path, from_appid="wx0", openid_list=["old", "guess"])
    codes = [
        await caller.code(path, from_appid="wx9", openid_list=["old"]),
        await caller.code(path, from_appid="wx0", openid_list="old"),
        await caller.code(path, from_appid="wx0", openid_list=[]),
    ]

    assert answer == {
        "errcode": 0,
        "result_list": [
            {"ori_openid": "old", "new_openid": "new", "err_msg": "ok"},
            {"ori_openid": "guess", "err_msg": "ori_openid error"},
        ],
    }
    assert codes == [63178, 40031, 40032]
