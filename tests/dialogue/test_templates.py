"""The brand's voice."""

from typing import get_args

import pytest

from app.dialogue import templates
from app.jobs import Kind

SLOTS = ("青禾茶铺", "周一至周五 9:00–18:00")
OWN = [
    *templates.ASK_BACK, *templates.OFFER_PERSON, templates.SOOTHE, templates.FAILED,
    templates.BUSY, templates.EMPTY, *(text for kind in templates.KINDS.values() for text in kind),
]  # fmt: skip


def test_slots_are_filled_with_the_accounts_own_words() -> None:
    variants = ("{brand}的服务时间为{hours}，{brand}等您。",)

    chosen = templates.choose(variants, *SLOTS, 0, None)

    assert chosen == "青禾茶铺的服务时间为周一至周五 9:00–18:00，青禾茶铺等您。"


def test_the_same_seed_chooses_the_same_words_and_all_are_chosen_by_some() -> None:
    variants = ("一", "二", "三")

    chosen = [templates.choose(variants, *SLOTS, seed, None) for seed in (0, 1, 2, 3, 3)]

    assert chosen == ["一", "二", "三", "一", "一"]


def test_what_was_said_last_is_not_said_again_while_there_is_another() -> None:
    variants = ("{brand}您好", "您好呀")

    chosen = {templates.choose(variants, *SLOTS, seed, "青禾茶铺您好") for seed in range(9)}

    assert chosen == {"您好呀"}


def test_the_only_words_there_are_may_be_said_twice() -> None:
    variants = ("您好",)

    chosen = templates.choose(variants, *SLOTS, 7, "您好")

    assert chosen == "您好"


def test_every_kind_without_text_to_read_has_its_words() -> None:
    kinds = set(get_args(Kind))

    worded = set(templates.KINDS)

    assert worded == kinds - {"text"}


@pytest.mark.parametrize("text", OWN)
def test_our_own_words_leave_no_slot_open_and_room_in_a_message(text: str) -> None:
    longest = ("茶" * 30, "时" * 30)

    chosen = templates.choose([text], *longest, 0, None)

    assert (set("{}") & set(chosen), len(chosen.encode()) <= 1024) == (set(), True)
