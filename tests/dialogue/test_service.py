"""One turn, without anything around it."""

import numpy as np
import pytest

from app.accounts import Account
from app.dialogue import templates
from app.dialogue.service import Turn, answer, readable
from app.inference.fakes import INTENTS
from app.inference.ports import Judgement, Mood, Unreadable
from app.jobs import Kind, Talk
from app.knowledge.values import Hit
from app.sessions.store import TURNS_KEPT, Said, Session

ACCOUNT = Account("default", "wx1", "token")


def talk(text: str = "", kind: Kind = "text", id_: str = "wx1:1") -> Talk:
    return Talk(id=id_, account="default", openid="mei", kind=kind, text=text, received=0.0)


def judged(intent: str, *, in_scope: bool = True, mood: Mood = "neutral") -> Judgement:
    return Judgement(INTENTS[intent], 0.9, in_scope, mood, 0.8, "fake-1", np.zeros(1))


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (talk(" 发货 \n"), "发货"),
        (talk("发货", "voice"), "发货"),
        (talk("  "), ""),
        (talk("北京市", "location"), ""),
        (talk("summer", "subscribe"), ""),
    ],
)
def test_the_model_reads_what_was_written_or_spoken(said: Talk, text: str) -> None:
    asked = said

    read = readable(asked)

    assert read == text


def test_a_turn_is_answered_and_remembered() -> None:
    judgement = judged("ask_ship_time", mood="positive")

    turn = answer(talk("发货"), ACCOUNT, Session(unclear=1), judgement)

    assert turn == Turn(
        "回音请您留下订单号。",
        "knowledge_missing",
        Session(
            turns=(Said(text="发货", answer="回音请您留下订单号。"),),
            intent="ask_ship_time",
            mood="positive",
        ),
        judgement,
    )


def test_an_entry_of_the_knowledge_base_is_said_as_it_was_written_and_cited() -> None:
    known = Hit("ship", "多久发货", "付款后 48 小时内发货。{brand}", 0.9)

    turn = answer(talk("发货"), ACCOUNT, Session(unclear=1), judged("ask_ship_time"), known)

    assert (turn.answer, turn.source, turn.cited) == (known.answer, "knowledge", "ship")
    assert turn.session.turns == (Said(text="发货", answer=known.answer),)
    assert turn.session.unclear == 0


def test_an_angry_follower_reads_an_apology_first() -> None:
    judgement = judged("ask_ship_time", mood="negative")

    turn = answer(talk("还不发货"), ACCOUNT, Session(), judgement)

    assert turn.answer == "非常抱歉给您带来不好的体验。回音请您留下订单号。"


def test_two_unclear_questions_are_asked_back_and_handed_over_and_keep_the_intent() -> None:
    unsure, session = judged("greet", in_scope=False), Session(intent="ask_ship_time")

    first = answer(talk("?"), ACCOUNT, session, unsure)
    second = answer(talk("??"), ACCOUNT, first.session, unsure)

    assert [(t.source, t.session.unclear, t.session.intent) for t in (first, second)] == [
        ("ask_back", 1, "ask_ship_time"),
        ("offer_person", 2, "ask_ship_time"),
    ]


def test_a_clear_question_forgets_the_unclear_ones() -> None:
    session = Session(unclear=2)

    turn = answer(talk("发货"), ACCOUNT, session, judged("ask_ship_time"))

    assert turn.session.unclear == 0


def test_two_greetings_in_a_row_are_answered_in_different_words() -> None:
    greeting = judged("greet")

    first = answer(talk("好"), ACCOUNT, Session(), greeting)
    second = answer(talk("好"), ACCOUNT, first.session, greeting)

    assert {first.answer, second.answer} == {"您好，回音为您服务。", "您好呀。"}


def test_every_delivery_of_a_message_gets_the_same_words() -> None:
    greeting = judged("greet")

    answers = {answer(talk("好"), ACCOUNT, Session(), greeting).answer for _ in range(5)}

    assert len(answers) == 1


def test_only_the_last_turns_are_kept() -> None:
    session = Session()

    for number in range(TURNS_KEPT + 3):
        said = talk(f"发货{number}")
        session = answer(said, ACCOUNT, session, judged("ask_ship_time")).session

    assert [turn.text for turn in session.turns] == [f"发货{n}" for n in range(3, TURNS_KEPT + 3)]


@pytest.mark.parametrize("kind", list(templates.KINDS))
def test_a_message_without_text_gets_its_kinds_words_and_changes_nothing(kind: Kind) -> None:
    session = Session(intent="greet", unclear=1)

    turn = answer(talk("", kind), ACCOUNT, session, None)

    words = templates.choose(templates.KINDS[kind], ACCOUNT, 0, None)
    assert turn == Turn(words, "kind", session)


def test_blanks_are_asked_what_they_mean() -> None:
    session = Session()

    turn = answer(talk("   "), ACCOUNT, session, None)

    assert turn == Turn(templates.EMPTY, "kind", session)


def test_a_text_the_model_fails_on_gets_an_apology_and_changes_nothing() -> None:
    session = Session(intent="greet")

    turn = answer(talk("毒"), ACCOUNT, session, Unreadable("毒"))

    assert turn == Turn(templates.FAILED, "failure", session)
