"""What goes to people by the words of a message, with what is known of it before or beside."""

from dataclasses import replace
from typing import Any

import pytest

from app.accounts import Account
from app.dialogue import service
from app.dialogue.context import Context
from app.dialogue.fallbacks.apology_texts import APOLOGIES
from app.dialogue.handoff.rules import HandoffRules
from app.dialogue.orders import texts
from app.dialogue.prepare import prepare_message
from app.dialogue.turn import Turn
from app.dialogue.wording import handover_texts
from app.inference.ports import Classification
from app.messages.phrases import Phrase
from app.messages.values import TransferToAgent
from app.sessions.store import Session
from tests.dialogue import factories

SHOP = Account(
    name="default",
    appid="wx1",
    token="token",
    brand="半亩灯",
    verified=True,
    desk="inbox",
    service_hours="每日 0:00-24:00",
)
NOBODY = replace(SHOP, desk="none")
WECHAT = replace(SHOP, desk="wechat")
PAUSE = factories.make_evidence("e30", "年卡可以停卡吗", "年卡可以停2次，每次15到60天。", 0.75)
REMAKE = factories.make_evidence("e26", "收到的花不新鲜怎么办", "6小时内拍照发来，免费重做。", 0.75)
SAFE = factories.make_evidence("d1", "受伤了怎么办", "请马上告诉教练，我们有意外险。", 0.75)


def say(
    text: str,
    guess: Classification,
    account: Account = SHOP,
    session: Session | None = None,
    **changes: Any,
) -> Turn:
    message = factories.make_message(text, received=1_764_561_600.0)  # fmt: skip
    context = prepare_message(
        Context(message=message, account=account, session=session or Session())
    )
    context = replace(context, classification_result=guess, parts=(), **changes)
    return service.complete_turn(context, service.draft_reply(context))


def reason(turn: Turn) -> str | None:
    return turn.hand_over.reason if turn.hand_over else None


# --- Intents for people, and what the base knows ------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name", "confidence"),
    [
        ("我要去外地出差一个多月，年卡能先停着吗", "request_absence", 0.75),
        ("下个月回老家待一个月，年卡可以暂停不", "request_absence", 0.95),
        ("现在取消会不会扣课", "change_booking", 0.95),
        ("定金还能拿回来吗", "change_booking", 0.87),
        ("帮我把年卡停一下", "request_absence", 0.75),
        ("坏了管修吗", "report_product_problem", 0.9),
    ],
)
def test_a_question_on_rules_is_answered_and_nobody_called(
    text: str, name: str, confidence: float
) -> None:
    turn = say(text, factories.classify_as_shipped(name, confidence), matched_entry=PAUSE)

    assert (reason(turn), turn.text) == (
        None, f"{PAUSE.answer}\n\n{handover_texts.OR_A_PERSON.first}",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "name", "confidence"),
    [
        ("刚收到的花烂了你们管不管", "report_product_problem", 0.61),
        ("刚收到的花有好几朵都烂了呀这个你们管不管的", "report_product_problem", 0.95),
        ("收到的花烂了怎么赔", "request_compensation", 0.9),
    ],
)
def test_what_has_happened_is_answered_and_handed_over(
    text: str, name: str, confidence: float
) -> None:
    turn = say(
        text, factories.classify_as_shipped(name, confidence, "negative"), matched_entry=REMAKE
    )

    assert reason(turn) == "policy"
    assert any(turn.text.startswith(words + REMAKE.text) for words in APOLOGIES["goods"])
    assert turn.text.endswith("\n\n这件事也会转给同事，看到就回您。")


def test_who_is_hurt_is_cared_for_first() -> None:
    text = "我在你们那儿练把脚崴了，医药费管不管嘛"

    with_entry = say(
        text, factories.classify_as_shipped("ask_suitability", 0.3), matched_entry=SAFE
    )
    unknown = say(text, factories.classify_as_shipped("complain_angry", 0.41), SHOP)

    assert [reason(with_entry), reason(unknown)] == ["policy", "policy"]
    assert any(with_entry.text.startswith(words + SAFE.text) for words in APOLOGIES["injury"])
    assert any(unknown.text.startswith(words + handover_texts.INJURY_PASSED_ON.first)
               for words in APOLOGIES["injury"])  # fmt: skip
    assert "抱歉" not in with_entry.text + unknown.text


def test_at_wechats_desk_an_answer_is_said_rather_than_lost_in_a_transfer() -> None:
    guess = factories.classify_as_shipped("report_product_problem", 0.95)

    with_entry = say("刚收到的花烂了你们管不管", guess, WECHAT, matched_entry=REMAKE)
    unknown = say("刚收到的花烂了你们管不管", guess, WECHAT)

    assert (reason(with_entry), REMAKE.text in with_entry.text) == (None, True)
    assert handover_texts.OR_A_PERSON.first in with_entry.text
    assert unknown.answer == TransferToAgent()


@pytest.mark.parametrize(
    ("text", "confidence", "source", "why"),
    [
        ("年卡能先停着吗", 0.75, "choices", None),
        ("年卡能先停着吗", 0.95, "handoff", "policy"),
        ("下周三请假", 0.75, "handoff", "policy"),
    ],
)
def test_what_only_likely_answers_stands_for_a_half_sure_intent_alone(
    text: str, confidence: float, source: str, why: str | None
) -> None:
    likely = replace(PAUSE, probability=0.5)
    guess = factories.classify_as_shipped("request_absence", confidence)

    turn = say(text, guess, choices=(likely,), suggested=likely)

    assert (turn.source, reason(turn)) == (source, why)
    assert (f"先供您参考：{PAUSE.text}" in turn.text) is (why is not None and "吗" in text)


