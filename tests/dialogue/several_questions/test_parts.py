"""Which questions of a message are answered separately."""

from dataclasses import replace

import pytest

from app.dialogue import service
from app.dialogue.context import Context
from app.dialogue.several_questions.parts import settle_parts
from app.dialogue.understanding.query_rewriting import followups
from app.inference.ports import Bands
from app.knowledge.values import Evidence
from app.sessions.store import Session
from tests.dialogue import factories
from tests.dialogue.several_questions.messages import (
    INBOX,
    understood,
)


def part(question: str, *evidence: Evidence, leans: bool = False) -> Context:
    message = factories.make_message(question)  # fmt: skip
    entry = evidence[0] if evidence and evidence[0].probability >= SURE else None
    reading = followups.RewrittenQuestion(standalone_question=question, is_followup=leans)
    return Context(
        message=message,
        account=INBOX,
        session=Session(),
        question=reading,
        matched_entry=entry,
        evidence=evidence,
    )


SURE = 0.6


def price(probability: float) -> Evidence:
    return factories.make_evidence("price", "多少钱", "八十元", probability)


def term(probability: float) -> Evidence:
    return factories.make_evidence("term", "几天", "三天", probability)


@pytest.mark.parametrize(
    ("whole", "parts", "matched_entry"),
    [
        # One entry answers both halves, or the second is only part of the first.
        ((price(0.9),), [(price(0.8), False), (price(0.4), False)], []),
        ((price(0.9),), [(price(0.8), False), (term(0.3), True)], []),
        ((price(0.9),), [(price(0.4), False), (price(0.4), False)], []),
        # Two answers, or one and something that isn't known.
        ((price(0.9),), [(price(0.95), False), (term(0.95), True)], ["price", "term"]),
        ((price(0.9),), [(price(0.95), False), (term(0.7), False)], ["price", "term"]),
        ((price(0.9),), [(price(0.8), False), (term(0.7), True)], ["price", "term"]),
        ((price(0.9),), [(price(0.95), False), (term(0.2), False)], ["price", None]),
        ((price(0.9),), [(price(0.95), False), (price(0.1), False)], ["price", None]),
        ((price(0.3),), [(price(0.95), False), (term(0.2), True)], ["price", None]),
        # What leans on what isn't known isn't answered by something else.
        ((term(0.3),), [(term(0.1), False), (price(0.95), True)], [None, None]),
        ((price(0.9),), [(term(0.1), False), (price(0.95), True)], [None, "price"]),
        ((price(0.3),), [(term(0.1), False), (price(0.95), False)], [None, "price"]),
    ],
)
def test_the_message_as_one_question_decides_what_is_answered_apart(
    whole: tuple[Evidence, ...], parts: list[tuple[Evidence, bool]], matched_entry: list[str | None]
) -> None:
    context = part("甲多少钱，要几天", *whole)
    texts = ("怎么弄", "怎么办")
    questions = [
        part(text, each, leans=leans) for text, (each, leans) in zip(texts, parts, strict=True)
    ]

    settled = settle_parts(context, questions, Bands(SURE, 0.25))

    assert [each.matched_entry and each.matched_entry.id for each in settled] == matched_entry


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("里面有坐位伐", "湖西店平日 9:00-22:00。"),
        ("一个人住要加多少", "平时 3280 元一位。"),
        ("可颂几点出", "贝果 8:30、15:30。"),
    ],
)
def test_what_names_something_else_is_never_left_out(text: str, answer: str) -> None:
    entry = factories.make_evidence("matched_entry", "问", answer)
    context = replace(understood(f"甲怎么样，{text}", entry, None), matched_entry=entry)
    parts = [
        part("甲怎么样", entry),
        replace(part(text, leans=True), classification_result=factories.make_classification()),
    ]
    parts[0] = replace(parts[0], classification_result=factories.make_classification())

    settled = settle_parts(context, parts, Bands(SURE, 0.25))
    reply = service.draft_reply(replace(context, matched_entry=None, parts=settled)).text

    assert reply.startswith(answer)
    assert len(reply) > len(answer)


