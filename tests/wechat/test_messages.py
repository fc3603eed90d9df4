"""Parsing: every documented kind is its value, and what is no message has one error."""

import copy
import dataclasses
import json
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.wechat.event_kinds import EVENTS
from app.wechat.events import CardEvent, MenuMiniProgram, MenuView, Scan, Subscribe
from app.wechat.kinds import MESSAGES
from app.wechat.messages import Malformed, delivery_key, parse
from app.wechat.parsing import MOST_DEPTH, MOST_ELEMENTS
from app.wechat.values import Event, Fields, Message, Text, Unknown
from tests.wechat import samples
from tests.wechat.samples import ACCOUNT, CREATED, MSG_ID, OPENID, event, text, xml

QUESTION = xml("text", "<Content>几点开门</Content>")


def reason_of(body: bytes | str) -> str:
    with pytest.raises(Malformed) as refused:
        parse(body)
    return refused.value.reason


@pytest.mark.parametrize(("body", "meant"), samples.ALL)
def test_every_kind_becomes_its_value(body: str, meant: Message) -> None:
    as_bytes = body.encode()

    parsed = [parse(body), parse(as_bytes)]

    assert parsed == [meant, meant]


def test_the_samples_show_every_kind_we_know() -> None:
    known = set(MESSAGES) | set(EVENTS)

    shown = {
        value.kind
        if isinstance(value, Event)
        else re.findall(r"<MsgType><!\[CDATA\[(\w+)", body)[0]
        for body, value in samples.ALL
        if not isinstance(value, Unknown)
    }

    assert shown == known


def test_an_event_says_in_its_own_word_what_its_key_means() -> None:
    by_code = Subscribe(**samples.HAPPENED, key="qrscene_7")
    by_payment = Subscribe(**samples.HAPPENED, key="last_trade_no_4")
    by_search = Subscribe(**samples.HAPPENED)
    again = Scan(**samples.HAPPENED, key="7")
    viewed = MenuView(**samples.HAPPENED, key="https://a.example")
    launched = MenuMiniProgram(**samples.HAPPENED, key="pages/a")

    scenes = [followed.scene for followed in (by_code, by_payment, by_search, again)]

    assert scenes == ["7", None, None, "7"]
    assert (viewed.url, launched.page_path) == ("https://a.example", "pages/a")


def test_blank_content_is_an_empty_text() -> None:
    bodies = ["<Content>  \n </Content>", "<Content></Content>", "<Content/>", ""]

    parsed = [parse(xml("text", content)) for content in bodies]

    assert parsed == [text("")] * 4


def test_white_space_case_and_a_byte_order_mark_are_tolerated() -> None:
    body = f"""\ufeff<?xml version="1.0" encoding="gbk"?>
    <xml> <ToUserName> <![CDATA[{ACCOUNT}]]> </ToUserName>
    <FromUserName>\n{OPENID}\n</FromUserName> <CreateTime> {CREATED} </CreateTime>
    <MsgType>TEXT</MsgType> <Content> 好 </Content> <MsgId> {MSG_ID} </MsgId> </xml>"""

    parsed = parse(body.encode())

    assert parsed == text("好")


def test_the_second_copy_in_compatible_mode_is_ignored() -> None:
    body = event("user_get_card", "<CardId>c</CardId><Encrypt>AAAA</Encrypt>")

    parsed = parse(body)

    assert parsed == CardEvent(
        **samples.HAPPENED, kind="user_get_card", card_id="c", fields=Fields()
    )


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "empty body"),
        (b"", "empty body"),
        (b"\xff\xfe", "not UTF-8"),
        (QUESTION.encode("gbk"), "not UTF-8"),
        ("<xml>\ud800</xml>", "not UTF-8"),
        (QUESTION[:-9], "not well-formed XML: unclosed token"),
        ("good morning", "not well-formed XML: syntax error"),
        ('{"MsgType": "text"}', "not well-formed XML: not well-formed (invalid token)"),
        (QUESTION + "<xml/>", "not well-formed XML: junk after document element"),
        (QUESTION.replace("几", "\x0b"), "not well-formed XML: not well-formed (invalid token)"),
        (QUESTION.replace("几", "\uffff"), "not well-formed XML: not well-formed (invalid token)"),
        (
            QUESTION.replace("几", "&#8;"),
            "not well-formed XML: reference to invalid character number",
        ),
        (QUESTION.replace("几", "&tea;"), "not well-formed XML: undefined entity"),
    ],
)
def test_what_is_no_xml_is_malformed(body: bytes | str, reason: str) -> None:
    expected = reason

    told = reason_of(body)

    assert told == expected


