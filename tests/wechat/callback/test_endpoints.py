"""The webhook over HTTP: who is let in, what is answered, and what is borne."""

import asyncio
import base64
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC

from app.delivery.unqueued_jobs import FOLDER, UnqueuedJobs
from app.dialogue.fallbacks import unanswered_texts as texts
from app.dialogue.understanding.sentences import gestures
from app.dialogue.wording import english, kind_texts
from app.jobs import EraseFollowerJob
from app.kit.http_clients import open_async_client
from app.messages.texts import BUSY
from app.redis import keys
from app.simulator.callback import wire
from app.simulator.callback.wechat import Delivery, Mode, WeChat
from app.simulator.callback.wire import Fields
from app.simulator.phones import messages
from app.simulator.phones.phone import Phone
from app.wechat.callback.signature import FRESH_SECONDS
from tests.conftest import Open
from tests.service import ACCOUNT, SHIPPED, SHIPPING, Service, client, until

WELCOME = (
    "您好，欢迎关注回音！我是智能助手，商品、订单、物流、售后都可以直接问我；"
    "需要人工请回复「人工」。"
)
LIMIT = 64 * 1024
HAPPENED = "<ToUserName>gh_1</ToUserName><FromUserName>mei</FromUserName><CreateTime>1</CreateTime>"
KIND = "<MsgType>text</MsgType>"
TEXT = "<MsgType>text</MsgType><Content>什么时候发货</Content><MsgId>7</MsgId>"


def took(delivery: Delivery) -> tuple[int | None, bytes]:
    return delivery.status, delivery.body


async def raw(url: str, head: str, sent: bytes = b"") -> str:
    """The first line of the answer to a request that is never finished."""
    where = urlsplit(url)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    target = f"{where.path}?{where.query}"
    writer.write(f"POST {target} HTTP/1.1\r\nHost: brand\r\n{head}\r\n\r\n".encode() + sent)
    try:
        async with asyncio.timeout(2):
            return (await reader.readline()).decode().strip()
    finally:
        writer.close()
        await writer.wait_closed()


async def test_wechat_accepts_the_callback_url(api_only: Service) -> None:
    async with api_only.wechat() as wechat:
        accepted = await wechat.verify_url()

    assert accepted


@pytest.mark.parametrize("wrong", ["signature", "timestamp", "nonce"])
@pytest.mark.parametrize("absent", [True, False])
async def test_the_callback_url_is_not_confirmed_to_strangers(
    shared_api: Service, wrong: str, absent: bool
) -> None:
    async with shared_api.wechat() as wechat, client(shared_api) as http:
        query, _ = wechat.request(wechat.stamp(messages.text("好"), "mei"))
        query |= {"echostr": "17", wrong: query[wrong] + "0"}
        if absent:
            del query[wrong]
        refused = await http.get(ACCOUNT.path, params=query)

    assert (refused.status_code, "17" in refused.text) == (403, False)


@pytest.mark.parametrize("mode", list(Mode))
async def test_a_question_is_answered_in_the_mode_it_was_asked_in(
    huiyin: Service, mode: Mode
) -> None:
    async with huiyin.wechat(mode) as wechat:
        outcome = await Phone(wechat, "mei").say(SHIPPING)

    assert outcome.reply is not None
    sealed = wire.is_sealed(outcome.deliveries[0].body)
    assert (outcome.reply.kind, outcome.reply.content) == ("text", SHIPPED)
    assert (outcome.answered_in, sealed) == (1, mode is not Mode.PLAIN)


@pytest.mark.parametrize("mode", [Mode.PLAIN, Mode.SAFE])
@pytest.mark.parametrize("wrong", ["signature", "timestamp", "nonce"])
async def test_a_wrong_signature_is_forbidden(shared_api: Service, mode: Mode, wrong: str) -> None:
    async with shared_api.wechat(mode, spoil=frozenset([wrong])) as wechat:
        outcome = await Phone(wechat, "mei").say(SHIPPING)

    assert [delivery.status for delivery in outcome.deliveries] == [403]
    assert await shared_api.redis.xlen(keys.USER_STREAM) == 0


