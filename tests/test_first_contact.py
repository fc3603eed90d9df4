"""Who writes for the first time reads what is kept of them, and may have it erased."""

from app.safety import consent, texts
from app.settings import Limits
from tests.conftest import Open
from tests.service import SHIPPED, SHIPPING, until
from tests.simulator.phone import Phone
from tests.simulator.wechat import Outcome

TOLD = f"{SHIPPED}\n\n{consent.text('回音', 180)}"


def said(outcomes: list[Outcome]) -> list[str | None]:
    return [outcome.reply.content if outcome.reply else None for outcome in outcomes]


async def test_it_is_told_once_and_again_after_all_was_erased(open_service: Open) -> None:
    async with open_service(consent=True) as running, running.wechat() as wechat:
        mei, lei = Phone(wechat, "mei"), Phone(wechat, "lei")
        outcomes = [await mei.say(SHIPPING) for _ in range(2)] + [await lei.say(SHIPPING)]
        erased = [await mei.say("删除我的数据"), await mei.say(SHIPPING)]

    assert said(outcomes) == [TOLD, SHIPPED, TOLD]
    assert said(erased) == [consent.ERASED, TOLD]


async def test_a_follower_may_read_what_is_kept(open_service: Open) -> None:
    async with open_service() as running, running.wechat() as wechat:
        mei = Phone(wechat, "mei")
        await mei.say(SHIPPING)

        async def is_written() -> bool:
            return await running.said() == [SHIPPING]

        await until(is_written)
        [export] = said([await mei.say("导出我的数据")])

    assert export is not None
    assert f"您：{SHIPPING}\n我们：{SHIPPED}" in export


async def test_who_writes_too_fast_hears_one_kind_word_and_then_nothing(
    open_service: Open,
) -> None:
    limits = Limits(messages_a_minute=2)
    async with open_service(limits=limits) as running, running.wechat() as wechat:
        mei = Phone(wechat, "mei")
        outcomes = [await mei.say(SHIPPING) for _ in range(4)]

    assert said(outcomes) == [SHIPPED, SHIPPED, texts.SLOW_DOWN, None]
