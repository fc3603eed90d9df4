"""Parsing: every documented kind is its value, and what is no message has one error."""

import copy
import dataclasses
import json
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.wechat.callback.event_kinds import EVENTS
from app.wechat.callback.events import (
    CardEvent,
    LocationReport,
    MenuMiniProgram,
    MenuScan,
    MenuView,
    PublishFinished,
    Scan,
    Subscribe,
    TemplateSent,
)
from app.wechat.callback.kinds import MESSAGES
from app.wechat.callback.messages import Malformed, delivery_key, parse_message
from app.wechat.callback.parsing import MOST_DEPTH, MOST_ELEMENTS
from app.wechat.callback.values import (
    Event,
    Fields,
    File,
    Image,
    Link,
    Location,
    Message,
    MiniProgramCard,
    Text,
    UnknownEvent,
    Unsupported,
    Video,
    Voice,
)
from tests.wechat import samples
from tests.wechat.samples import ACCOUNT, CREATED, MSG_ID, OPENID, event, text, xml

QUESTION = xml("text", "<Content>几点开门</Content>")


def reason_of(body: bytes | str) -> str:
    with pytest.raises(Malformed) as refused:
        parse_message(body)
    return refused.value.reason


@pytest.mark.parametrize(("body", "meant"), samples.ALL)
def test_every_kind_becomes_its_value(body: str, meant: Message) -> None:
    as_bytes = body.encode()

    parsed = [parse_message(body), parse_message(as_bytes)]

    assert parsed == [meant, meant]


def test_the_samples_show_every_kind_we_know() -> None:
    all_kinds = set(MESSAGES) | set(EVENTS)

    sample_kinds = {
        value.kind
        if isinstance(value, Event)
        else re.findall(r"<MsgType><!\[CDATA\[(\w+)", body)[0]
        for body, value in samples.ALL
        if not isinstance(value, UnknownEvent | Unsupported)
    }

    assert sample_kinds == all_kinds


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

    parsed = [parse_message(xml("text", content)) for content in bodies]

    assert parsed == [text("")] * 4


def test_white_space_case_and_a_byte_order_mark_are_tolerated() -> None:
    body = f"""\ufeff<?xml version="1.0" encoding="gbk"?>
    <xml> <ToUserName> <![CDATA[{ACCOUNT}]]> </ToUserName>
    <FromUserName>\n{OPENID}\n</FromUserName> <CreateTime> {CREATED} </CreateTime>
    <MsgType>TEXT</MsgType> <Content> 好 </Content> <MsgId> {MSG_ID} </MsgId> </xml>"""

    parsed = parse_message(body.encode())

    assert parsed == text("好")


def test_the_second_copy_in_compatible_mode_is_ignored() -> None:
    body = event("user_get_card", "<CardId>c</CardId><Encrypt>AAAA</Encrypt>")

    parsed = parse_message(body)

    assert parsed == CardEvent(
        **samples.HAPPENED, kind="user_get_card", card_id="c", fields=Fields()
    )


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "empty body"),
        (b"", "empty body"),
        (b"\xff\xfe", "empty body"),
        (QUESTION.encode("utf-16"), "not well-formed XML: not well-formed (invalid token)"),
        (
            QUESTION.replace("Content", "Con\x01tent"),
            "not well-formed XML: not well-formed (invalid token)",
        ),
        (QUESTION[:-9], "not well-formed XML: unclosed token"),
        ("good morning", "not well-formed XML: syntax error"),
        ('{"MsgType": "text"}', "not well-formed XML: not well-formed (invalid token)"),
        (QUESTION + "<xml/>", "not well-formed XML: junk after document element"),
        (QUESTION.replace("几", "&tea;"), "not well-formed XML: undefined entity"),
    ],
)
def test_what_is_no_xml_is_malformed(body: bytes | str, reason: str) -> None:
    expected = reason

    actual = reason_of(body)

    assert actual == expected


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

    actual = reason_of(body)

    assert actual == expected


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
        (QUESTION.replace("<ToUserName>", "<ToUserName/><ToUserName>"), "ToUserName is repeated"),
        (QUESTION.replace(f"<![CDATA[{OPENID}]]>", "<b>a</b>"), "FromUserName is nested"),
        (event("kf_close_session"), "KfAccount is missing or empty"),
        (xml("event", msg_id=None), "Event is missing or empty"),
        (xml("device_event"), "Event is missing or empty"),
        (event("user_authorization_revoke"), "OpenID is missing or empty"),
    ],
)
def test_a_field_that_cannot_be_read_is_named(body: str, reason: str) -> None:
    expected = reason

    actual = reason_of(body)

    assert actual == expected


