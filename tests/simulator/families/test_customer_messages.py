"""Customer-service messages and typing, with a clock that the test turns."""

from typing import Any

import pytest

from app.simulator.accounts.followers import Interaction
from app.simulator.families.customer_messages import SEND
from tests.simulator.calling import UNVERIFIED, calling


@pytest.mark.parametrize(
    ("interaction", "count", "seconds"),
    [("message", 5, 48 * 3600), ("click", 3, 60), ("subscribe", 3, 60), ("scan", 3, 60)],
)
async def test_a_window_has_a_count_and_an_end(
    interaction: Interaction, count: int, seconds: int
) -> None:
    async with calling() as caller:
        caller.platform.interacted("mei", interaction)
        while_open = [await caller.text("mei") for _ in range(count + 1)]
        caller.clock.now += seconds
        await caller.log_in()
        closed = await caller.text("mei")

    assert (while_open, closed) == ([0] * count + [45047], 45015)


async def test_windows_do_not_add_up_and_each_doing_renews_its_own() -> None:
    async with calling() as caller:
        caller.platform.interacted("mei", "message")
        caller.platform.interacted("mei", "click")
        first = [await caller.text("mei") for _ in range(6)]
        caller.platform.interacted("mei", "click")
        second = [await caller.text("mei") for _ in range(4)]

    assert (first, second) == ([0] * 5 + [45047], [0] * 3 + [45047])


async def test_who_unsubscribes_cannot_be_written_to() -> None:
    async with calling() as caller:
        caller.platform.interacted("mei", "message")
        caller.platform.unsubscribed("mei")
        errcodes = [await caller.text("mei"), await caller.text("nobody")]

    assert errcodes == [45015, 40003]


@pytest.mark.parametrize(
    ("message", "errcode"),
    [
        ({"msgtype": "text", "text": {"content": "您" * 683}}, 45002),
        ({"msgtype": "text", "text": {"content": ""}}, 44004),
        ({"msgtype": "text", "text": {"content": "\\u4f60"}}, 0),
        ({"msgtype": "poem", "poem": {}}, 40008),
        ({"msgtype": "text", "text": "您好"}, 47001),
        ({"msgtype": "image", "image": {"media_id": "m"}}, 0),
        ({"msgtype": "news", "news": {"articles": [{"title": "一"}, {"title": "二"}]}}, 45008),
        ({"msgtype": "news", "news": {"articles": [{"title": "一"}]}}, 0),
        ({"msgtype": "video", "video": {"media_id": "m"}}, 47001),
        ({"msgtype": "video", "video": {"media_id": "m", "thumb_media_id": ""}}, 40007),
        ({"msgtype": "wxcard", "wxcard": {"card_id": ""}}, 47003),
        ({"msgtype": "mpnewsarticle", "mpnewsarticle": []}, 47001),
        ({"msgtype": "msgmenu", "msgmenu": {"list": [{"id": "1", "content": "继续"}]}}, 0),
    ],
)
async def test_a_message_is_checked_and_kept(message: dict[str, Any], errcode: int) -> None:
    async with calling() as caller:
        caller.platform.interacted("mei", "message")
        answer = await caller.send(touser="mei", **message)

    expected = [{"touser": "mei", **message}] if errcode == 0 else []
    assert (answer, caller.platform.sent["mei"]) == (errcode, expected)


@pytest.mark.parametrize(
    ("body", "errcode"), [(b"{", 47001), (b"[]", 47001), (b'{"touser": "\\u6885"}', 40033)]
)
async def test_json_that_wechat_cannot_use_is_refused(body: bytes, errcode: int) -> None:
    async with calling() as caller:
        answer = await caller.http.post(f"{SEND}?access_token={caller.token}", content=body)

    assert answer.json()["errcode"] == errcode


async def test_an_unverified_account_may_not_write_first() -> None:
    async with calling(UNVERIFIED) as caller:
        caller.platform.interacted("mei", "message")
        errcode = await caller.text("mei")

    assert errcode == 48001


async def test_typing_shows_for_fifteen_seconds_or_until_the_message() -> None:
    async with calling() as caller:
        caller.platform.interacted("mei", "message")
        errcodes_before = [await caller.typing("mei"), await caller.typing("mei")]
        await caller.text("mei")
        after_message = caller.platform.is_typing("mei")
        errcodes = [await caller.typing("mei", "Sing"), await caller.typing("mei")]
        caller.clock.now += 31
        long_after = await caller.typing("mei")

    assert (errcodes_before, after_message, errcodes) == ([0, 45081], False, [45072, 0])
    assert long_after == 45080


async def test_who_comes_back_may_be_written_to_three_times_again() -> None:
    async with calling() as caller:
        caller.platform.interacted("mei", "message")
        caller.platform.unsubscribed("mei")
        caller.platform.interacted("mei", "subscribe")
        errcodes = [await caller.text("mei") for _ in range(4)]

    assert errcodes == [0, 0, 0, 45047]


async def test_what_was_sent_and_typed_is_logged_in_its_order() -> None:
    async with calling() as caller:
        began = caller.clock.now
        for openid in ("mei", "lan"):
            caller.platform.interacted(openid, "message")
        await caller.typing("mei")
        caller.clock.turn(2)
        await caller.text("lan", "您好")
        caller.clock.turn(2)
        await caller.text("mei", "久等了")
        await caller.typing("lan", "CancelTyping")

    assert [
        (s.at - began, s.openid, s.message["text"]["content"]) for s in caller.platform.log
    ] == [
        (2, "lan", "您好"),
        (4, "mei", "久等了"),
    ]
    assert caller.platform.typed == [(began, "mei")]