@pytest.mark.parametrize("missing", ["signature", "timestamp", "nonce"])
@pytest.mark.parametrize("empty", [True, False])
async def test_a_missing_parameter_is_forbidden(
    shared_api: Service, missing: str, empty: bool
) -> None:
    async with shared_api.wechat() as wechat:
        query, body = wechat.request(wechat.stamp(messages.text(SHIPPING), "mei"))
        query[missing] = ""
        if not empty:
            del query[missing]
        refused = await wechat.post(query, body, "mei")

    assert refused.status == 403


def query_signed_at(timestamp: str) -> dict[str, str]:
    signature = wire.sign(ACCOUNT.token, timestamp, "8842")
    return {"timestamp": timestamp, "nonce": "8842", "signature": signature}


@pytest.mark.parametrize("mode", [Mode.PLAIN, Mode.SAFE])
@pytest.mark.parametrize("skew", [-FRESH_SECONDS - 5, FRESH_SECONDS + 5, 25 * 365 * 86_400])
async def test_a_delivery_signed_long_ago_or_in_the_future_is_forbidden(
    shared_api: Service, skew: int, mode: Mode
) -> None:
    timestamp = str(int(time.time()) - skew)

    async with shared_api.wechat(mode) as wechat:
        query, body = wechat.request(wechat.stamp(messages.text(SHIPPING), "mei"))
        refused = await wechat.post(query | query_signed_at(timestamp), body, "mei")

    assert (refused.status, b"clock" in refused.body) == (403, True)
    assert await shared_api.redis.xlen(keys.USER_STREAM) == 0


@pytest.mark.parametrize("skew", [-FRESH_SECONDS + 5, 0, FRESH_SECONDS - 5])
async def test_a_clock_that_is_minutes_off_is_borne(shared_api: Service, skew: int) -> None:
    query = query_signed_at(str(int(time.time()) - skew)) | {"echostr": "17"}

    async with client(shared_api) as http:
        answered = await http.get(ACCOUNT.path, params=query)

    assert (answered.status_code, answered.text) == (200, "17")


@pytest.mark.parametrize(
    "timestamp", ["1", "999999999999", "noon", "-1", "1e9", "１７６３", "9" * 5000]
)
async def test_the_callback_url_is_not_confirmed_by_an_old_signature(
    shared_api: Service, timestamp: str
) -> None:
    query = query_signed_at(timestamp) | {"echostr": "17"}

    async with client(shared_api) as http:
        refused = await http.get(ACCOUNT.path, params=query)

    assert (refused.status_code, "17" in refused.text.partition("clock")[2]) == (403, False)


PATHS = [
    "/wechat/default", "/wechat/default/", "/wechat/default//", "//wechat/default",
    "/wechat//default", "/wechat/%64efault", "/wechat/default%2F",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
async def test_a_slash_too_many_in_the_callback_url_is_borne(huiyin: Service, path: str) -> None:
    async with WeChat(account=replace(ACCOUNT, path=path), bases=huiyin.bases) as wechat:
        verified = await wechat.verify_url()
        outcome = await Phone(wechat, "mei").say(SHIPPING)

    assert (verified, outcome.reply and outcome.reply.content) == (True, SHIPPED)


async def test_other_addresses_are_not_tidied(shared_api: Service) -> None:
    paths = ["/api//v1/intents", "/health//live", "/wechat", "/wechat/", "/wechat/a/b"]

    async with client(shared_api) as http:
        statuses = [(await http.get(path)).status_code for path in paths]

    assert statuses == [404] * len(paths)


async def test_a_stranger_is_refused_before_any_of_the_body_is_sent(shared_api: Service) -> None:
    strange = f"{shared_api.url}?signature={'0' * 40}&timestamp=1&nonce=2"

    answered = await raw(strange, "Content-Length: 60000")

    assert answered == "HTTP/1.1 403 Forbidden"


def signed(running: Service) -> str:
    query, _ = WeChat(account=ACCOUNT, bases=running.bases).request({"FromUserName": "mei"})
    return f"{running.url}?{urlencode(query)}"


def padded(size: int) -> bytes:
    before, after = f"<xml>{HAPPENED}{TEXT}<A>".encode(), b"</A></xml>"
    return before + b"a" * (size - len(before) - len(after)) + after


async def chunks(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), 5_000):
        yield body[start : start + 5_000]


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize(("size", "status"), [(LIMIT, 200), (LIMIT + 1, 413)])
async def test_a_body_over_64_kib_is_too_large_with_and_without_its_length(
    huiyin: Service, size: int, status: int, announced: bool
) -> None:
    body = padded(size)

    async with client(huiyin) as http:
        content = body if announced else chunks(body)
        answered = await http.post(signed(huiyin), content=content)

    assert (answered.status_code, SHIPPED in answered.text) == (status, status == 200)


