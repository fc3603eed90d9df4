"""Passive replies: addressed back, safe in XML, short enough."""

import unicodedata

import pytest
import xmltodict
from hypothesis import given
from hypothesis import strategies as st

from app.messages import texts
from app.messages import values as cards
from app.messages.lengths import TEXT_BYTES
from app.wechat.callback import replies
from app.wechat.callback.events import Subscribe
from app.wechat.callback.replies import TextReply, TransferToPerson, cdata, read, render
from tests.wechat.samples import ACCOUNT, CREATED, HAPPENED, OPENID, QUESTION

NOW = CREATED + 3
ADDRESSED = {"ToUserName": OPENID, "FromUserName": ACCOUNT, "CreateTime": str(NOW)}


def test_a_text_goes_back_to_who_asked() -> None:
    reply = TextReply("早上九点")

    rendered = render(reply, QUESTION, NOW)

    assert xmltodict.parse(rendered)["xml"] == {
        **ADDRESSED,
        "MsgType": "text",
        "Content": "早上九点",
    }


def test_a_transfer_goes_to_whoever_is_free_or_to_one_agent() -> None:
    chosen = [TransferToPerson(), TransferToPerson("lin@tea")]

    rendered = [xmltodict.parse(render(reply, QUESTION, NOW))["xml"] for reply in chosen]

    transfer = {**ADDRESSED, "MsgType": "transfer_customer_service"}
    assert rendered == [transfer, {**transfer, "TransInfo": {"KfAccount": "lin@tea"}}]


def test_an_event_is_not_transferred_but_may_be_answered() -> None:
    followed = Subscribe(**HAPPENED)

    with pytest.raises(TypeError, match="can't be transferred"):
        render(TransferToPerson(), followed, NOW)
    answered = render(TextReply("欢迎"), followed, NOW)

    assert xmltodict.parse(answered)["xml"]["Content"] == "欢迎"


@pytest.mark.parametrize("blank", ["", "  \n", "\x00\x0b", "\ufffe"])
def test_a_reply_that_says_nothing_is_refused(blank: str) -> None:
    said = blank

    with pytest.raises(ValueError, match="says something") as refused:
        TextReply(said)

    assert "SUCCESS" in str(refused.value)
    assert replies.SUCCESS == "success"


def test_nothing_ends_the_cdata_early() -> None:
    content = "a]]></Content><Evil>1</Evil><Content><![CDATA[b]]]]>>&amp;]]"

    rendered = render(TextReply(content), QUESTION, NOW)

    assert xmltodict.parse(rendered)["xml"] == {**ADDRESSED, "MsgType": "text", "Content": content}


@given(content=st.text())
def test_any_text_survives_as_cdata_but_for_what_xml_forbids(content: str) -> None:
    # Carriage returns are folded by every XML reader; the rest comes back as it was.
    kept = replies.legal(content).replace("\r\n", "\n").replace("\r", "\n")

    read = xmltodict.parse(f"<a>{cdata(content)}</a>", strip_whitespace=False)["a"]

    assert (read or "") == kept


def test_characters_that_xml_forbids_are_dropped() -> None:
    content = "茶\x00\x08\x0b\x1f\ud800\udfff\ufffe\uffff\t\n\U0001f375"

    kept = replies.legal(content)

    assert kept == "茶\t\n\U0001f375"


@given(content=st.text(st.characters(codec="utf-8"), min_size=1, max_size=3000))
def test_any_reply_is_well_formed_and_within_the_limit(content: str) -> None:
    said = "茶" + content

    read = xmltodict.parse(render(TextReply(said), QUESTION, NOW), strip_whitespace=False)["xml"]

    assert len(read["Content"].encode()) <= TEXT_BYTES
    assert not any(
        unicodedata.category(sign) == "Cc" and sign not in "\t\n\r\x7f" and sign < "\x80"
        for sign in read["Content"]
    )


PICTURE = cards.Image(type="image", media_id="MEDIA")
ARTICLE = cards.Article(
    type="article", title="新茶", description="今年的", url="https://a.example/1"
)
PROGRAM = cards.MiniProgram(
    type="mini_program", title="商城<1>", appid="wx0123456789abcdef", page="pages/tea?id=1"
)


def test_an_answer_that_is_a_card_is_a_reply_of_its_kind() -> None:
    answers = [cards.write(PICTURE), cards.write(ARTICLE), texts.TRANSFER]

    rendered = [xmltodict.parse(render(read(each), QUESTION, NOW))["xml"] for each in answers]

    item = {"Title": "新茶", "Description": "今年的", "PicUrl": None, "Url": "https://a.example/1"}
    assert rendered == [
        {**ADDRESSED, "MsgType": "image", "Image": {"MediaId": "MEDIA"}},
        {**ADDRESSED, "MsgType": "news", "ArticleCount": "1", "Articles": {"item": item}},
        {**ADDRESSED, "MsgType": "transfer_customer_service"},
    ]


def test_a_mini_program_is_a_text_that_opens_it() -> None:
    assert read(cards.write(PROGRAM)) == TextReply(
        '<a data-miniprogram-appid="wx0123456789abcdef" '
        'data-miniprogram-path="pages/tea?id=1">商城1</a>'
    )
