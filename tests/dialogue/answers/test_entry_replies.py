"""How an entry is said after what was said before."""

from dataclasses import replace

import pytest

from app.accounts import Account
from app.dialogue import service
from app.dialogue.answers import entry_replies
from app.dialogue.context import Context
from app.dialogue.prepare import prepare_message
from app.dialogue.turn import Turn
from app.dialogue.wording import followup_texts, slot_texts
from app.knowledge.values import Evidence
from app.sessions.store import Session
from tests.dialogue import factories

SHOP = Account(name="default", appid="wx1", token="token", desk="inbox")
MONDAY = 1_796_011_200.0  # 2026-11-30 12:00 in China
READING = factories.make_evidence(
    "reading",
    "读书会什么时候",
    "读书会每周五19:30在秦望路店二楼，免费，20个名额，每周一中午在公众号开放报名。",
)
ELDERLY = factories.make_evidence("old", "老人能去吗", "65岁以上请带体检报告，其他人不用。")
YOUTH = factories.make_evidence("young", "孩子能学吗", "16周岁以上可以学，两人一组。")
POSTAGE = factories.make_evidence(
    "post", "寄书邮费多少", "满99元包邮；不满的江浙沪6元，其他地方10元。"
)


def say(text: str, session: Session, entry: Evidence | None, name: str = "ask_queue") -> Turn:
    message = factories.make_message(text, received=MONDAY)
    context = prepare_message(Context(message=message, account=SHOP, session=session))
    classification = factories.make_classification(factories.get_shipped_intent(name))
    context = replace(context, classification_result=classification, matched_entry=entry)
    return service.complete_turn(context, service.draft_reply(context))


def after(entry: Evidence, question: str) -> Session:
    return say(question, Session(), entry).session


def test_the_same_answer_is_not_said_twice() -> None:
    session = after(POSTAGE, "寄书邮费多少")

    turn = say("河南呢", session, POSTAGE)
    again = say("怎么算的呀", turn.session, POSTAGE)

    assert turn.text == "满99元包邮；不满的其他地方10元。"
    assert again.text == followup_texts.ALREADY.first.replace("{answer}", POSTAGE.text)


def test_who_asks_in_the_same_words_reads_it_again() -> None:
    session = after(POSTAGE, "寄书邮费多少")

    assert say("寄书邮费多少", session, POSTAGE).text == POSTAGE.text


@pytest.mark.parametrize(
    ("matched_entry", "question", "text", "answer"),
    [
        (ELDERLY, "老人能去吗", "67", "67岁的话，65岁以上请带体检报告。"),
        (YOUTH, "孩子能学吗", "13", f"{YOUTH.answer}13岁不在这个范围里。"),
        (YOUTH, "孩子能学吗", "13岁", f"{YOUTH.answer}13岁不在这个范围里。"),
        (YOUTH, "能学吗", "我17", f"17岁的话，{YOUTH.answer}"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("is_found_again", [True, False])
def test_a_number_behind_an_answer_is_compared_with_it(
    matched_entry: Evidence, question: str, text: str, answer: str, is_found_again: bool
) -> None:
    session = after(matched_entry, question)

    turn = say(text, session, matched_entry if is_found_again else None)

    assert turn.text == answer
    assert turn.hand_over is None


def test_a_value_that_does_not_hold_is_not_agreed_to() -> None:
    session = Session(
        waiting="孩子能学吗", pending="age", last_question="孩子能学吗", question="孩子能学吗"
    )

    turn = say("13岁", session, YOUTH)

    assert turn.text == YOUTH.text
    assert say("17岁", session, YOUTH).text == f"好的，17岁。{YOUTH.text}"


@pytest.mark.parametrize("is_found_again", [True, False])
def test_a_date_on_another_day_of_the_week_is_said_so_with_where_to_book(
    is_found_again: bool,
) -> None:
    session = after(READING, "想报名读书会，什么时候")

    turn = say("12月5号 两个人", session, READING if is_found_again else None, "make_booking")

    assert turn.text == (
        "12月5号是周六，读书会每周五19:30在秦望路店二楼。可以这样约：每周一中午在公众号开放报名。"
    )


def test_a_fitting_date_is_noted_with_where_to_book() -> None:
    session = after(READING, "想报名读书会，什么时候")

    turn = say("12月4号晚上 两个人", session, None, "make_booking")

    assert turn.text == (
        "好的，12月4号晚上、2位，先记下，还没有订上。可以这样约：每周一中午在公众号开放报名。"
    )
    assert turn.hand_over is None


def test_a_date_in_the_question_itself_is_checked_too() -> None:
    turn = say("12月5号的读书会还有吗", Session(), READING)

    assert turn.text == f"12月5号是周六。{READING.text}"


def test_stems_of_flowers_are_no_persons() -> None:
    session = say("想订一束玫瑰", Session(), None, "make_booking").session

    assert "人" not in say("33枝", session, None, "make_booking").text.replace("人工", "")


def test_a_number_is_noted_for_what_was_wanted() -> None:
    session = say("报的课想退了", Session(), None, "want_return_refund").session

    turn = say("20261125000123", session, None)

    assert turn.text == (
        "收到，订单号 20261125000123 和退课的事一并记下了。回复「人工」，同事接着处理。"
    )


def test_what_is_missing_of_a_visit_is_said() -> None:
    session = say("想订位", Session(), None, "make_booking").session

    turn = say("周六", session, None, "make_booking")

    assert turn.text.startswith("好的，周六，先记下，还没有订上。还差时间和人数。")
    assert slot_texts.SLOT_QUESTIONS["visit"].first not in turn.text


CINEMA = factories.make_evidence("food", "能带食物进场吗", "电影厅可带饮料零食。")


def test_a_detail_that_is_not_known_is_admitted_before_what_is() -> None:
    turn = say("爆米花多少钱", Session(), CINEMA)
    again = say("那可乐多少钱", turn.session, CINEMA)

    admitted, answer_text = "具体的价格我这边还没有资料，目前能查到的是：", CINEMA.answer
    assert turn.text.startswith(f"{admitted}{answer_text}\n")
    assert "「人工」" in turn.text
    assert (turn.source, turn.citations) == ("knowledge", ("food",))
    assert "具体的价格" in again.text
    assert answer_text not in again.text


@pytest.mark.parametrize(("text", "same_words"), [("能带爆米花吗", False), ("多少钱", True)])
def test_nothing_is_admitted_where_nothing_is_lacking(text: str, *, same_words: bool) -> None:
    message = factories.make_message(text, received=MONDAY)
    context = replace(
        prepare_message(Context(message=message, account=SHOP)),
        matched_entry=CINEMA,
        same_words=same_words,
    )

    assert entry_replies.word_reply(context, CINEMA) == CINEMA.answer


def test_entries_that_answer_equally_are_said_in_one_reply() -> None:
    road = factories.make_evidence("road", "秦望路店在哪里", "秦望路300号一楼。", 0.5)
    park = factories.make_evidence("park", "三圣桥店停车", "南门停车场，会员免费3小时。", 0.3)
    message = factories.make_message("地址", received=MONDAY)
    context = replace(
        prepare_message(Context(message=message, account=SHOP)), matched_entry=road, equals=(park,)
    )

    reply = entry_replies.word_reply(context, road)

    assert reply == "秦望路300号一楼。\n三圣桥店停车：南门停车场，会员免费3小时。"