async def test_a_body_without_an_end_is_cut_at_the_cap(api_only: Service) -> None:
    endless = f"{LIMIT + 1:x}\r\n".encode() + b"a" * (LIMIT + 1)

    answered = await raw(signed(api_only), "Transfer-Encoding: chunked", endless)

    assert answered.split()[1] == "413"


async def test_an_announced_length_over_the_cap_is_refused_before_the_body(
    api_only: Service,
) -> None:
    announced = "Content-Length: 100000000"

    answered = await raw(signed(api_only), announced)

    assert answered.split()[1] == "413"


HOSTILE = {
    "empty": b"",
    "blank": b" \n ",
    "not XML": b"hello",
    "JSON": b'{"MsgType": "text"}',
    "cut": f"<xml>{HAPPENED}{TEXT}".encode(),
    "cut in a letter": f"<xml>{HAPPENED}<Content>货".encode()[:-1],
    "no MsgType": f"<xml>{HAPPENED}<Content>a</Content></xml>".encode(),
    "empty MsgType": f"<xml>{HAPPENED}<MsgType/></xml>".encode(),
    "repeated MsgType": f"<xml>{HAPPENED}{TEXT}<MsgType>text</MsgType></xml>".encode(),
    "nested MsgType": f"<xml>{HAPPENED}<MsgType><A>text</A></MsgType></xml>".encode(),
    "no FromUserName": b"<xml><ToUserName>a</ToUserName><MsgType>text</MsgType></xml>",
    "UTF-16": f"<xml>{HAPPENED}{TEXT}</xml>".encode("utf-16"),
    "many elements": f"<xml>{HAPPENED}{'<a/>' * 15_000}</xml>".encode(),
    "deep": f"<xml>{'<a>' * 8_000}{'</a>' * 8_000}</xml>".encode(),
    "entities": (
        '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
        f"<xml>{HAPPENED}{KIND}<Content>&b;</Content></xml>"
    ).encode(),
    "outside entity": (
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
        f"<xml>{HAPPENED}{KIND}<Content>&a;</Content></xml>"
    ).encode(),
    "a control character in a name": f"<xml>{HAPPENED}<Msg\x00Type>text</MsgType></xml>".encode(),
}  # fmt: skip


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
async def test_what_is_no_message_is_answered_with_success(
    shared_api: Service, body: bytes
) -> None:
    async with shared_api.wechat() as wechat:
        query, _ = wechat.request(wechat.stamp(messages.text("好"), "mei"))
        answered = await wechat.post(query, body, "mei")

    assert took(answered) == (200, b"success")
    assert await shared_api.redis.xlen(keys.USER_STREAM) == 0


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize(
    "forbidden", [b"\x1d", b"\x00", "\uffff".encode(), b"\xed\xa0\x80", b"\xe8"]
)
async def test_what_xml_forbids_is_dropped_and_the_question_answered(
    huiyin: Service, mode: Mode, forbidden: bytes
) -> None:
    async with huiyin.wechat(mode) as wechat:
        stamped = wechat.stamp(messages.text("什么时候@发货@"), "mei")
        body = wire.to_xml(stamped).encode().replace(b"@", forbidden)
        answered = await wechat.post(*wechat.request_of(body, stamped), "mei")

    assert answered.reply is not None
    assert (answered.reply.content, huiyin.classifier.classified_texts) == (SHIPPED, [[SHIPPING]])


