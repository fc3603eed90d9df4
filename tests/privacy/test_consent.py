"""What a follower is told of their data, and what they ask for."""

from typing import Any

import pytest

from app.messages.phrases import as_shipped
from app.privacy import consent
from app.privacy.consent import Consent
from app.redis import keys
from app.resources import redis_client

MEI, LI = keys.user("default", "mei"), keys.user("default", "li")


@pytest.mark.parametrize(
    ("text", "data_request"),
    [
        ("删除我的数据", "erase"),
        (" 「删除我的数据」。\n", "erase"),
        ("刪除我的數據", "erase"),
        ("导出我的数据！", "export"),
        ("隐私", "about"),
        ("「隱私」。", "about"),
        ("隐私政策是什么", None),
        ("怎么删除我的数据", None),
        ("删除我的数据吗", None),
        ("请不要删除我的数据", None),
        ("", None),
    ],
)
async def test_only_the_words_alone_are_a_request(text: str, data_request: str | None) -> None:
    assert consent.parse_request(text) == data_request


def test_the_first_sentence_is_short_and_leads_to_who_how_long_and_how_to_erase() -> None:
    notice = as_shipped(consent.TEXT, brand="莲花茶社")
    more = as_shipped(consent.PRIVACY, brand="莲花茶社", days="180")

    assert [word in notice for word in ("莲花茶社", "AI", "隐私")] == [True] * 3
    assert (notice.count("。"), len(notice) < 60) == (1, True)
    assert [
        word in more for word in ("莲花茶社", "180 天", "人工智能", "删除我的数据", "导出我的数据")
    ] == [True] * 5


async def test_who_was_told_is_known_in_whatever_words(redis_url: str) -> None:
    async with redis_client(redis_url) as redis:
        consents = Consent(redis)
        async with redis.pipeline() as pipe:
            consents.mark(pipe, MEI)
            await pipe.execute()
        await redis.set(keys.notice_shown(LI), "3f9a1c22")

        notice_flags = await consents.notice_shown([MEI, LI, "default:wu"])
        life = await redis.ttl(keys.notice_shown(MEI))

    assert (notice_flags, await consents.notice_shown([])) == ([True, True, False], [])
    assert life == keys.NOTICE_SHOWN_FOR.total_seconds()


async def test_what_is_kept_can_be_read_on_a_phone() -> None:
    turns: list[dict[str, Any]] = [
        {"received": 1_800_000_000.0 + n, "text": f"问{n}", "answer": f"答{n}"} for n in range(22)
    ]

    export_text = consent.format_export(turns)

    parts = export_text.split("\n\n")
    assert parts[0] == "我们保存了您的 22 条对话，最近的如下："
    assert parts[1] == "2027-01-15 16:00\n您：问2\n我们：答2"
    assert (len(parts), parts[-1]) == (22, "发送「删除我的数据」可以删除。")
    assert consent.format_export([]) == consent.NOTHING_KEPT.first
