"""An answer of the knowledge base to who writes English."""

from dataclasses import replace

import pytest

from app.accounts import Account
from app.dialogue import service
from app.dialogue.context import Context
from app.dialogue.prepare import prepare_message
from app.dialogue.wording import answer_texts, english
from app.knowledge.values import Evidence
from app.messages.phrases import Phrasebook
from app.sessions.store import Choice, Session, SessionTurn
from tests.dialogue import factories

INBOX = Account(name="default", appid="wx1", token="token", desk="inbox")
HOURS = factories.make_evidence("e1", "几点开门", "每天 10:00 开门。", 0.95)
DOGS = factories.make_evidence("e2", "能带狗吗", "可以带小型犬。", 0.95)
OPENING, CLOSING = english.NOTES_OPENING.first, english.NOTES_CLOSING.first
NOON = 14_400.0


def make_context(text: str, *entries: Evidence | None, account: Account = INBOX) -> Context:
    message = factories.make_message(text, received=NOON)
    classification = factories.make_classification("ask_ship_time")
    context = prepare_message(Context(message=message, account=account))
    if not context.parts:
        return replace(context, classification_result=classification, matched_entry=entries[0])
    parts = zip(context.parts, entries, strict=True)
    return replace(
        context,
        classification_result=classification,
        parts=tuple(
            replace(p, matched_entry=k, classification_result=classification) for p, k in parts
        ),
    )


def answer(context: Context) -> str:
    return service.complete_turn(context, service.draft_reply(context)).text


@pytest.mark.parametrize(
    "text", ["What time do you open?", "opening hours please", "いつ開きますか"]
)
def test_a_chinese_answer_stands_between_two_lines_of_english(text: str) -> None:
    assert answer(make_context(text, HOURS)) == f"{OPENING}\n{HOURS.answer}\n{CLOSING}"


@pytest.mark.parametrize("text", ["几点开门", "幾點開門", "请问 wifi 有吗"])
def test_who_writes_chinese_gets_the_answer_alone(text: str) -> None:
    assert OPENING not in answer(make_context(text, HOURS))


def test_an_answer_that_an_operator_wrote_in_english_stands_alone() -> None:
    entry = replace(HOURS, text="We open at ten every day at 运河街27号.")

    assert answer(make_context("What time do you open?", entry)) == entry.answer


def test_several_answers_have_one_opening_and_one_offer() -> None:
    both = answer(make_context("What time do you open? Can I bring a dog?", HOURS, DOGS))
    one = answer(make_context("What time do you open? Do you have wifi?", HOURS, None))

    assert both == f"{OPENING}\n1. {HOURS.answer}\n\n2. {DOGS.answer}\n{CLOSING}"
    unknown = english.translate_phrase(answer_texts.UNKNOWN_OFFER)
    assert unknown
    assert one == f"{OPENING}\n{HOURS.answer}\n\n{unknown.first}"


def test_no_person_is_offered_where_none_is() -> None:
    nobody = replace(INBOX, desk="none")

    text = answer(make_context("What time do you open?", HOURS, account=nobody))

    assert text == f"{OPENING}\n{HOURS.answer}"


def test_an_operator_words_both_lines_otherwise() -> None:
    own = {english.NOTES_OPENING.id: ("From our notes:",), english.NOTES_CLOSING.id: ("Ask us.",)}
    context = replace(make_context("What time do you open?", HOURS), phrases=Phrasebook(own))

    assert answer(context) == f"From our notes:\n{HOURS.answer}\nAsk us."


def test_who_taps_a_chinese_choice_is_answered_in_the_language_of_before() -> None:
    session = Session(
        turns=(SessionTurn(text="What time do you open?", answer="Do you mean one of these?"),),
        choices=(Choice(label="几点开门", id="e1"),),
    )
    message = factories.make_message("几点开门", received=NOON, number=2)  # fmt: skip

    assert (
        prepare_message(Context(message=message, account=INBOX, session=session)).language
        == "english"
    )
    assert prepare_message(Context(message=message, account=INBOX)).language == "simplified"