@pytest.mark.parametrize(
    "body",
    [b"<xml>" + b"<a/>" * 100_000 + b"</xml>", b"<xml>" + b"<a>" * 10_000 + b"</a>" * 10_000],
    ids=["100,000 elements", "depth 10,000"],
)
async def test_hostile_xml_over_the_cap_is_not_even_read(shared_api: Service, body: bytes) -> None:
    async with client(shared_api) as http:
        answered = await http.post(signed(shared_api), content=body)

    assert answered.status_code == 413


@pytest.mark.parametrize(
    "theirs",
    [
        replace(ACCOUNT, aes_key="0" * 43),
        replace(ACCOUNT, appid="wxsomebodyelse0000"),
    ],
    ids=["another key", "another appid"],
)
async def test_what_was_sealed_for_another_is_answered_with_success(
    shared_api: Service, theirs: wire.CallbackAccount
) -> None:
    async with WeChat(account=theirs, bases=shared_api.bases, mode=Mode.SAFE) as wechat:
        outcome = await Phone(wechat, "mei").say(SHIPPING)

    assert [took(delivery) for delivery in outcome.deliveries] == [(200, b"success")]
    assert await shared_api.redis.xlen(keys.USER_STREAM) == 0


def unpadded() -> str:
    key = base64.b64decode(f"{ACCOUNT.aes_key}=")
    encryptor = Cipher(AES256(key), CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(b"\x00" * 64) + encryptor.finalize()).decode()


@pytest.mark.parametrize("encrypt", [unpadded(), "", "AAAA", "%%%%", "密文"])
async def test_a_seal_that_does_not_open_is_answered_with_success(
    shared_api: Service, encrypt: str
) -> None:
    async with shared_api.wechat() as wechat:
        query, _ = wechat.request(wechat.stamp(messages.text("好"), "mei"))
        sign = wire.sign(ACCOUNT.token, query["timestamp"], query["nonce"], encrypt)
        query |= {"encrypt_type": "aes", "msg_signature": sign}
        answered = await wechat.post(query, wire.to_xml({"Encrypt": encrypt}).encode(), "mei")

    assert took(answered) == (200, b"success")


@pytest.mark.parametrize("forged", ["", "0" * 40, None])
async def test_a_forged_message_signature_is_answered_with_success(
    shared_api: Service, forged: str | None
) -> None:
    async with shared_api.wechat(Mode.SAFE) as wechat:
        query, body = wechat.request(wechat.stamp(messages.text(SHIPPING), "mei"))
        del query["msg_signature"]
        answered = await wechat.post(
            query | ({} if forged is None else {"msg_signature": forged}), body, "mei"
        )

    assert took(answered) == (200, b"success")
    assert await shared_api.redis.xlen(keys.USER_STREAM) == 0


@pytest.mark.parametrize("encrypt_type", ["aes", "raw"])
async def test_a_plain_body_is_not_taken_in_safe_mode(
    open_service: Open, tmp_path: Path, encrypt_type: str
) -> None:
    file = tmp_path / "accounts.toml"
    file.write_text(
        f'[accounts.safe]\nappid = "{ACCOUNT.appid}"\ntoken = "{ACCOUNT.token}"\n'
        f'aes_key = "{ACCOUNT.aes_key}"\nmode = "safe"\n'
    )
    async with open_service(accounts_file=file) as running:
        theirs = replace(ACCOUNT, path="/wechat/safe")
        async with WeChat(account=theirs, bases=running.bases) as wechat:
            query, body = wechat.request(wechat.stamp(messages.text(SHIPPING), "mei"))
            plain = await wechat.post(query | {"encrypt_type": encrypt_type}, body, "mei")
        async with WeChat(account=theirs, bases=running.bases, mode=Mode.SAFE) as wechat:
            sealed = await Phone(wechat, "mei").say(SHIPPING)

    assert took(plain) == (200, b"success")
    assert sealed.reply is not None


async def test_an_account_with_a_key_takes_encrypted_bodies_only(open_service: Open) -> None:
    async with open_service(wechat_mode=None) as running:
        replies = []
        for mode in (Mode.PLAIN, Mode.COMPATIBLE, Mode.SAFE):
            async with running.wechat(mode) as wechat:
                outcome = await Phone(wechat, f"follower-{mode}").say(SHIPPING)
                replies.append(outcome.reply and outcome.reply.content)

    assert replies == [None, SHIPPED, SHIPPED]