NOWHERE = Location(**samples.MESSAGE, latitude=None, longitude=None, scale=None, label="")
PLACE = "<Location_X>{}</Location_X><Location_Y>113.3</Location_Y><Scale>{}</Scale>"
SCAN_OF_NOTHING = MenuScan(**samples.HAPPENED, kind="scancode_push", scan_type="", result="")


@pytest.mark.parametrize(
    ("body", "meant"),
    [
        (xml("image", "<PicUrl>u</PicUrl>"), Image(**samples.MESSAGE, pic_url="u", media_id="")),
        (xml("voice"), Voice(**samples.MESSAGE, media_id="", format="")),
        (xml("video", "<MediaId/>"), Video(**samples.MESSAGE, media_id="", thumb_media_id="")),
        (
            xml("link", "<Title>a</Title>"),
            Link(**samples.MESSAGE, title="a", description="", url=""),
        ),
        (
            xml("file", "<FileTotalLen>1 MB</FileTotalLen>"),
            File(**samples.MESSAGE, title="", description="", file_key="", md5="", size=None),
        ),
        (
            xml("miniprogrampage", "<AppId>wx1</AppId>"),
            MiniProgramCard(
                **samples.MESSAGE,
                title="",
                appid="wx1",
                page_path="",
                thumb_url="",
                thumb_media_id="",
            ),
        ),
        (xml("location"), NOWHERE),
        (xml("location", "<Location_X>nan</Location_X><Scale>1e1</Scale>"), NOWHERE),
        (
            xml("location", PLACE.format("1.0E-5", "")),
            dataclasses.replace(NOWHERE, latitude=1e-5, longitude=113.3),
        ),
        (
            xml("location", PLACE.format("-2.5e+1", "15")),
            dataclasses.replace(NOWHERE, latitude=-25.0, longitude=113.3, scale=15),
        ),
        (QUESTION.replace("几点", "<b>几</b>点"), text("点开门")),
        (QUESTION.replace("<Content>", '<Content a="1">'), text("几点开门")),
        (QUESTION.replace("<Content>", "<Content/><Content>"), text("几点开门")),
        (QUESTION.replace(str(MSG_ID), ""), dataclasses.replace(text("几点开门"), msg_id=None)),
        (QUESTION.replace(str(MSG_ID), "1e9"), dataclasses.replace(text("几点开门"), msg_id=None)),
        (
            QUESTION.replace(str(MSG_ID), str(2**63)),
            dataclasses.replace(text("几点开门"), msg_id=None),
        ),
        (event("scancode_push", "<ScanCodeInfo>x</ScanCodeInfo>"), SCAN_OF_NOTHING),
        (event("scancode_push", "<ScanCodeInfo><a/></ScanCodeInfo>" * 2), SCAN_OF_NOTHING),
        (
            event("LOCATION", "<Latitude>north</Latitude>"),
            LocationReport(**samples.HAPPENED, latitude=None, longitude=None, precision=None),
        ),
        (
            event("PUBLISHJOBFINISH"),
            PublishFinished(**samples.HAPPENED, publish_id="", status=None, article_id=None),
        ),
        (event("TEMPLATESENDJOBFINISH"), TemplateSent(**samples.HAPPENED, job_id="", status="")),
    ],
)
def test_a_field_that_is_missing_or_odd_is_nothing(body: str, meant: Message) -> None:
    expected = meant

    parsed = parse_message(body)

    assert parsed == expected


def test_every_kind_without_its_own_fields_is_still_a_message() -> None:
    bodies = [xml(kind) for kind in MESSAGES]

    parsed = [parse_message(body) for body in bodies]

    assert [message.openid for message in parsed] == [OPENID] * len(MESSAGES)


FORBIDDEN = {
    "record separator": b"\x1e",
    "group separator": b"\x1d",
    "start of text": b"\x02",
    "vertical tab": b"\x0b",
    "backspace": b"\x08",
    "NUL": b"\x00",
    "U+FFFE": "\ufffe".encode(),
    "U+FFFF": "\uffff".encode(),
    "a lone surrogate": b"\xed\xa0\x80",
    "an emoji as two surrogates": b"\xed\xa0\xbd\xed\xb8\x80",
    "overlong": b"\xc0\xaf",
    "a byte that never begins one": b"\xff",
    "beyond Unicode": b"\xf4\x90\x80\x80",
    "a cut letter": "货".encode()[:-1],
    "a cut emoji": "😀".encode()[:-1],
    "several": b"\x00\x1d\xf0\x9f\x98\x02",
}
FIELDS = [
    ("text", "Content"), ("text", "bizmsgmenuid"), ("image", "PicUrl"), ("voice", "Recognition"),
    ("voice", "Format"), ("location", "Label"), ("link", "Title"), ("file", "FileKey"),
    ("miniprogrampage", "Title"), ("moments", "Text"),
]  # fmt: skip