@pytest.mark.parametrize(
    ("text", "answer", "matched_entry"),
    [
        ("明信片多少钱一张", "桂花拿铁34元。", None),
        ("玻璃罩上可以刻字吗", "永生花玻璃罩小号199元。", None),
        ("你们管接送吗", "14岁以下不能进器械区。", None),
        ("多久可以拿", "证件照35元。", None),
        ("多久可以拿", "证件照35元，20分钟可以拿。", "both"),
        ("有停车位吗", "停车两小时内免费。", "both"),
        ("能水洗不", "大衣800元，只能干洗。", "both"),
    ],
)
def test_the_answer_to_another_question_counts_only_for_what_it_says(
    text: str, answer: str, matched_entry: str | None
) -> None:
    both = factories.make_evidence("both", "问", answer)
    parts = [part("拿铁多少", both), part(text, both, leans=True)]

    apart = settle_parts(part(f"拿铁多少，{text}"), parts, Bands(SURE, 0.25))
    beside = settle_parts(part(f"拿铁多少，{text}", both), parts, Bands(SURE, 0.25))

    assert [each.matched_entry and each.matched_entry.id for each in apart] == [
        "both",
        matched_entry,
    ]
    assert [each.matched_entry and each.matched_entry.id for each in beside] == (
        [] if matched_entry else ["both", None]
    )


def test_a_part_with_a_thing_of_its_own_is_not_dropped_for_what_may_answer_it() -> None:
    entry = factories.make_evidence("both", "永生花多少钱", "玻璃罩小号199元。")
    likely = replace(entry, probability=0.4)
    whole = part("永生花多少钱，玻璃罩上可以刻字吗", entry)

    for text, left in (("玻璃罩上可以刻字吗", ["both", None]), ("玻璃罩多少钱", [])):
        parts = [part("永生花多少钱", entry), part(text, likely)]
        settled = settle_parts(whole, parts, Bands(SURE, 0.25))
        assert [each.matched_entry and each.matched_entry.id for each in settled] == left


def test_words_that_were_put_together_are_no_words_of_the_follower() -> None:
    kinds, price_part = part("永生花有小熊的吗"), part("永生花多少钱", price(1.0), leans=True)
    price_part = replace(price_part, same_words=True)

    settled = settle_parts(part("永生花有小熊的吗，多少钱"), [kinds, price_part], Bands(SURE, 0.25))

    assert [each.matched_entry for each in settled] == [None, None]


def test_a_likelier_answer_to_the_message_takes_the_place_of_a_part_s() -> None:
    both = replace(part("问一", term(0.75)), evidence=(term(0.75), price(0.7)))

    settled = settle_parts(
        part("甲", price(0.9)), [both, part("问二", price(0.85))], Bands(SURE, 0.25)
    )

    assert settled == ()


def test_a_part_that_the_whole_answer_does_not_hold_is_not_dropped() -> None:
    whole = part("甲多少钱，礼拜几送", price(0.9))
    parts = [part("甲多少钱", price(0.8)), part("礼拜几送", term(0.3), leans=True)]

    settled = settle_parts(whole, parts, Bands(SURE, 0.25))

    assert [each.matched_entry and each.matched_entry.id for each in settled] == ["price", None]


def test_a_part_that_only_leans_gets_no_answer_of_another_question_again() -> None:
    """你们管接送吗 was answered, beside its context, by the entry on ages, and so left out."""
    whole, one, fees = (
        factories.make_evidence(id_, title, answer)
        for id_, title, answer in (
            ("e1", "少年体能多少钱", "8 节 800 元。"),
            ("e2", "多大可以进器械区", "14 岁以下不能进器械区。"),
            ("e1", "少年体能多少钱", "8 节 800 元。"),
        )
    )
    context = understood("12岁能进器械区吗，少年体能八节多少，你们管接送吗", one, fees, one)
    parts = [*context.parts]
    assert parts[2].question is not None
    parts[2] = replace(parts[2], question=replace(parts[2].question, is_followup=True))

    settled = settle_parts(replace(context, matched_entry=whole), parts, Bands(0.5, 0.2))

    assert [part.matched_entry and part.matched_entry.id for part in settled] == ["e2", "e1", None]
