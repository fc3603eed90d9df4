"""What a text offers to tap."""

from typing import Any

import pytest

from app.simulator.phones import taps
from app.simulator.phones.taps import Tap

LINK = "weixin://bizmsgmenu?msgmenucontent=%E7%9C%8B%E7%AD%94%E6%A1%88&msgmenuid=later"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("没有链接", []),
        (f"还在写，请点这里：{LINK}。", [Tap("看答案", "later")]),
        (f'<a href="{LINK}">看答案</a>', [Tap("看答案", "later")]),
        (f"<a href='{LINK.replace('&', '&amp;')}'>看</a>", [Tap("看答案", "later")]),
        ("weixin://bizmsgmenu?msgmenuid=1&msgmenucontent=继续", [Tap("继续", "1")]),
        ("weixin://bizmsgmenu?msgmenucontent=继续", []),
        (
            f"{LINK} weixin://bizmsgmenu?msgmenucontent=人工&msgmenuid=2",
            [Tap("看答案", "later"), Tap("人工", "2")],
        ),
    ],
)
def test_links_are_found_where_wechat_shows_them(text: str, expected: list[Tap]) -> None:
    assert taps.in_text(text) == expected


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({"msgtype": "text", "text": {"content": LINK}}, [Tap("看答案", "later")]),
        ({"msgtype": "image", "image": {"media_id": "m"}}, []),
        (
            {"msgtype": "msgmenu", "msgmenu": {"list": [{"id": "1", "content": "满意"}]}},
            [Tap("满意", "1")],
        ),
    ],
)
def test_a_customer_service_message_may_offer_some(
    message: dict[str, Any], expected: list[Tap]
) -> None:
    assert taps.in_message(message) == expected
