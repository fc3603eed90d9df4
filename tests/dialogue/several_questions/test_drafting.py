"""One reply to several questions."""

from dataclasses import replace

import pytest

from app.dialogue import service
from app.dialogue.context import Context
from app.dialogue.prepare import prepare_message
from app.dialogue.turn import Draft
from app.dialogue.wording import answer_texts
from app.knowledge.values import Evidence
from app.sessions.store import Session
from tests.dialogue import factories
from tests.dialogue.several_questions.messages import (
    DOGS,
    HOURS,
    INBOX,
    NIGHT,
    NOBODY,
    understood,
)


def test_what_is_known_comes_first_and_what_is_not_is_named() -> None:
    context = understood("有WiFi吗，几点开门，能带狗吗", None, HOURS, DOGS)

    turn = service.complete_turn(context, service.draft_reply(context))

    assert turn.text == (
        "1. 每天 10:00 开门。\n\n2. 可以带小型犬。\n\nWiFi我还不清楚，回复「人工」，请同事告诉您。"
    )
    assert (turn.source, turn.citations) == ("knowledge", ("e1", "e2"))
    assert turn.parts == ("knowledge_missing", "knowledge", "knowledge")


def test_a_follow_up_leans_on_the_last_question() -> None:
    context = understood("有WiFi吗，几点开门", None, HOURS)

    session = service.complete_turn(context, service.draft_reply(context)).session

    assert (session.last_question, session.last_entry_id, session.turns[0].text) == (
        "几点开门", "e1", "有WiFi吗，几点开门",
    )  # fmt: skip


def test_two_questions_with_one_answer_hear_it_once() -> None:
    context = understood("几点开门，周日几点开", HOURS, HOURS)

    assert service.draft_reply(context).text == "每天 10:00 开门。"


def test_an_entry_for_just_these_words_answers_them_whole() -> None:
    context = replace(
        understood("几点开门，能带狗吗", HOURS, DOGS), matched_entry=HOURS, same_words=True
    )

    assert service.draft_reply(context) == Draft(
        text="每天 10:00 开门。", source="knowledge", citations=("e1",)
    )


def test_more_than_four_questions_are_told_to_be_asked_again() -> None:
    text = "几点开门？能带狗吗？有WiFi吗？停车多少钱？有儿童椅吗？"

    context = understood(text, HOURS, DOGS, None, None)
    reply = service.draft_reply(context).text

    assert len(context.parts) == 4
    assert reply.endswith(
        "「有WiFi吗」、「停车多少钱」这两个问题我还不清楚，回复「人工」，请同事告诉您。\n\n"
        "您问的其他几个问题，请再发一次，我接着看。"
    )


def test_questions_that_were_not_understood_are_one_failure() -> None:
    context = understood("有WiFi吗，有充电宝吗", None, None)
    parts = tuple(
        replace(part, classification_result=factories.make_classification(in_scope=False))
        for part in context.parts
    )
    context = replace(context, parts=parts)

    turn = service.complete_turn(context, service.draft_reply(context))

    assert (turn.source, turn.session.unclear) == ("ask_back", 1)
    assert turn.text in answer_texts.UNKNOWN_ALL_OFFER.variants


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("几点开门，能洗澡不", "洗澡这一点"),
        ("几点开门，团课包含不，能洗澡不", "团课、洗澡这两点"),
        ("几点开门，周二单车几点，能洗澡吗", "「周二单车几点」、「能洗澡吗」这两个问题"),
        ("几点开门，我老婆能来吗，周二单车几点", "您问的另外几个问题"),
        ("几点开门，我老婆能来吗", "您问的另外一点"),
    ],
)
def test_beside_an_answer_all_that_is_not_known_is_named_or_none(text: str, named: str) -> None:
    unknown = [None] * (text.count("，"))

    reply = service.draft_reply(understood(text, HOURS, *unknown)).text

    assert reply in [
        f"每天 10:00 开门。\n\n{phrase.format(names=named)}"
        for phrase in answer_texts.UNKNOWN_OFFER
    ]


@pytest.mark.parametrize(
    "text",
    [
        "周二单车几点，拳击要不要自己买手套和绷带",
        "教练能上门带吗，一节多少",
        "有WiFi吗，停车多少钱，我老婆能来吗",
    ],
)
def test_where_nothing_is_known_no_question_is_quoted(text: str) -> None:
    unknown = [None] * (text.count("，") + 1)

    reply = service.draft_reply(understood(text, *unknown)).text

    assert reply in answer_texts.UNKNOWN_ALL_OFFER.variants


