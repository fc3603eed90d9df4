"""Passive replies: addressed back, safe in XML, short enough."""

import unicodedata
from typing import Any

import pytest
import xmltodict
from hypothesis import given
from hypothesis import strategies as st

from app.messages.lengths import TEXT_BYTES
from app.messages.values import Article, ImageCard, Message, MiniProgram, Text, TransferToAgent
from app.wechat.callback import replies
from app.wechat.callback.events import Subscribe
from app.wechat.callback.replies import as_cdata, render_reply
from tests.wechat.samples import ACCOUNT, CREATED, HAPPENED, OPENID, QUESTION

NOW = CREATED + 3
ADDRESSED = {"ToUserName": OPENID, "FromUserName": ACCOUNT, "CreateTime": str(NOW)}


def rendered(reply: Message) -> dict[str, Any]:
    """The elements of the reply's XML."""
    xml = render_reply(reply, QUESTION, NOW)
    assert xml
    elements: dict[str, Any] = xmltodict.parse(xml)["xml"]
    return elements


def test_a_text_goes_back_to_who_asked() -> None:
    reply = Text(content="早上九点")

    assert rendered(reply) == {**ADDRESSED, "MsgType": "text", "Content": "早上九点"}


def test_a_generated_text_shows_its_label() -> None:
    reply = Text(content="早上九点。", ai_generated=True)

    assert rendered(reply)["Content"] == "早上九点。（内容由AI生成）"


def test_a_transfer_goes_to_whoever_is_free_or_to_one_agent() -> None:
    chosen = [TransferToAgent(), TransferToAgent(account="lin@tea")]

    transfer = {**ADDRESSED, "MsgType": "transfer_customer_service"}
    assert [rendered(each) for each in chosen] == [
        transfer,
        {**transfer, "TransInfo": {"KfAccount": "lin@tea"}},
    ]


def test_an_event_is_not_transferred_but_may_be_answered() -> None:
    followed = Subscribe(**HAPPENED)

    with pytest.raises(TypeError, match="can't be transferred"):
        render_reply(TransferToAgent(), followed, NOW)
    answered = render_reply(Text(content="欢迎"), followed, NOW)

    assert answered
    assert xmltodict.parse(answered)["xml"]["Content"] == "欢迎"


@pytest.mark.parametrize("blank", ["", "  \n", "\x00\x0b", "\ufffe"])
def test_a_reply_that_says_nothing_is_none(blank: str) -> None:
    assert render_reply(Text(content=blank), QUESTION, NOW) is None
    assert replies.SUCCESS == "success"


def test_nothing_ends_the_cdata_early() -> None:
    content = "a]]></Content><Evil>1</Evil><Content><![CDATA[b]]]]>>&amp;]]"

    reply = Text(content=content)

    assert rendered(reply) == {**ADDRESSED, "MsgType": "text", "Content": content}


@given(content=st.text())
def test_any_text_survives_as_cdata_but_for_what_xml_forbids(content: str) -> None:
    # Carriage returns are folded by every XML reader; the rest comes back as it was.
    expected = replies.remove_forbidden(content).replace("\r\n", "\n").replace("\r", "\n")

    read = xmltodict.parse(f"<a>{as_cdata(content)}</a>", strip_whitespace=False)["a"]

    assert (read or "") == expected


def test_characters_that_xml_forbids_are_dropped() -> None:
    content = "茶\x00\x08\x0b\x1f\ud800\udfff\ufffe\uffff\t\n\U0001f375"

    result = replies.remove_forbidden(content)

    assert result == "茶\t\n\U0001f375"


@given(content=st.text(st.characters(codec="utf-8"), min_size=1, max_size=3000))
def test_any_reply_is_well_formed_and_within_the_limit(content: str) -> None:
    whole = "茶" + content

    xml = render_reply(Text(content=whole), QUESTION, NOW)
    assert xml
    read = xmltodict.parse(xml, strip_whitespace=False)["xml"]

    assert len(read["Content"].encode()) <= TEXT_BYTES
    assert not any(
        unicodedata.category(sign) == "Cc" and sign not in "\t\n\r\x7f" and sign < "\x80"
        for sign in read["Content"]
    )


PICTURE = ImageCard(type="image", media_id="MEDIA")
ARTICLE = Article(type="article", title="新茶", description="今年的", url="https://a.example/1")
PROGRAM = MiniProgram(
    type="mini_program", title="商城<1>", appid="wx0123456789abcdef", page="pages/tea?id=1"
)


def test_an_answer_that_is_a_card_is_a_reply_of_its_kind() -> None:
    answers: list[Message] = [PICTURE, ARTICLE, TransferToAgent()]

    item = {"Title": "新茶", "Description": "今年的", "PicUrl": None, "Url": "https://a.example/1"}
    assert [rendered(each) for each in answers] == [
        {**ADDRESSED, "MsgType": "image", "Image": {"MediaId": "MEDIA"}},
        {**ADDRESSED, "MsgType": "news", "ArticleCount": "1", "Articles": {"item": item}},
        {**ADDRESSED, "MsgType": "transfer_customer_service"},
    ]


def test_a_mini_program_is_a_text_that_opens_it() -> None:
    assert rendered(PROGRAM)["Content"] == (
        '<a data-miniprogram-appid="wx0123456789abcdef" '
        'data-miniprogram-path="pages/tea?id=1">商城1</a>'
    )