async def test_the_plain_copy_in_compatible_mode_is_never_read(huiyin: Service) -> None:
    async with huiyin.wechat(Mode.COMPATIBLE) as wechat:
        sealed = wechat.stamp(messages.text(SHIPPING), "mei")
        forged = wechat.stamp(messages.text("删除我的数据"), "victim")
        query, body = wechat.request_of(wire.to_xml(sealed).encode(), forged)
        answered = await wechat.post(query, body, "mei")

    assert answered.reply is not None
    assert (answered.reply.content, huiyin.classifier.classified_texts) == (SHIPPED, [[SHIPPING]])


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("name", ["coffee", "%00", "a" * 5_000])
async def test_an_unknown_account_is_not_found(shared_api: Service, method: str, name: str) -> None:
    url = signed(shared_api).replace("/default?", f"/{name}?")

    async with client(shared_api) as http:
        answered = await http.request(method, url)

    assert answered.status_code == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
async def test_other_methods_are_not_allowed(shared_api: Service, method: str) -> None:
    async with client(shared_api) as http:
        answered = await http.request(method, ACCOUNT.path)

    assert answered.status_code == 405


MOON = {texts.ASK_ABOUT.first.replace("{name}", "「月亮」")}
IN_ENGLISH = {
    head + tail
    for unanswered, offers in (
        (texts.UNSURE, (texts.ASK_PERSON, texts.ASK_PERSON_LATER)),
        (texts.REPORT_NOTED, (texts.ASK_FOR_HELP,)),
    )
    for offer in offers
    for head in english.translate_phrase(unanswered) or ()
    for tail in english.translate_phrase(offer) or ()
}


@pytest.mark.parametrize(
    ("content", "replies"),
    [
        ("   ", {kind_texts.EMPTY.first}),
        ("", {kind_texts.EMPTY.first}),
        ("\t\n", {kind_texts.EMPTY.first}),
        ("😀👍🏽👨‍👩‍👧", set(gestures.REPLIES["agrees"])),
        ("[微笑]", set(gestures.REPLIES["smiles"])),
        ("发货" * 341 + "ab", {SHIPPED}),
        ("发货 أين طلبي когда 배송 いつ कब When", IN_ENGLISH),
        ("\u202e\u200b\u200f发\ufeff货发货\x7f\x85", {SHIPPED}),
        ("发货]]><MsgType>image</MsgType>&amp;", IN_ENGLISH),
        ("{brand} {hours} %s 发货", {SHIPPED}),
        ("月亮", MOON),
    ],
)
async def test_any_text_is_answered(huiyin: Service, content: str, replies: set[str]) -> None:
    async with huiyin.wechat() as wechat:
        outcome = await Phone(wechat, "mei").say(content)

    assert outcome.reply is not None
    assert outcome.reply.content in replies


@pytest.mark.parametrize(
    ("message", "reply"),
    [
        (messages.menu_tap(SHIPPING, "101"), SHIPPED),
        (messages.voice(SHIPPING), SHIPPED),
        (messages.voice(""), *kind_texts.KINDS["voice"]),
        (messages.voice(None), *kind_texts.KINDS["voice"]),
        (messages.image(), *kind_texts.KINDS["image"]),
        (messages.video(), *kind_texts.KINDS["video"]),
        (messages.shortvideo(), *kind_texts.KINDS["video"]),
        (messages.location(31.2, 121.4, "上海"), *kind_texts.KINDS["location"]),
        (messages.link("发货", "https://a.example"), *kind_texts.KINDS["link"]),
        (messages.subscribe(), WELCOME),
        (messages.subscribe("summer"), WELCOME),
        (messages.scan("summer"), "您好，欢迎回来！回音的智能助手在这里，有什么可以帮您？"),
        (messages.click("contact"), *kind_texts.KINDS["click"]),
        ({"MsgType": "image", "PicUrl": "http://a.example/1.jpg"}, *kind_texts.KINDS["image"]),
        ({"MsgType": "voice"}, *kind_texts.KINDS["voice"]),
        ({"MsgType": "video"}, *kind_texts.KINDS["video"]),
        ({"MsgType": "location", "Scale": ""}, *kind_texts.KINDS["location"]),
        ({"MsgType": "location", "Location_X": "1.0E-5"}, *kind_texts.KINDS["location"]),
        ({"MsgType": "link"}, *kind_texts.KINDS["link"]),
        ({"MsgType": "file"}, *kind_texts.KINDS["file"]),
        ({"MsgType": "miniprogrampage", "AppId": "wx1"}, *kind_texts.KINDS["mini_program"]),
        ({"MsgType": "text"}, kind_texts.EMPTY.first),
        ({"MsgType": "finder_feed", "Foo": "x"}, *kind_texts.KINDS["unsupported"]),
        (messages.text("【收到不支持的消息类型，暂无法显示】"), *kind_texts.KINDS["unsupported"]),
        (messages.text("[Unsupported Message]"), *kind_texts.KINDS["unsupported"]),
    ],
)
async def test_each_kind_has_its_answer(huiyin: Service, message: Fields, reply: str) -> None:
    async with huiyin.wechat() as wechat:
        outcome = await Phone(wechat, "mei").send(message)

    assert outcome.reply is not None
    assert (outcome.reply.content, outcome.answered_in) == (reply, 1)


