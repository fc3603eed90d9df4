"""Which facts each variant is written from."""

import pytest

from app.marketing.content.brief import Brief, Channel
from app.marketing.content.writing.focus import focus_brief, list_starts


def make_brief(facts: int, channel: Channel = "ad") -> Brief:
    rows = [{"name": f"n{at}", "value": f"v{at}", "source": "s"} for at in range(facts)]
    return Brief.model_validate({"product": "茶", "facts": rows, "channel": channel})


@pytest.mark.parametrize(
    ("facts", "starts"), [(1, [0]), (2, [0, 1]), (3, [0, 2, 1]), (6, [0, 3, 1, 4, 2, 5])]
)
def test_variants_begin_with_every_fact_in_turn(facts: int, starts: list[int]) -> None:
    assert list_starts(facts) == starts


def test_variants_share_few_facts() -> None:
    chosen = [focus_brief(make_brief(6), at, 3).facts for at in range(3)]

    assert [[fact.name for fact in facts] for facts in chosen] == [
        ["n0", "n1", "n2"], ["n3", "n4", "n5"], ["n1", "n2", "n3"],
    ]  # fmt: skip


@pytest.mark.parametrize(("channel", "count"), [("ad", 1), ("article", 3), ("comment_reply", 3)])
def test_a_single_text_and_what_has_to_say_everything_get_all_facts(
    channel: Channel, count: int
) -> None:
    assert len(focus_brief(make_brief(6, channel), 1, count).facts) == 6
