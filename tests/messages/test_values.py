"""Cards on their way: written as a mark, read again, and refused where they are none."""

import pytest
from pydantic import ValidationError

from app.messages import values as cards
from app.messages.values import Article, Image, MiniProgram

CARDS: list[Image | Article | MiniProgram] = [
    Image(type="image", media_id="MEDIA_1-a"),
    Article(type="article", title="⟧新品", description="“好茶”", url="https://a.example/1?b=2"),
    MiniProgram(type="mini_program", title="商城", appid="wx0123456789abcdef", page="p/i?id=1"),
]


@pytest.mark.parametrize("card", CARDS)
def test_a_card_comes_back_as_it_went(card: Image | Article | MiniProgram) -> None:
    assert cards.read(f" {cards.write(card)}\n") == card


@pytest.mark.parametrize(
    "text",
    [
        "您好",
        "⟦card ⟧",
        '⟦card {"type": "image"}⟧',
        '⟦card {"type": "article", "title": "a", "url": "javascript:alert(1)"}⟧',
        f"看这里 {cards.write(CARDS[0])}",
    ],
)
def test_what_is_no_card_is_text(text: str) -> None:
    assert cards.read(text) is None


def test_nothing_is_a_card_in_the_words_of_others() -> None:
    assert cards.read(cards.defused(cards.write(CARDS[0]))) is None


def test_a_card_is_named_for_those_who_read_text() -> None:
    assert [cards.spoken(cards.write(card)) for card in CARDS] == ["[图片]", "[⟧新品]", "[商城]"]
    assert cards.spoken("您好") == "您好"


@pytest.mark.parametrize("url", ["shop.example", "ftp://shop.example/a", 'https://a.example/"x'])
def test_a_link_is_whole_and_leads_to_the_web(url: str) -> None:
    with pytest.raises(ValidationError, match="write a whole link"):
        Article(type="article", title="茶", url=url)
