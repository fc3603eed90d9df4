"""Which sentences of a passage an answer rests on."""

import pytest

from app.console.evidence import mark_cited

TEA = "绿茶放冰箱冷藏，能放十八个月。红茶放柜子里。白茶饼可以长期存放。"


@pytest.mark.parametrize(
    ("reply", "cited"),
    [
        ("红茶放柜子里。", [False, True, False]),
        ("绿茶放冰箱冷藏，能放十八个月。红茶放柜子里。", [True, True, False]),
        ("您好，白茶饼可以长期存放的哦", [False, False, True]),
        ("绿茶可以放冰箱里存，十八个月内喝完就好", [True, False, False]),
        ("请留下订单号，我帮您查。", [False, False, False]),
        ("", [False, False, False]),
    ],
)
def test_sentences_that_the_reply_says_are_cited(reply: str, cited: list[bool]) -> None:
    assert [sentence.is_cited for sentence in mark_cited(TEA, reply)] == cited


def test_all_sentences_are_shown_in_their_order() -> None:
    sentences = [sentence.text for sentence in mark_cited(TEA, "")]

    assert "".join(sentences) == TEA
    assert mark_cited("", "红茶放柜子里。") == []
