"""Who writes for the first time reads what is kept of them, and may have it erased."""

import json

from app.messages.phrases import as_shipped
from app.privacy import consent
from app.redis import keys
from app.safety import texts
from app.settings import Limits
from app.simulator.callback.wechat import Outcome
from app.simulator.phones.phone import Phone
from tests.conftest import Open
from tests.service import SHIPPED, SHIPPING

ANSWER_WITH_NOTICE = f"{SHIPPED}\n\n{as_shipped(consent.TEXT, brand='回音')}"


def replies(outcomes: list[Outcome]) -> list[str | None]:
    return [outcome.reply.content if outcome.reply else None for outcome in outcomes]


async def test_it_is_told_once_and_again_after_all_was_erased(open_service: Open) -> None:
    async with open_service(consent=True) as running, running.wechat() as wechat:
        mei, lei = Phone(wechat, "mei"), Phone(wechat, "lei")
        outcomes = [await mei.say(SHIPPING) for _ in range(2)] + [await lei.say(SHIPPING)]
        erased = [await mei.say("删除我的数据"), await mei.say(SHIPPING)]

    assert replies(outcomes) == [ANSWER_WITH_NOTICE, SHIPPED, ANSWER_WITH_NOTICE]
    assert replies(erased) == [consent.ERASED.first, ANSWER_WITH_NOTICE]


async def test_a_follower_may_read_what_is_kept(open_service: Open) -> None:
    async with open_service() as running, running.wechat() as wechat:
        mei = Phone(wechat, "mei")
        await mei.say(SHIPPING)
        [export] = replies([await mei.say("导出我的数据")])

    assert export is not None
    assert f"您：{SHIPPING}\n我们：{SHIPPED}" in export


async def test_who_writes_too_fast_hears_one_kind_word_and_then_nothing(
    open_service: Open,
) -> None:
    limits = Limits(messages_a_minute=2)
    async with open_service(limits=limits) as running, running.wechat() as wechat:
        mei = Phone(wechat, "mei")
        outcomes = [await mei.say(SHIPPING) for _ in range(4)]

    assert replies(outcomes) == [SHIPPED, SHIPPED, texts.SLOW_DOWN.first, None]


async def test_it_comes_with_the_welcome_and_never_with_a_person(open_service: Open) -> None:
    notice = as_shipped(consent.TEXT, brand="回音")
    async with open_service(consent=True) as running, running.wechat() as wechat:
        mei, lei = Phone(wechat, "mei"), Phone(wechat, "lei")
        welcomed = replies([await mei.subscribe(), await mei.say(SHIPPING)])
        fetched = replies([await lei.say("转人工"), await lei.say(SHIPPING)])

    assert [bool(text and text.endswith(f"\n\n{notice}")) for text in welcomed] == [True, False]
    assert [notice in (text or "") for text in fetched] == [False, False]


async def test_the_rest_is_told_to_who_asks_and_the_conversation_goes_on(
    open_service: Open,
) -> None:
    async with open_service() as running, running.wechat() as wechat:
        mei = Phone(wechat, "mei")
        answers = replies(
            [await mei.say(SHIPPING), await mei.say("隐私"), await mei.say("「隐私」")]
        )
        session = await running.redis.get(keys.session(keys.user("default", "mei")))

    more = as_shipped(consent.PRIVACY, brand="回音", days="180")
    assert answers == [SHIPPED, more, more]
    assert [turn["text"] for turn in json.loads(session)["turns"]] == [SHIPPING]