@pytest.mark.parametrize(
    "body",
    [
        "<a/>",
        "<xml/>",
        "<xml>text</xml>",
        "<xml><Content>x</Content></xml>",
        QUESTION.replace("<MsgType><![CDATA[text]]></MsgType>", "<MsgType> </MsgType>"),
        QUESTION.replace("<MsgId>", "<MsgType>text</MsgType><MsgId>"),
        QUESTION.replace("<![CDATA[text]]>", "<a>text</a>"),
        QUESTION.replace("<MsgType>", '<MsgType a="1">'),
        event("subscribe", "<Event>subscribe</Event>"),
        event("subscribe", "<EventKey><a>1</a></EventKey>"),
        event(""),
    ],
)
def test_a_type_that_cannot_be_read_is_malformed(body: str) -> None:
    expected = "MsgType or Event is missing, empty, repeated or nested"

    told = reason_of(body)

    assert told == expected


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (QUESTION.replace(OPENID, ""), "FromUserName is missing or empty"),
        (QUESTION.replace("ToUserName", "To"), "ToUserName is missing or empty"),
        (QUESTION.replace(str(CREATED), ""), "CreateTime is missing or empty"),
        (QUESTION.replace(str(CREATED), "noon"), "CreateTime is not a whole number"),
        (QUESTION.replace(str(CREATED), "-1"), "CreateTime is not a whole number"),
        (QUESTION.replace(str(CREATED), "１７"), "CreateTime is not a whole number"),
        (QUESTION.replace(str(CREATED), "9" * 5000), "CreateTime is not a whole number"),
        (QUESTION.replace(str(CREATED), f"{CREATED}000"), "CreateTime is not in seconds"),
        (QUESTION.replace(str(MSG_ID), "1e9"), "MsgId is not a whole number"),
        (QUESTION.replace(str(MSG_ID), str(2**63)), "MsgId is not a whole number"),
        (QUESTION.replace(str(MSG_ID), ""), "MsgId is missing or empty"),
        (QUESTION.replace("<Content>", "<Content/><Content>"), "Content is repeated"),
        (QUESTION.replace("几点", "<b>几</b>"), "Content is nested"),
        (QUESTION.replace("<ToUserName>", "<ToUserName/><ToUserName>"), "ToUserName is repeated"),
        (xml("event", msg_id=None), "Event is missing or empty"),
        (xml("device_event"), "Event is missing or empty"),
        (xml("image", "<PicUrl>u</PicUrl>"), "MediaId is missing or empty"),
        (xml("location", "<Location_X>nan</Location_X>"), "Location_X is not a decimal number"),
        (
            event("scancode_push", "<ScanCodeInfo>x</ScanCodeInfo>"),
            "ScanCodeInfo holds text instead of elements",
        ),
        (
            event("scancode_push", "<ScanCodeInfo><a/></ScanCodeInfo>" * 2),
            "ScanCodeInfo is repeated",
        ),
        (event("user_authorization_revoke"), "OpenID is missing or empty"),
    ],
)
def test_a_field_that_cannot_be_read_is_named(body: str, reason: str) -> None:
    expected = reason

    told = reason_of(body)

    assert told == expected


@pytest.mark.parametrize(
    "declared",
    [
        "<!DOCTYPE xml>",
        '<!DOCTYPE xml SYSTEM "http://evil.example/x.dtd">',
        '<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE xml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>',
    ],
)
def test_a_document_type_is_refused(declared: str) -> None:
    body = declared + QUESTION

    told = reason_of(body)

    assert told == "a document type or entity is declared"


def test_elements_and_depth_are_capped_exactly() -> None:
    own = QUESTION.count("</")
    widest = QUESTION.replace("</xml>", "<x/>" * (MOST_ELEMENTS - own) + "</xml>")
    deepest = QUESTION.replace(
        "</xml>", "<x>" * (MOST_DEPTH - 1) + "</x>" * (MOST_DEPTH - 1) + "</xml>"
    )

    parsed = [parse(widest), parse(deepest)]
    told = [
        reason_of(widest.replace("</xml>", "<x/></xml>")),
        reason_of(deepest.replace("<x></x>", "<x><x/></x>")),
    ]

    assert parsed == [text("几点开门")] * 2
    assert told == ["more than 512 elements", "nested more than 16 deep"]


