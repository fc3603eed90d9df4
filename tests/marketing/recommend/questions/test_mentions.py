"""Whether an entry mentions what a follower asks for: then it goes before items."""

import pytest

from app.marketing.recommend.questions.mentions import mentions_question

DRUMS = "你们店有哪些牌子的手鼓\n我们有 Meinl 和 LP 两个牌子的手鼓。"


@pytest.mark.parametrize(
    ("question", "text", "is_mentioned"),
    [
        ("有没有手鼓", DRUMS, True),
        ("手鼓哪个牌子好", DRUMS, True),
        ("any drums?", DRUMS, True),
        ("有没有小提琴", DRUMS, False),
        ("吉他或者尤克里里", DRUMS, False),
        ("any guitars", DRUMS, False),
        ("有什么推荐", DRUMS, False),
        ("有什么推荐", "新手推荐 38 寸的民谣吉他。", True),
        ("有什么活动", "每天 10:00-21:00 营业。", False),
        ("有什么活动", "周六有弹唱活动。", True),
        ("送妈妈什么好", "母亲节礼盒八折。", True),
        ("do you have violins", "小提琴都在二楼。", True),
    ],
)
def test_an_answer_mentions_what_is_asked_for(question: str, text: str, is_mentioned: bool) -> None:
    assert mentions_question(text, question) is is_mentioned