@pytest.mark.parametrize("forbidden", FORBIDDEN.values(), ids=FORBIDDEN)
@pytest.mark.parametrize(("kind", "field"), FIELDS)
def test_what_xml_forbids_is_dropped_from_every_field(
    kind: str, field: str, forbidden: bytes
) -> None:
    clean, body = (
        xml(kind, f"<{field}><![CDATA[{typed}]]></{field}>").encode()
        for typed in ("怎么退货", "怎么@退货@")
    )

    parsed = parse_message(body.replace(b"@", forbidden))

    assert (parsed, delivery_key(parsed)) == (
        parse_message(clean),
        delivery_key(parse_message(clean)),
    )


@pytest.mark.parametrize("forbidden", [FORBIDDEN["NUL"], FORBIDDEN["a cut emoji"]])
def test_what_xml_forbids_is_dropped_from_the_key_of_an_event(forbidden: bytes) -> None:
    body = event("subscribe", "<EventKey>qrscene_su@mmer</EventKey>").encode()

    parsed = parse_message(body.replace(b"@", forbidden))

    assert parsed == Subscribe(**samples.HAPPENED, key="qrscene_summer")


@pytest.mark.parametrize(
    "reference",
    ["&#x1d;", "&#29;", "&#0;", "&#x0;", "&#xFFFE;", "&#65535;", "&#xD800;", "&#x110000;",
     "&#0000000000029;", f"&#{'9' * 5000};"],
)  # fmt: skip
def test_a_reference_to_what_xml_forbids_is_dropped_outside_cdata_only(reference: str) -> None:
    bodies = [
        xml("text", f"<Content>几点{reference}开门</Content>"),
        xml("text", f"<Content>几点<![CDATA[{reference}]]>开门</Content>"),
    ]

    parsed = [parse_message(body) for body in bodies]

    assert parsed == [text("几点开门"), text(f"几点{reference}开门")]


def test_references_to_what_xml_allows_stay() -> None:
    body = xml("text", "<Content>&#x8336;&#33590;&#128512;&amp;</Content>")

    parsed = parse_message(body)

    assert parsed == text("茶茶😀&")


def test_what_is_dropped_cannot_end_cdata() -> None:
    typed = "]]\x1d><FromUserName>somebody</FromUserName>"

    parsed = parse_message(xml("text", f"<Content><![CDATA[{typed}]]></Content>"))

    assert parsed == text(typed.replace("\x1d", ""))


@pytest.mark.parametrize(
    "content",
    [
        "【收到不支持的消息类型，暂无法显示】",
        "[收到不支持的消息类型，暂无法显示]",
        "[收到不支持的消息类型，暂时无法显示]",
        " [收到不支持的消息类型,暂时无法显示] ",
        "【收到不支持的消息类型，无法显示】",
        "收到不支持的消息类型，暂无法显示。",
        "【收到不支援的訊息類型，無法顯示】",
        "【收到不支援的訊息類型，暫時無法顯示】",
        "[Unsupported Message]",
        "[Unsupported message]",
        "【Unsupported Message Type】",
        "［Ｕｎｓｕｐｐｏｒｔｅｄ　Ｍｅｓｓａｇｅ］",
        "unsupported  message",
    ],
)
def test_the_placeholder_of_the_platform_is_no_text(content: str) -> None:
    body = xml("text", f"<Content><![CDATA[{content}]]></Content>")

    parsed = parse_message(body)

    fields = Fields({"Content": content.strip()})
    assert parsed == Unsupported(**samples.MESSAGE, kind="text", fields=fields)


@pytest.mark.parametrize(
    "content",
    [
        "为什么显示【收到不支持的消息类型，暂无法显示】",
        "[Unsupported Message] 是什么意思",
        "不支持",
        "消息无法显示",
        "[微笑]",
        "unsupported",
    ],
)
def test_a_question_about_the_placeholder_is_a_question(content: str) -> None:
    body = xml("text", f"<Content><![CDATA[{content}]]></Content>")

    parsed = parse_message(body)

    assert parsed == text(content)