def test_a_person_is_offered_only_where_one_is() -> None:
    text = "几点开门，有WiFi吗"

    nobody = service.draft_reply(understood(text, HOURS, None, account=NOBODY)).text
    at_night = service.draft_reply(understood(text, HOURS, None, received=NIGHT)).text
    none_known = service.draft_reply(understood(text, None, None, account=NOBODY)).text

    assert nobody in [
        f"每天 10:00 开门。\n\n{t.format(names='WiFi')}" for t in answer_texts.UNKNOWN
    ]
    assert "上班" in at_night
    assert at_night.count("人工") == 1
    assert none_known in answer_texts.UNKNOWN_ALL.variants


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("能调一本吗，几天", "可以订，7到10天到店。"),
        ("咖啡能送上楼吗，多少起送", "可以送到云起大厦，满 60 元起送。"),
        ("有签名本卖吗，放在哪", "签名本放在一楼进门的木架上。"),
        ("能包成礼物吗，收费不", "礼物包装10元一份。"),
        ("有健身操吗，周几上，几点", "有，周三 19:30。"),
    ],
)
def test_what_an_answer_holds_is_not_said_to_be_unknown(text: str, answer: str) -> None:
    entry = factories.make_evidence("e3", "问", answer)
    unknown = [None] * text.count("，")

    assert service.draft_reply(understood(text, entry, *unknown)).text == answer


def test_what_an_answer_to_what_leans_on_it_holds_is_not_said_to_be_unknown() -> None:
    entry = factories.make_evidence("e3", "问", "可以订，7到10天到店。")

    assert service.draft_reply(understood("能调一本吗，几天", None, entry)).text == entry.answer


@pytest.mark.parametrize(
    ("text", "answer", "named"),
    [
        ("干花发哪家快递，几天能到", "永生花和干花可以快递，不满收12元。", "「几天能到」"),
        ("能调一本吗，寄成都邮费多少", "可以订，10元一本。", "「寄成都邮费多少」"),
        ("双层花篮什么价，最早几点能送到", "双层328元一个。", "「最早几点能送到」"),
        ("包月小份多少钱，礼拜几送", "每周一束共4次，小份159元。", "「礼拜几送」"),
    ],
)
def test_what_an_answer_does_not_hold_is_said_to_be_unknown(
    text: str, answer: str, named: str
) -> None:
    entry = factories.make_evidence("e3", "问", answer)

    reply = service.draft_reply(understood(text, entry, None)).text

    assert reply.startswith(answer)
    assert named in reply or "您问的另外一点" in reply


def test_who_needs_a_person_for_one_of_them_is_told_the_others_first() -> None:
    context = understood("几点开门，怎么联系客服", HOURS, None, account=INBOX)
    parts = (
        context.parts[0],
        replace(
            context.parts[1],
            classification_result=factories.make_classification("transfer_to_person"),
        ),
    )
    context = replace(context, parts=parts)

    turn = service.complete_turn(context, service.draft_reply(context))

    assert turn.text.startswith("每天 10:00 开门。\n\n好的，我转给回音的同事，")
    assert (turn.source, turn.hand_over and turn.hand_over.reason) == ("handoff", "asked")


def test_the_likeliest_answer_that_is_not_sure_is_shown_behind_what_is_known() -> None:
    context = understood("能带狗吗，几点开门，有糖吗，停车收费吗", None, HOURS, None, None)
    likely = [
        replace(DOGS, probability=0.5),
        None,
        replace(HOURS, probability=0.5),
        factories.make_evidence("e4", "停车多少钱", "停车五元。", 0.4),
    ]
    parts = tuple(
        replace(each, suggested=hit, choices=(hit,) if hit else ())
        for each, hit in zip(context.parts, likely, strict=True)
    )

    turn = service.complete_turn(context, service.draft_reply(replace(context, parts=parts)))

    first, second, unknown = turn.text.split("\n\n")
    assert first == "1. 每天 10:00 开门。"
    assert second.startswith("2. 您问的是「能带狗吗」吗？")
    assert "可以带小型犬" in second
    assert "停车五元" not in turn.text
    assert unknown in [
        each.format(names="您问的另外几个问题") for each in answer_texts.UNKNOWN_OFFER
    ]
    assert (turn.source, turn.citations) == ("knowledge", ("e2", "e1"))


@pytest.mark.parametrize(
    ("text", "first", "likely"),
    [
        ("几点开门，有没有激素", HOURS, "四季都能贴身穿。"),  # of another thing
        ("几点开门，能带狗吗", HOURS, HOURS.text),  # said already
        ("几点开门，每天几点", HOURS, "周末全天。"),  # which the answer before it holds
        ("几点开门，能带狗吗", None, "可以带小型犬。"),  # beside nothing
    ],
)
def test_what_is_not_sure_is_shown_only_for_what_it_speaks_of(
    text: str, first: Evidence | None, likely: str
) -> None:
    context = understood(text, first, None)
    hit = factories.make_evidence("e1" if likely == HOURS.text else "e3", "问", likely, 0.5)
    parts = (context.parts[0], replace(context.parts[1], suggested=hit, choices=(hit,)))

    assert "您问的是「问」" not in service.draft_reply(replace(context, parts=parts)).text


def test_a_refusal_of_a_person_does_not_swallow_the_question() -> None:
    message = factories.make_message("先别转人工，我问一下停车费")  # fmt: skip
    context = prepare_message(Context(message=message, account=INBOX, session=Session()))
    context = replace(
        context, classification_result=factories.make_classification(in_scope=False), wish="refused"
    )

    with_entry = service.draft_reply(replace(context, matched_entry=HOURS))
    unknown = service.draft_reply(context)

    assert with_entry.text == "每天 10:00 开门。"
    assert unknown.text == ("好的，不转人工。关于停车费，我这边暂时没有查到，您换个说法我再找找。")
