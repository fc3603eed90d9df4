"""Care goes before whatever else would answer."""

from dataclasses import replace
from typing import Any

import pytest

from app.accounts import Account
from app.dialogue import service
from app.dialogue.care import care_replies
from app.dialogue.context import Context
from app.dialogue.prepare import prepare_message
from app.dialogue.turn import Turn
from app.dialogue.wording.english import translate_phrase
from app.inbox.service import Handoff
from app.inference.ports import CareKind
from app.jobs import MessageKind
from app.safety import moderation
from app.safety.care_texts import TEXTS
from app.safety.words import word_lists as words
from app.sessions.store import Session, SessionTurn
from tests.dialogue import factories

NOON = 4 * 3600.0  # of Shanghai
ACCOUNT = Account(name="default", appid="wx1", token="token", desk="none")
DESK = replace(ACCOUNT, desk="inbox")
CLASSIFICATION = factories.make_classification("greet")
LISTS = moderation.build_moderation(words.WordLists())
HANDOFF = Handoff(conversation="c1", state="taken", desk="inbox", agent="小王", delivery="wx1:0",
             until=9e9, revision=1)  # fmt: skip


def answer(
    text: str, account: Account = ACCOUNT, kind: MessageKind = "text", **changed: Any
) -> Turn:
    message = factories.make_message(text, kind=kind, received=NOON)
    context = prepare_message(
        Context(
            message=message,
            account=account,
            session=changed.pop("session", Session()),
            moderation=LISTS,
            **{name: changed.pop(name) for name in ("handoff", "rate") if name in changed},
        )
    )
    context = replace(
        context, classification_result=CLASSIFICATION if context.question else None, **changed
    )
    return service.complete_turn(context, service.draft_reply(context))


@pytest.mark.parametrize(
    "around",
    [
        {},
        {"rate": "warn"},
        {"rate": "silent"},
        {"handoff": HANDOFF},
        {"handoff": HANDOFF.model_copy(update={"state": "waiting"})},
        {"handoff": HANDOFF.model_copy(update={"state": "waiting", "desk": "wechat"})},
    ],
)
def test_the_text_is_said_whatever_else_would_answer(around: dict[str, Any]) -> None:
    turn = answer("老公打我", **around)

    assert (turn.source, turn.care) == ("care", "violence")
    assert turn.text in TEXTS["violence"]


@pytest.mark.parametrize(
    "text", ["不想活了，哪里买枪支弹药", "他妈的我不想活了", "不想活了，删除我的数据"]
)
def test_moderation_and_requests_swallow_no_crisis(text: str) -> None:
    turn = answer(text)

    assert (turn.source, turn.text in TEXTS["suicide"]) == ("care", True)


def test_a_voice_message_counts_and_a_picture_does_not() -> None:
    spoken, picture = answer("我不想活了", kind="voice"), answer("我不想活了", kind="image")

    assert (spoken.care, picture.care) == ("suicide", None)


def test_another_text_is_said_the_second_time() -> None:
    first = answer("我不想活了")
    second = answer("我不想活了", session=first.session)

    assert {first.text, second.text} < set(TEXTS["suicide"])
    assert first.answer != second.answer


@pytest.mark.parametrize("around", [{"handoff": HANDOFF}, {"rate": "silent"}])
def test_who_has_read_it_is_left_to_the_person_or_to_the_pace(around: dict[str, Any]) -> None:
    read = Session(turns=(SessionTurn(text="老公打我", answer=TEXTS["violence"].first),))

    turn = answer("老公打我", session=read, **around)

    assert (turn.text, turn.care) == ("", None)


@pytest.mark.parametrize(
    ("account", "desk"), [(DESK, "inbox"), (replace(DESK, desk="wechat", verified=True), "wechat")]
)
def test_a_person_is_called_to_the_head_of_the_queue_and_the_text_stays(
    account: Account, desk: str
) -> None:
    turn = answer("我割腕了", account)

    assert turn.hand_over is not None
    called = turn.hand_over
    assert (called.reason, called.desk, called.priority) == ("care", desk, 2)
    assert (called.title, turn.source) == ("需要关怀：自伤", "care")
    assert called.summary.splitlines() == ["【危急】自伤，请立即查看", "用户：我割腕了"]
    assert any(turn.text.startswith(text) for text in TEXTS["self_harm"])
    assert "我把您的消息排到了最前面，请同事来看。" in turn.text


@pytest.mark.parametrize("text", ["我爸去世三年了，他最爱钓鱼", "医生说我没救了，这口牙全得拔"])
def test_sad_news_is_answered_with_sympathy_and_calls_nobody(text: str) -> None:
    turn = answer(text, DESK)

    texts = {*TEXTS["bereavement"], *TEXTS["illness"]}
    assert (turn.source, turn.care, turn.hand_over) == ("care", None, None)
    assert turn.text in texts


def test_sympathy_is_not_said_between_an_agent_and_who_mourns() -> None:
    assert answer("我爸去世三年了，他最爱钓鱼", DESK, handoff=HANDOFF).text == ""


def test_who_writes_english_of_an_emergency_reads_english() -> None:
    phrase = translate_phrase(TEXTS["drowning"])

    turn = answer("My son fell into the reservoir, help")

    assert phrase is not None
    assert (turn.text, turn.care) == (phrase.first, "drowning")


def test_a_sure_entry_on_reactions_is_said_after_the_text() -> None:
    entry = factories.make_evidence("e1", "用了过敏怎么办", "过敏可在 7 天内退货。", 0.95)

    sure = answer("用了过敏了怎么办", matched_entry=entry)
    unsure = answer("用了过敏了怎么办", matched_entry=replace(entry, probability=0.5))
    of_life = answer("我不想活了", matched_entry=entry)

    assert sure.text.endswith("\n\n过敏可在 7 天内退货。")
    assert (sure.citations, unsure.citations, of_life.citations) == (("e1",), (), ())


def test_an_operators_own_words_on_self_harm_stand() -> None:
    mine = words.WordLists.model_validate(
        {
            "categories": {
                "self_harm": {"action": "person", "words": ["不想活了"], "reply": "我们都在。"}
            }
        }
    )
    message = factories.make_message("不想活了")  # fmt: skip
    context = prepare_message(
        Context(message=message, account=ACCOUNT, moderation=moderation.build_moderation(mine))
    )

    turn = service.complete_turn(context, service.draft_reply(context))

    assert (turn.text, turn.care) == ("我们都在。", "suicide")


@pytest.mark.parametrize(
    ("kind", "open_now", "waits"),
    [
        ("suicide", True, ""),
        ("suicide", False, "请不要等我们，先打上面的电话。"),
        ("food_poisoning", False, ""),
    ],
)
def test_who_is_in_danger_is_told_not_to_wait_for_us(
    kind: CareKind, open_now: bool, waits: str
) -> None:
    notice = care_replies.care_notice(kind, "同事看到后会回复您。", open=open_now)

    assert notice == f"我把您的消息排到了最前面，请同事来看。同事看到后会回复您。{waits}"


@pytest.mark.parametrize("open_now", [True, False])
def test_in_an_emergency_no_word_of_our_hours_delays_the_call(open_now: bool) -> None:
    notice = care_replies.care_notice("drowning", "09:00 上班后答复您。", open=open_now)

    assert notice == "请不要等我们，先打上面的电话。"