@pytest.mark.parametrize(
    "declared",
    [
        "<!DOCTYPE xml>",
        '<!DOCTYPE xml SYSTEM "http://evil.example/x.dtd">',
        '<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE xml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>',
        "\x00<!DOCTYPE xml>",
    ],
)
def test_a_document_type_is_refused(declared: str) -> None:
    body = declared + QUESTION

    reason = reason_of(body)

    assert reason == "a document type or entity is declared"


def test_elements_and_depth_are_capped_exactly() -> None:
    own = QUESTION.count("</")
    widest = QUESTION.replace("</xml>", "<x/>" * (MOST_ELEMENTS - own) + "</xml>")
    deepest = QUESTION.replace(
        "</xml>", "<x>" * (MOST_DEPTH - 1) + "</x>" * (MOST_DEPTH - 1) + "</xml>"
    )

    parsed = [parse_message(widest), parse_message(deepest)]
    reasons = [
        reason_of(widest.replace("</xml>", "<x/></xml>")),
        reason_of(deepest.replace("<x></x>", "<x><x/></x>")),
    ]

    assert parsed == [text("几点开门")] * 2
    assert reasons == ["more than 512 elements", "nested more than 16 deep"]


@pytest.mark.parametrize(
    "body",
    [
        "<xml>" + "<a/>" * 16_000,
        "<a>" * 21_000,
        "<xml " + " ".join(f'a{n}=""' for n in range(7_000)) + "/>",
        "<!DOCTYPE x [" + "".join(f'<!ENTITY a{n} "&b;&b;">' for n in range(2_500)) + "]><x/>",
        "<xml><MsgType>text</MsgType><Content>" + "&lt;" * 16_000 + "</Content></xml>",
        "<xml><MsgType>text</MsgType><Content>" + "&#8;" * 16_000 + "</Content></xml>",
        "<xml>&#8;" + "<![CDATA[" * 7_000,
        "<xml>" + "\x01" * 64_000,
    ],
)
def test_64_kib_of_hostile_xml_are_no_work_for_seconds(body: str) -> None:
    spent = [seconds(body) for _ in range(3)]

    # 1 to 30 ms, three times that under coverage; work that grows with the square takes seconds.
    assert min(spent) < 0.5


def seconds(body: str) -> float:
    """Of this thread's processor time."""
    started = time.thread_time()
    reason_of(body)
    return time.thread_time() - started


@given(body=st.one_of(st.binary(), st.text()))
def test_any_bytes_are_a_message_or_malformed(body: bytes | str) -> None:
    try:
        outcome: object = parse_message(body)
    except Malformed as refused:
        outcome = refused.reason

    assert isinstance(outcome, Event | Text | Unsupported | str)


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
        outcome = delivery_key(parse_message(body))
    except Malformed as refused:
        outcome = refused.reason

    assert outcome


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
        outcome = delivery_key(parse_message(body))
    except Malformed as refused:
        outcome = refused.reason

    assert outcome


def test_a_message_is_known_by_its_id_and_an_event_by_who_when_and_what() -> None:
    bodies = [
        QUESTION,
        event("CLICK", "<EventKey>TODAY_TEA</EventKey>"),
        event("subscribe", "<EventKey>qrscene_7</EventKey>"),
        event("unsubscribe"),
        event("VIEW", "<EventKey>https://a.example/{b}?c=茶</EventKey>"),
    ]

    keys = [delivery_key(parse_message(body)) for body in bodies]

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

    safe_key = delivery_key(clicked)

    assert re.fullmatch(r"[A-Za-z0-9_.~:%-]{1,256}", safe_key)


def test_two_texts_without_an_id_are_not_taken_for_one() -> None:
    bodies = [
        xml("text", f"<Content>{content}</Content>", msg_id=None) for content in ("茶", "茶", "酒")
    ]

    first, again, other = (delivery_key(parse_message(body)) for body in bodies)

    assert first == again != other


def test_fields_do_not_change_but_copy_hash_and_serialise() -> None:
    fields = Fields({"Group.Part.0": "1"})

    with pytest.raises(TypeError, match="doesn't change"):
        fields["Group.Part.0"] = "2"
    with pytest.raises(TypeError, match="doesn't change"):
        fields.update({"a": "b"})

    assert json.loads(json.dumps(fields)) == copy.deepcopy(fields) == {"Group.Part.0": "1"}
    assert {fields: 1} == {copy.copy(fields): 1}
