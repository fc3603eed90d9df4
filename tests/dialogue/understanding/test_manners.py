"""Greetings and thanks by their words."""

import pytest

from app.dialogue.understanding import manners


@pytest.mark.parametrize(
    ("text", "guess", "intent"),
    [
        ("谢谢", "greet", "express_thanks"), ("好的谢谢", "say_ok", "express_thanks"),
        ("3q", "out_of_scope", "express_thanks"), ("3Q~", "chitchat", "express_thanks"),
        ("OK谢谢", "say_ok", "express_thanks"), ("嗯嗯，谢谢老板", "say_ok", "express_thanks"),
        ("麻烦你了谢谢", "greet", "express_thanks"), ("Thank you so much!", "x", "express_thanks"),
        ("有人吗", "urge_reply", "greet"), ("在吗在吗", "chitchat", "greet"),
        ("等下哈 我问问她喜欢啥颜色", "say_wait", "say_wait"),
        ("谢谢，运费多少", "ask_shipping_fee", ""), ("谢谢有什么用", "complain_angry", ""),
        ("等了半天了", "say_wait", ""), ("你们怎么还没人", "urge_reply", ""),
    ],
)  # fmt: skip
def test_only_the_whole_of_a_message_is_manners(text: str, guess: str, intent: str) -> None:
    assert manners.recognise_intent(text, guess) == intent


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("张医生今天在吗", True), ("报了名一直没人联系我", True), ("这个面霜好用吗", True),
        ("你好呀", False), ("老板在吗", False), ("早上好", False), ("好的好的", False),
    ],
)  # fmt: skip
def test_who_asks_or_reports_something_does_not_only_greet(text: str, *, more: bool) -> None:
    assert manners.says_more(text) is more


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("在不在…发了好几条了", True), ("人呢", True), ("有人吗", True), ("人呢？回个话啊", True),
        ("怎么没人理我", True), ("问了三遍了", True), ("在吗", False), ("你好", False),
        ("有人教吗", False), ("发了三个快递", False), ("人呢，我要退货", False),
    ],
)  # fmt: skip
def test_who_asks_if_anybody_is_there_is_heard(text: str, *, calls: bool) -> None:
    assert manners.calls_out(text) is calls


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("那周末见", "周末"), ("周六下午见啦", "周六下午"), ("好的，明天见", "明天"),
        ("待會見", "待会"),
        ("回头见", "回头"), ("再见", ""), ("明天见客户", ""), ("不见不散", ""), ("见面再说", ""),
    ],
)  # fmt: skip
def test_a_goodbye_may_name_when_they_meet_again(text: str, day: str) -> None:
    assert manners.find_meeting(text) == day