@pytest.mark.parametrize(
    "body",
    [
        "<xml>" + "<a/>" * 16_000,
        "<a>" * 21_000,
        "<xml " + " ".join(f'a{n}=""' for n in range(7_000)) + "/>",
        "<!DOCTYPE x [" + "".join(f'<!ENTITY a{n} "&b;&b;">' for n in range(2_500)) + "]><x/>",
        "<xml><MsgType>text</MsgType><Content>" + "&lt;" * 16_000 + "</Content></xml>",
    ],
)
def test_64_kib_of_hostile_xml_cost_milliseconds(body: str) -> None:
    spent = [seconds(body) for _ in range(3)]

    assert min(spent) < 0.05  # 5 ms measured; the rest is for a busy machine


def seconds(body: str) -> float:
    """Of this thread's processor time."""
    started = time.thread_time()
    reason_of(body)
    return time.thread_time() - started


@given(body=st.one_of(st.binary(), st.text()))
def test_any_bytes_are_a_message_or_malformed(body: bytes | str) -> None:
    try:
        told: object = parse(body)
    except Malformed as refused:
        told = refused.reason

    assert isinstance(told, Event | Text | Unknown | str)


PIECES = [
    "<", ">", "/", "&", ";", "]]>", "<![CDATA[", "<!--", "<xml>", "</xml>", "<item>", "</item>",
    "<MsgType>event</MsgType>", "<Event>", "</Event>", "subscribe", "qrscene_", "scanbarcode|",
    "<EventKey>", "</EventKey>", "<a b='c'>", "\x00", "\ufeff", "\U0001f375", "9" * 30, "-",
]  # fmt: skip


@given(data=st.data())
def test_any_mutation_of_a_message_is_a_message_or_malformed(data: st.DataObject) -> None:
    body = data.draw(st.sampled_from(samples.ALL))[0]
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(body)))
        end = data.draw(st.integers(start, min(start + 40, len(body))))
        body = body[:start] + data.draw(st.sampled_from(["", *PIECES])) + body[end:]

    try:
        told = delivery_key(parse(body))
    except Malformed as refused:
        told = refused.reason

    assert told


@given(data=st.data())
def test_any_element_moved_lost_or_doubled_is_a_message_or_malformed(data: st.DataObject) -> None:
    body = data.draw(st.sampled_from(samples.ALL))[0]
    tags = re.findall(r"<[^!>]+>[^<]*(?:<!\[CDATA\[.*?\]\]>)?", body)
    chosen = data.draw(st.lists(st.sampled_from(tags), max_size=4))
    for tag in chosen:
        body = body.replace(
            tag, data.draw(st.sampled_from(["", tag + tag, f"<b>{tag}", tag[::-1]]))
        )

    try:
        told = delivery_key(parse(body))
    except Malformed as refused:
        told = refused.reason

    assert told


def test_a_message_is_known_by_its_id_and_an_event_by_who_when_and_what() -> None:
    bodies = [
        QUESTION,
        event("CLICK", "<EventKey>TODAY_TEA</EventKey>"),
        event("subscribe", "<EventKey>qrscene_7</EventKey>"),
        event("unsubscribe"),
        event("VIEW", "<EventKey>https://a.example/{b}?c=茶</EventKey>"),
    ]

    keys = [delivery_key(parse(body)) for body in bodies]

    assert keys == [
        str(MSG_ID),
        f"{OPENID}:{CREATED}:click:TODAY_TEA",
        f"{OPENID}:{CREATED}:subscribe:qrscene_7",
        f"{OPENID}:{CREATED}:unsubscribe:",
        f"{OPENID}:{CREATED}:view:https%3A%2F%2Fa.example%2F%7Bb%7D%3Fc%3D%E8%8C%B6",
    ]


@given(key=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=400))
def test_a_delivery_key_is_safe_and_short_whatever_the_event_key(key: str) -> None:
    clicked = dataclasses.replace(Scan(**samples.HAPPENED), key=key)

    told = delivery_key(clicked)

    assert re.fullmatch(r"[A-Za-z0-9_.~:%-]{1,256}", told)


def test_two_texts_without_an_id_are_not_taken_for_one() -> None:
    bodies = [xml("text", f"<Content>{said}</Content>", msg_id=None) for said in ("茶", "茶", "酒")]

    first, again, other = (delivery_key(parse(body)) for body in bodies)

    assert first == again != other


def test_fields_do_not_change_but_copy_hash_and_serialise() -> None:
    fields = Fields({"Group.Part.0": "1"})

    with pytest.raises(TypeError, match="doesn't change"):
        fields["Group.Part.0"] = "2"
    with pytest.raises(TypeError, match="doesn't change"):
        fields.update({"a": "b"})

    assert json.loads(json.dumps(fields)) == copy.deepcopy(fields) == {"Group.Part.0": "1"}
    assert {fields: 1} == {copy.copy(fields): 1}