def test_no_guess_stands_beside_an_apology() -> None:
    likely, guess = (
        replace(REMAKE, probability=0.5),
        factories.classify_as_shipped("report_product_problem", 0.9),
    )

    turn = say("刚收到的花烂了你们管不管", guess, choices=(likely,), suggested=likely)

    assert (reason(turn), "参考" in turn.text) == ("policy", False)


def test_an_operator_may_have_people_called_all_the_same() -> None:
    likely, guess = (
        replace(PAUSE, probability=0.5),
        factories.classify_as_shipped("request_absence", 0.75),
    )
    rules = HandoffRules(intents={"request_absence": True})

    turn = say("年卡能先停着吗", guess, choices=(likely,), suggested=likely, handoff_rules=rules)

    assert reason(turn) == "policy"


def test_nothing_is_added_to_a_hand_over_by_what_is_only_possible() -> None:
    possible = replace(PAUSE, probability=0.2)

    turn = say(
        "年卡能先停着吗",
        factories.classify_as_shipped("request_absence", 0.95),
        choices=(possible,),
    )

    assert (reason(turn), "参考" in turn.text) == ("policy", False)


# --- Orders -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name", "confidence", "words"),
    [
        ("私教课包想退", "request_absence", 0.22, texts.ACTION_PASSED_ON["refund"]),
        ("我想退款", "want_return_refund", 0.98, texts.ACTION_PASSED_ON["refund"]),
        ("帮我取消明天的课", "request_absence", 0.35, texts.ACTION_PASSED_ON["cancel"]),
        ("送货地址写错了", "change_delivery_info", 0.52, texts.ACTION_PASSED_ON["change"]),
        ("今晚要一束花", "out_of_scope", 0.88, texts.ACTION_PASSED_ON["today"]),
    ],
)  # fmt: skip
def test_what_is_to_be_done_about_an_order_goes_to_people(
    text: str, name: str, confidence: float, words: Phrase
) -> None:
    turn = say(text, factories.classify_as_shipped(name, confidence))

    assert (turn.source, reason(turn)) == ("handoff", "policy")
    assert any(turn.text.startswith(each) for each in words)


def test_a_defective_thing_is_apologised_for() -> None:
    statement_turn = say("书缺页了想换", factories.classify_as_shipped("article_content", 0.49))
    question_turn = say(
        "买到一本缺页的书，能换吗", factories.classify_as_shipped("ask_return_policy", 0.9)
    )

    assert [reason(statement_turn), reason(question_turn)] == ["policy", "policy"]
    assert all(turn.text.startswith("真抱歉") for turn in (statement_turn, question_turn))


def test_an_intents_own_words_go_before_ours() -> None:
    turn = say("改地址", factories.classify_as_shipped("change_delivery_info", 0.98))

    own = [
        text.removesuffix("。") for text in factories.SHIPPED.by_id["change_delivery_info"].replies
    ]
    assert any(map(turn.text.startswith, own))


def test_an_entry_answers_an_order_and_a_person_is_offered() -> None:
    turn = say(
        "我要退卡", factories.classify_as_shipped("want_return_refund", 0.8), matched_entry=PAUSE
    )

    assert (reason(turn), turn.text) == (
        None, f"{PAUSE.answer}\n\n{handover_texts.OR_A_PERSON.first}",
    )  # fmt: skip


@pytest.mark.parametrize("text", ["私教课包想退", "花送到哪了", "今晚要"])
def test_where_nobody_is_nothing_is_passed_on(text: str) -> None:
    turn = say(text, factories.classify_as_shipped("request_absence", 0.22), NOBODY)

    assert (turn.hand_over, "转" in turn.text, turn.session.pending) == (None, False, "")


def test_where_an_order_is_is_asked_by_its_number_which_a_person_gets() -> None:
    guess = factories.classify_as_shipped("ask_logistics_status", 0.52)
    elsewhere = replace(PAUSE, title="鲜花能寄外地吗", text="鲜花不寄外地。")

    first = say("花送到哪了", guess, matched_entry=elsewhere)
    second = say("QZ20261125009", guess, session=first.session)
    again = say("花送到哪了", guess, session=first.session)

    assert (first.text in texts.ASK_FOR_PERSON.variants, first.session.pending) == (
        True, "order",
    )  # fmt: skip
    assert (reason(second), "QZ20261125009" in second.text) == ("policy", True)
    assert reason(again) == "policy"


def test_an_entry_on_where_orders_are_seen_is_said() -> None:
    entry = replace(PAUSE, title="怎么查快递", text="小程序的订单里可以看。")

    turn = say(
        "快递到哪了", factories.classify_as_shipped("ask_logistics_status"), matched_entry=entry
    )

    assert turn.text == entry.text


def test_who_asks_for_a_person_gets_one_at_once() -> None:
    turn = say(
        "转人工，快递到哪了", factories.classify_as_shipped("transfer_to_person"), wish="asks"
    )

    assert reason(turn) == "asked"


# --- Wishes -------------------------------------------------------------------------------------


def test_a_wish_to_book_is_no_talk_of_something_else() -> None:
    foreign = factories.classify_as_shipped("out_of_scope", 0.96)

    booked = say("我要订羽毛球场", foreign)
    ordered = say("我要订机票", foreign)
    with_nobody = say("我要订羽毛球场", foreign, NOBODY)

    assert booked.session.pending == "visit"
    assert [turn.source for turn in (ordered, with_nobody)] == ["knowledge_missing"] * 2
    assert not any("的事可以直接问我" in turn.text for turn in (booked, ordered, with_nobody))
