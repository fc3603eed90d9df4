"""Where an answer comes from."""

from dataclasses import replace

import pytest

from app.dialogue.policy import Decision, Source, decide
from app.inference.ports import Action, Judgement, Mood
from app.sessions.store import Session


def judged(intent: str, *, in_scope: bool = True, mood: Mood = "neutral") -> Judgement:
    return Judgement(intent, "标题", "组", 0.9 if in_scope else 0.2, in_scope, mood, 0.8)


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
    judgement = judged("ask_ship_time")

    decision = decide(judgement, action, Session(unclear=5))

    assert decision == Decision(source)


@pytest.mark.parametrize(
    ("action", "soothed"),
    [("reply", False), ("generate", False), ("knowledge", True), ("handoff", True)],
)
def test_an_angry_follower_is_soothed_where_no_answer_is_at_hand(
    action: Action, soothed: bool
) -> None:
    angry = judged("ask_ship_time", mood="negative")

    decision = decide(angry, action, Session())

    assert decision.soothe is soothed


@pytest.mark.parametrize(
    ("unclear", "source"),
    [(0, "ask_back"), (1, "offer_person"), (2, "offer_person")],
)
def test_an_unsure_intent_asks_back_once_and_then_offers_a_person(
    unclear: int, source: Source
) -> None:
    unsure = judged("ask_ship_time", in_scope=False, mood="negative")

    decision = decide(unsure, "handoff", Session(unclear=unclear))

    assert decision == Decision(source)


@pytest.mark.parametrize(
    ("confidence", "source"), [(0.8, "small_talk"), (0.79, "offer_person"), (0.2, "offer_person")]
)
def test_only_what_is_surely_about_something_else_is_told_so(
    confidence: float, source: Source
) -> None:
    elsewhere = replace(judged("out_of_scope", in_scope=False), confidence=confidence)

    decision = decide(elsewhere, "generate", Session(unclear=1))

    assert decision == Decision(source)
