"""Sentences of ours, and what an operator may write in their place."""

import pytest

from app.messages import phrases
from app.messages.phrases import Phrase, Phrasebook

PHRASE = Phrase("order.signed", "订单已签收", ("订单 {number} 已签收。",), ("brand", "number"), ())
LINK = Phrase("system.link", "链接", ("{link}，或稍等。",), ("link",), ("link",))


def test_slots_are_filled_once_and_what_fills_them_is_not_looked_into() -> None:
    filled = phrases.fill("{brand}{hours}{opens}", {"brand": "{hours}", "hours": "9"})

    assert filled == "{hours}9{opens}"


def test_the_same_seed_chooses_the_same_words_and_all_are_chosen_by_some() -> None:
    chosen = [phrases.choose(("一", "二", "三"), seed) for seed in (0, 1, 2, 3, 3)]

    assert chosen == ["一", "二", "三", "一", "一"]


def test_what_was_said_last_is_not_said_again_while_there_is_another() -> None:
    chosen = {phrases.choose(("您好", "您好呀"), seed, "您好") for seed in range(9)}

    assert (chosen, phrases.choose(("您好",), 7, "您好")) == ({"您好呀"}, "您好")


def test_an_operators_words_are_said_and_of_what_they_left_alone_the_shipped_ones() -> None:
    own = phrases.parse({"order.signed": ["{number} 签收啦。"]})

    assert own.variants(PHRASE) == ("{number} 签收啦。",)
    assert own.variants(LINK) == LINK.variants
    assert Phrasebook().variants(PHRASE) == PHRASE.variants


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{brand}：{number} 已签收", ""),
        ("没有槽位也可以", ""),
        ("👌", ""),
        ("", "empty"),
        (" \n\u3000", "empty"),
        ("\u200b\ufeff", "empty"),
        ("{hours}见", "unknown_slot"),
        ("{Brand}您好", "unknown_slot"),
        ("{ brand }您好", "unknown_slot"),
        ("{{brand}}您好", "unknown_slot"),
        ("{品牌}您好", "unknown_slot"),
        ("｛brand｝您好", "unknown_slot"),
        ("{}您好", "unknown_slot"),
        ("{brand您好", "unknown_slot"),
        ("brand}您好", "unknown_slot"),
        ("{number!r}", "unknown_slot"),
        ("长" * 682 + "ab", ""),
        ("长" * 683, "too_long"),
    ],
)
def test_a_text_is_refused_that_could_not_be_said(text: str, fault: str) -> None:
    codes = [each.code for each in phrases.faults_of(text, PHRASE)]

    assert codes == ([fault] if fault else [])


def test_a_slot_that_is_needed_has_to_stand_in_every_variant() -> None:
    faults = phrases.faults(["请看{link}", "请稍等"], LINK)

    assert faults == ["variant 2: the slot {link} has to stand in it"]


@pytest.mark.parametrize(
    ("texts", "faults"),
    [
        ([], ["write at least one variant; DELETE brings back what is shipped"]),
        (["好"] * 11, ["11 variants; a phrase may have 10"]),
        (["好"] * 10, []),
        (["好", "{x}"], ["variant 2: {x} is no slot of this phrase; it has {brand}, {number}"]),
    ],
)
def test_a_refusal_says_which_variant_and_why(texts: list[str], faults: list[str]) -> None:
    assert phrases.faults(texts, PHRASE) == faults
