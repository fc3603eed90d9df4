"""What a message is, by its words."""

import pytest

from app.dialogue.understanding.sentences import clarity
from app.dialogue.understanding.sentences.clarity import Sort


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("asdkjh", "random"), ("蓝", "random"), ("。。", "random"), ("qwrtp zxcvb", "random"),
        ("三体", "name"), ("红玫瑰", "name"), ("iPhone", "name"),
        ("你们教练有资格证吗", "question"), ("教练是男的还是女的", "question"),
        ("線下可以試穿嗎", "question"), ("给我讲讲靠边停车", "question"),
        ("想减肚子上的肉，先跑步还是先撸铁", "question"), ("Do you have a pool?", "question"),
        ("帮我看看我的课", "request"), ("我想定制一份训练计划", "request"),
        ("I want to return this dress", "request"), ("麻烦改下时间", "request"),
        ("隔壁桌一直打电话 店员也不管", "report"), ("洗完澡狗狗一直挠", "report"),
        ("黑屏了", "report"), ("the coffee was cold again", "report"),
    ],
)  # fmt: skip
def test_only_what_cannot_be_read_is_not_understood(text: str, sort: Sort) -> None:
    assert clarity.sort_message(text) == sort


@pytest.mark.parametrize("text", ["NGMTH", "yyds", "wifi", "duoshaoqian", "hello", "XXL", "好的"])
def test_abbreviations_and_pinyin_are_no_random_keys(text: str) -> None:
    assert not clarity.is_random(text)