@pytest.mark.parametrize("mode", [Mode.PLAIN, Mode.SAFE])
@pytest.mark.parametrize(
    "message",
    [
        messages.unsubscribe(),
        messages.view("https://a.example"),
        messages.whereabouts(31.2, 121.4),
        messages.event("TEMPLATESENDJOBFINISH", MsgID=17, Status="success"),
        messages.event("never_heard_of", EventKey="a"),
        {"MsgType": "device_text", "Content": "AQI="},
    ],
)
async def test_what_needs_no_answer_is_answered_with_success(
    huiyin: Service, message: Fields, mode: Mode
) -> None:
    async with huiyin.wechat(mode) as wechat:
        outcome = await Phone(wechat, "mei").send(message)

    assert [took(delivery) for delivery in outcome.deliveries] == [(200, b"success")]


async def queued(running: Service) -> bool:
    return bool(await running.mail("mei"))


async def test_a_full_mailbox_is_told_in_words(open_service: Open) -> None:
    async with (
        open_service(workers=0, limits={"mailbox": 1}) as running,
        running.wechat() as wechat,
    ):
        phone = Phone(wechat, "mei")
        waiting = asyncio.create_task(phone.say(SHIPPING))
        await until(lambda: queued(running))
        outcome = await phone.say(SHIPPING)
        waiting.cancel()

    assert outcome.reply is not None
    assert outcome.reply.content == BUSY.first


async def test_a_full_mailbox_loses_no_erasure(open_service: Open) -> None:
    async with (
        open_service(workers=0, limits={"mailbox": 1}) as running,
        running.wechat() as wechat,
    ):
        phone = Phone(wechat, "mei")
        waiting = asyncio.create_task(phone.say(SHIPPING))
        await until(lambda: queued(running))
        outcome = await phone.unsubscribe()
        stored_jobs = UnqueuedJobs(running.settings.data_dir / FOLDER).read_all()
        waiting.cancel()

    assert [took(delivery) for delivery in outcome.deliveries] == [(200, b"success")]
    assert [(type(job), job.openid) for job in stored_jobs] == [(EraseFollowerJob, "mei")]


async def test_an_openid_full_of_signs_stays_one_follower_and_gets_the_answer(
    huiyin: Service,
) -> None:
    strange = "a b:c{d}\n*]]>"

    async with huiyin.wechat() as wechat:
        outcome = await Phone(wechat, strange).say(SHIPPING)

    assert outcome.reply is not None
    assert outcome.reply.content == SHIPPED


async def test_a_caller_that_leaves_in_the_middle_of_its_body_does_no_harm(
    api_only: Service,
) -> None:
    where = urlsplit(signed(api_only))
    _, writer = await asyncio.open_connection(where.hostname, where.port)
    head = (
        f"POST {where.path}?{where.query} HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n<xml>"
    )
    writer.write(head.encode())
    await writer.drain()
    writer.close()
    await writer.wait_closed()

    async with open_async_client(base_url=api_only.bases[0]) as http:
        answered = await http.get("/health/live")

    assert answered.status_code == 200
