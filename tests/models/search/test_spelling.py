"""What two texts share as they are written."""

import pytest

from models.encoder.encoder import Encoder
from models.hub.fetch import ensure_base
from models.search.alignment import own_tokens
from models.search.spelling import IN_PARTS, Spelling, simplify_text


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder(ensure_base())


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("這件衣服幾錢", "这件衣服几钱"),
        ("有WiFi嗎", "有wifi吗"),
        ("包郵嗎", "包邮吗"),
        ("SPA 多少钱", "spa 多少钱"),
        ("每天 9:00-21:00", "每天 9:00-21:00"),
    ],
)
def test_a_text_is_read_in_simplified_characters_and_lower_case(text: str, read: str) -> None:
    assert simplify_text(text) == read


@pytest.mark.parametrize(
    ("text", "other", "share"),
    [
        ("99", "199", 0.0),  # a number counts whole
        ("99", "99 朵玫瑰", 1.0),
        ("spa", "space", 0.0),
        ("狗", "小狗可以进", 1.0),
        ("龙井", "碧螺春一两 80 元", 0.0),
        ("玫瑰", "玫红色的瑰宝", IN_PARTS),
    ],
)
def test_a_token_counts_as_shared_as_far_as_the_other_text_has_it(
    encoder: Encoder, text: str, other: str, share: float
) -> None:
    spelling = Spelling(encoder.tokenizer)
    ids, others = encoder.tokenize([text, other])

    shares = own_tokens(spelling.shares(ids, others))

    assert shares.max() == pytest.approx(share)  # the empty first piece of a text has none
