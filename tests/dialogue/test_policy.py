"""Where an answer comes from."""

from dataclasses import replace

import pytest

from app.dialogue.policy import Decision, Source, decide, for_model
from app.inference.ports import Action, Classification, Sentiment
from app.sessions.store import Session
from tests.dialogue import factories


def make_classification(
    action: Action,
    *,
    id_: str = "ask_ship_time",
    in_scope: bool = True,
    mood: Sentiment = "neutral",
) -> Classification:
    intent = factories.make_intent(id_, action)
    return factories.make_classification(
        intent, 0.9 if in_scope else 0.2, in_scope=in_scope, sentiment=mood
    )


@pytest.mark.parametrize(
    ("action", "source"),
    [
        ("reply", "template"),
        ("knowledge", "knowledge_missing"),
        ("generate", "small_talk"),
        ("handoff", "handoff"),
    ],
)
def test_a_sure_intent_decides_by_its_action(action: Action, source: Source) -> None:
    judgement = make_classification(action)

    decision = decide(judgement, Session(unclear=5))

    assert decision == Decision(source)


@pytest.mark.parametrize("action", ["reply", "knowledge", "generate"])
@pytest.mark.parametrize("in_scope", [True, False])
def test_what_the_account_knows_it_answers(action: Action, in_scope: bool) -> None:
    judgement = make_classification(action, in_scope=in_scope)

    decision = decide(judgement, Session(unclear=5), entry_probability=0.5)

    assert decision == Decision("knowledge")


def test_an_entry_that_surely_answers_wins_over_an_intent_but_not_over_a_wish() -> None:
    guess = make_classification("handoff", id_="report_product_problem")
    cross = replace(guess, sentiment="negative", sentiment_score=0.9)
    wish = make_classification("handoff", id_="transfer_to_person")

    sources = [decide(each, Session(), 0.95).source for each in (guess, cross, wish)]

    assert sources == ["knowledge", "knowledge", "handoff"]


def test_who_wants_a_person_is_not_put_off_with_an_entry() -> None:
    decision = decide(make_classification("handoff"), Session(), entry_probability=0.5)

    assert decision == Decision("handoff")


@pytest.mark.parametrize(
    ("intent", "confidence", "flags", "source"),
    [
        ("request_absence", 0.95, {"is_question": True}, "knowledge"),
        ("request_absence", 0.95, {}, "handoff"),
        ("request_absence", 0.79, {}, "knowledge"),
        ("report_product_problem", 0.79, {"has_suffered": True}, "handoff"),
        ("report_product_problem", 0.95, {"has_suffered": True, "is_question": True}, "knowledge"),
        ("complain_price_rise", 0.95, {"is_question": True}, "handoff"),
        ("transfer_to_person", 0.5, {"is_question": True}, "handoff"),
    ],
)
def test_a_question_to_people_is_answered_by_what_is_known(
    intent: str, confidence: float, flags: dict[str, bool], source: Source
) -> None:
    judgement = replace(make_classification("handoff", id_=intent), confidence=confidence)

    decision = decide(judgement, Session(), 0.5, **flags)

    assert decision == Decision(source)


@pytest.mark.parametrize(
    ("confidence", "is_question", "source"),
    [(0.75, True, "knowledge_missing"), (0.75, False, "handoff"), (0.8, True, "handoff")],
)
def test_what_only_likely_answers_holds_back_a_half_sure_hand_over(
    confidence: float, is_question: bool, source: Source
) -> None:
    judgement = replace(
        make_classification("handoff", id_="request_absence"), confidence=confidence
    )

    decision = decide(judgement, Session(), is_question=is_question, has_likely_entry=True)

    assert decision == Decision(source)


@pytest.mark.parametrize(
    ("unclear", "source"),
    [(0, "ask_back"), (1, "offer_person"), (2, "offer_person")],
)
def test_an_unsure_intent_asks_back_once_and_then_offers_a_person(
    unclear: int, source: Source
) -> None:
    unsure = make_classification("handoff", in_scope=False, mood="negative")

    decision = decide(unsure, Session(unclear=unclear))

    assert decision == Decision(source)


@pytest.mark.parametrize(
    ("confidence", "source"), [(0.8, "small_talk"), (0.79, "offer_person"), (0.2, "offer_person")]
)
def test_only_what_is_surely_about_something_else_is_told_so(
    confidence: float, source: Source
) -> None:
    unsure = make_classification("generate", id_="out_of_scope", in_scope=False)
    elsewhere = replace(unsure, confidence=confidence)

    decision = decide(elsewhere, Session(unclear=1))

    assert decision == Decision(source)


@pytest.mark.parametrize(
    ("intent", "action", "confidence", "mood", "text", "is_sent"),
    [
        ("greet", "reply", 0.9, "neutral", "你好呀", False),
        ("greet", "reply", 0.5, "neutral", "你好呀", True),
        ("greet", "reply", 0.9, "neutral", "你好，想问问第一次喝茶的人从哪种开始好", True),
        ("bot_identity", "reply", 0.5, "neutral", "你是机器人吗", False),
        ("unsubscribe_privacy", "reply", 0.9, "neutral", "怎么取消关注", False),
        ("haggle", "reply", 0.9, "neutral", "便宜点嘛", True),
        ("ask_price", "knowledge", 0.9, "neutral", "多少钱", True),
        ("ask_recommendation", "generate", 0.9, "neutral", "推荐一款", True),
        ("report_product_problem", "handoff", 0.9, "neutral", "收到是坏的", False),
        ("report_product_problem", "handoff", 0.6, "negative", "收到是坏的", False),
        ("report_product_problem", "handoff", 0.6, "neutral", "拍照前三天怎么消肿", True),
        ("transfer_to_person", "handoff", 0.6, "neutral", "人工", False),
    ],
)
def test_what_is_left_goes_to_a_model_that_speaks_for_the_brand(
    intent: str, action: Action, confidence: float, mood: Sentiment, text: str, is_sent: bool
) -> None:
    judgement = replace(make_classification(action, id_=intent, mood=mood), confidence=confidence)
    decision = decide(judgement, Session())

    assert for_model(judgement, decision.source, text) is is_sent


def test_the_unclear_goes_to_it_and_what_an_entry_answers_does_not() -> None:
    unclear = make_classification("handoff", id_="transfer_to_person", in_scope=False)

    assert for_model(unclear, decide(unclear, Session()).source, "嗯嗯那个")
    assert not for_model(unclear, "knowledge", "嗯嗯那个")
