"""A follower in an experiment on a reply reads their variant, and the turn says which."""

from dataclasses import replace

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.accounts import Account
from app.dialogue import service
from app.dialogue.context import Context
from app.dialogue.prepare import prepare_message
from app.dialogue.turn import Turn
from app.dialogue.understand import understand_messages
from app.dialogue.wording.variant_wordings import VariantWording
from app.inference.fakes import FakeClassifier
from app.knowledge.entries.repository import EntryStore
from app.knowledge.service import Knowledge
from app.knowledge.values import Entry
from app.messages.phrases import Phrasebook
from app.messages.values import Article, Text
from tests.dialogue import factories
from tests.dialogue.several_questions.messages import DOGS, HOURS, understood

ACCOUNT = Account(name="default", appid="wx1", token="token", desk="inbox", brand="回音")
GREETING = VariantWording(
    target="intent.greet", text="{brand}在的，您说。", experiment="e1", variant="B", assigned=5.0
)
OPENING = replace(GREETING, target="entry.e1", text="十点开门。欢迎来坐。")
CARD = Article(type="article", title="开门时间", description="", url="https://shop.example.com/a")


def make_context(text: str, intent: str, *wordings: VariantWording) -> Context:
    """A message as it is classified, from a follower with these variants."""
    message = factories.make_message(text)
    context = prepare_message(Context(message=message, account=ACCOUNT, wordings=wordings))
    classification = factories.classify_as_shipped(intent)
    replies = context.replies(classification.intent)
    own_intent = replace(classification.intent, replies=replies)
    return replace(context, classification_result=replace(classification, intent=own_intent))


def answer(context: Context) -> Turn:
    return service.complete_turn(context, service.draft_reply(context))


def test_an_intents_variant_takes_the_place_of_its_replies() -> None:
    with_variant = answer(make_context("你好呀", "greet", GREETING))
    usual = answer(make_context("你好呀", "greet"))

    assert (with_variant.text, with_variant.wordings) == ("回音在的，您说。", (GREETING,))
    assert "回音在的" not in usual.text
    assert usual.wordings == ()


def test_a_variant_goes_before_the_operators_own_words() -> None:
    own = Phrasebook({"intent.greet": ("老板在此。",)})
    context = replace(make_context("你好呀", "greet", GREETING), phrases=own)

    assert context.replies(factories.get_shipped_intent("greet")) == ("{brand}在的，您说。",)


def test_an_entrys_variant_is_said_for_its_answer() -> None:
    context = make_context("几点开门呀", "store_and_hours", OPENING)

    turn = answer(replace(context, matched_entry=replace(HOURS, text=OPENING.text)))

    assert (turn.text, turn.wordings) == (OPENING.text, (OPENING,))


def test_an_entry_that_is_a_card_keeps_it() -> None:
    context = make_context("几点开门呀", "store_and_hours", OPENING)

    turn = answer(replace(context, matched_entry=replace(HOURS, rich=CARD)))

    assert (turn.answer, turn.wordings) == (CARD, ())


@pytest.mark.parametrize(
    ("text", "target", "is_shown"),
    [("hello", "intent.greet", False), ("hello", "intent.greet.en", True)],
)
def test_an_english_message_gets_the_variants_of_the_english_reply(
    text: str, target: str, *, is_shown: bool
) -> None:
    wording = replace(GREETING, target=target, text="Hi, this is the shop.")

    turn = answer(make_context(text, "greet", wording))

    assert turn.wordings == ((wording,) if is_shown else ())
    assert (turn.text == "Hi, this is the shop.") is is_shown


def test_a_part_that_is_answered_shows_its_variant_and_one_left_out_does_not() -> None:
    several = understood("几点开门？能带狗吗？", replace(HOURS, text=OPENING.text), DOGS)
    parts = tuple(replace(part, wordings=(OPENING, GREETING)) for part in several.parts)

    turn = answer(replace(several, parts=parts))

    assert turn.text == "1. 十点开门。欢迎来坐。\n\n2. 可以带小型犬。"
    assert turn.wordings == (OPENING,)


def test_words_that_the_notice_of_a_handoff_replaces_are_not_shown() -> None:
    wording = replace(GREETING, target="intent.transfer_to_person", text="这就叫人来。")
    hours = "每日 0:00-24:00"
    at_wechats_desk = replace(ACCOUNT, desk="wechat", verified=True, service_hours=hours)
    context = make_context("转人工", "transfer_to_person", wording)

    inbox_turn, desk_turn = answer(context), answer(replace(context, account=at_wechats_desk))

    assert inbox_turn.text.startswith("这就叫人来。")
    assert (inbox_turn.wordings, desk_turn.wordings) == ((wording,), ())


async def test_what_matches_does_not_depend_on_the_wording(engine: AsyncEngine) -> None:
    classifier = FakeClassifier()
    knowledge = Knowledge(store=EntryStore(engine), search=classifier)
    entry = Entry("e1", "几点开门", (), Text(content="每天 10:00 开门。"))
    await knowledge.upsert_entries("default", [entry])
    message = factories.make_message("几点开门")
    contexts = [
        prepare_message(Context(message=message, account=ACCOUNT, wordings=wordings))
        for wordings in ((), (OPENING,))
    ]

    usual, with_variant = await understand_messages(classifier, knowledge, contexts)

    assert usual.matched_entry
    assert with_variant.matched_entry == replace(usual.matched_entry, text=OPENING.text)
    assert with_variant.evidence == usual.evidence
