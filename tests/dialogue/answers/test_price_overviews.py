"""Prices of a kind, where the base has single things of it."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from app.accounts import Account
from app.dialogue import service
from app.dialogue.answers.price_overviews import with_prices
from app.dialogue.context import Context
from app.dialogue.prepare import prepare_message
from app.dialogue.understanding.query_rewriting.followups import RewrittenQuestion
from app.knowledge.service import Knowledge
from app.knowledge.values import Entry
from app.messages.values import Text
from app.sessions.store import Session
from tests.dialogue import factories

ENTRIES = [
    Entry(f"e{at}", f"{name}多少钱", (), Text(content=f"{name}{price}元。"))
    for at, (name, price) in enumerate([("月卡", 399), ("季卡", 999), ("年卡", 2680)])
]
ENTRIES_BY_ID = {entry.id: SimpleNamespace(entry=entry) for entry in ENTRIES}
BASE = cast(
    Knowledge, SimpleNamespace(index=lambda account: SimpleNamespace(stored_entries=ENTRIES_BY_ID))
)
YEAR = factories.make_evidence("e2", "年卡多少钱", "年卡2680元。")
OTHER = replace(YEAR, id="e9", title="停车多少钱")
LISTED = "月卡399元；季卡999元；年卡2680元。\n还想问哪一种，直接说名字就行。"


def make_context(text: str, session: Session | None = None, **changes: Any) -> Context:
    message = factories.make_message(text)
    context = prepare_message(
        Context(
            message=message,
            account=Account(name="default", appid="wx1", token="token"),
            session=session or Session(),
        )
    )
    classification = factories.make_classification("ask_ship_time")
    return with_prices(BASE, replace(context, classification_result=classification, **changes))


@pytest.mark.parametrize("text", ["卡多少钱", "辦卡多少錢"])
def test_some_of_the_kind_are_said_with_their_prices(text: str) -> None:
    turn = service.complete_turn(
        make_context(text, matched_entry=YEAR),
        service.draft_reply(make_context(text, matched_entry=YEAR)),
    )

    assert turn.source == "knowledge"
    assert turn.citations == ("e0", "e1", "e2")
    assert turn.session.last_entry_id is None
    if text == "卡多少钱":
        assert turn.text == LISTED


def test_an_answer_that_is_sure_and_no_thing_of_the_kind_is_said() -> None:
    assert make_context("卡多少钱", matched_entry=OTHER).prices is None
    assert make_context("卡多少钱", matched_entry=YEAR, same_words=True).prices is None
    assert make_context("年卡多少钱", matched_entry=YEAR).prices is None


def test_who_spoke_of_one_of_them_means_that_one() -> None:
    assert make_context("卡多少钱", Session(last_question="年卡能停吗")).prices is None
    assert (
        make_context(
            "卡多少钱", question=RewrittenQuestion(standalone_question="卡多少钱", is_followup=True)
        ).prices
        is None
    )


def test_it_is_said_to_one_of_several_questions_too() -> None:
    context = make_context("卡多少钱，能停车吗")
    parts = tuple(
        with_prices(BASE, replace(part, classification_result=context.classification_result))
        for part in context.parts
    )

    text = service.draft_reply(replace(context, parts=parts)).text

    assert text.startswith(LISTED)
    assert "停车" in text
