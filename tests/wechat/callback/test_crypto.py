"""Encrypted bodies: ours and wechatpy's agree, and every malformed one has one name."""

import base64
import dataclasses
import struct

import pytest
import xmltodict
from cryptography.hazmat.primitives.ciphers import Cipher as BlockCipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto

from app.wechat.callback import signature
from app.wechat.callback.crypto import (
    Cipher,
    Forged,
    Undecryptable,
    decrypt_callback,
    encrypt_reply,
)

KEY = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
APPID = "wx5e11a7ea0000c0de"
TOKEN = "lotus-pond"
STAMP = "1763000000"
NONCE = "8842"
CIPHER = Cipher(KEY, APPID)
XML = "<xml><Content>龙井到了吗</Content></xml>"


def encrypted(plain: bytes) -> str:
    """`plain` under the account's key, exactly as given: the padding is the test's affair."""
    raw = base64.b64decode(KEY + "=")
    encryptor = BlockCipher(AES256(raw), CBC(raw[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def padded(plain: bytes) -> bytes:
    count = 32 - len(plain) % 32
    return plain + bytes([count]) * count


def envelope(encrypt: str) -> bytes:
    return f"<xml><ToUserName>gh_1</ToUserName><Encrypt>{encrypt}</Encrypt></xml>".encode()


def opened(body: bytes, msg_signature: str | None) -> str:
    return decrypt_callback(
        CIPHER, body, token=TOKEN, timestamp=STAMP, nonce=NONCE, msg_signature=msg_signature
    )


@given(xml=st.text())
def test_what_we_encrypt_we_decrypt(xml: str) -> None:
    b64 = CIPHER.encrypt(xml)

    decrypted = CIPHER.decrypt(b64)

    assert decrypted == xml


def test_the_same_nonce_gives_the_same_ciphertext_and_another_another() -> None:
    first, second = b"a" * 16, b"b" * 16

    sealed = [CIPHER.encrypt(XML, nonce16=nonce) for nonce in (first, first, second)]

    assert sealed[0] == sealed[1] != sealed[2]


@given(content=st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"])))
def test_wechatpy_opens_what_we_seal(content: str) -> None:
    sealed = encrypt_reply(CIPHER, content, TOKEN, STAMP, NONCE)
    signed = xmltodict.parse(sealed)["xml"]["MsgSignature"]

    theirs = WeChatCrypto(TOKEN, KEY, APPID).decrypt_message(sealed, signed, STAMP, NONCE)

    assert theirs == content


def test_we_open_what_wechatpy_seals() -> None:
    sealed = WeChatCrypto(TOKEN, KEY, APPID).encrypt_message(XML, NONCE, STAMP)
    signed = xmltodict.parse(sealed)["xml"]["MsgSignature"]

    ours = opened(sealed.encode(), signed)

    assert ours == XML


def test_a_sealed_reply_carries_what_it_was_signed_with() -> None:
    nonce = "88]]>42"

    parts = xmltodict.parse(encrypt_reply(CIPHER, XML, TOKEN, STAMP, nonce))["xml"]

    encrypt = parts.pop("Encrypt")
    assert CIPHER.decrypt(encrypt) == XML
    assert parts == {
        "MsgSignature": signature.sign(TOKEN, STAMP, nonce, encrypt),
        "TimeStamp": STAMP,
        "Nonce": nonce,
    }


@pytest.mark.parametrize("key", ["", KEY[:-1], KEY + "=", KEY + "H", "键" * 43, KEY[:-1] + "-"])
def test_a_wrong_key_is_refused_in_words(key: str) -> None:
    appid = APPID

    with pytest.raises(ValueError, match="43 letters and digits") as refused:
        Cipher(key, appid)

    assert refused.type is ValueError


def test_a_cipher_does_not_change_and_does_not_show_its_key() -> None:
    cipher = Cipher(KEY, APPID)

    with pytest.raises(dataclasses.FrozenInstanceError):
        cipher.appid = "wx0"  # type: ignore[misc]

    assert repr(cipher) == f"Cipher(appid={APPID!r})"


def test_a_nonce_has_sixteen_bytes() -> None:
    nonce = b"short"

    with pytest.raises(ValueError, match="16 bytes") as refused:
        CIPHER.encrypt(XML, nonce16=nonce)

    assert refused.type is ValueError


def body(message: bytes, *, length: int | None = None, appid: bytes = APPID.encode()) -> bytes:
    announced = len(message) if length is None else length
    return padded(b"n" * 16 + struct.pack(">I", announced) + message + appid)


MALFORMED = [
    ("", "not whole blocks of 32 bytes"),
    ("%%%%", "not base64"),
    ("密文", "not base64"),
    ("AAA", "not base64"),
    (base64.b64encode(b"x" * 33).decode(), "not whole blocks of 32 bytes"),
    (encrypted(b"\x00" * 64), "bad padding"),
    (encrypted(b"x" * 63 + b"\x21"), "bad padding"),
    (encrypted(b"x" * 62 + b"\x01\x02"), "bad padding"),
    (encrypted(padded(b"short")), "shorter than its header"),
    (encrypted(body(b"hi", length=2**31)), "the length field points beyond the body"),
    (encrypted(body(b"hi", length=2**32 - 1)), "the length field points beyond the body"),
    (encrypted(body(b"hi", length=1)), "meant for another appid"),
    (encrypted(body(b"hi", appid=b"wxother")), "meant for another appid"),
]


@pytest.mark.parametrize(("b64", "reason"), MALFORMED)
def test_every_malformed_ciphertext_has_one_name_and_a_reason(b64: str, reason: str) -> None:
    cipher = CIPHER

    with pytest.raises(Undecryptable) as refused:
        cipher.decrypt(b64)

    assert refused.value.reason == reason


def test_what_is_no_utf8_in_a_message_comes_as_lone_surrogates() -> None:
    b64 = encrypted(body("货".encode() + b"\xff\xe8\xb4"))

    decrypted = CIPHER.decrypt(b64)

    assert decrypted == "货\udcff\udce8\udcb4"


@given(flipped=st.integers(0, 8 * 96 - 1))
def test_a_flipped_bit_is_refused_or_changes_no_more_than_the_text(flipped: int) -> None:
    cipher = bytearray(base64.b64decode(CIPHER.encrypt(XML, nonce16=b"n" * 16)))
    cipher[flipped // 8 % len(cipher)] ^= 1 << flipped % 8

    try:
        outcome: object = CIPHER.decrypt(base64.b64encode(cipher).decode())
    except Undecryptable as refused:
        outcome = refused.reason

    assert isinstance(outcome, str)


@given(plain=st.binary(max_size=200), pad=st.booleans())
def test_any_plaintext_under_the_right_key_is_read_or_refused(plain: bytes, pad: bool) -> None:
    b64 = encrypted(padded(plain) if pad else plain[: len(plain) // 32 * 32])

    try:
        outcome: object = CIPHER.decrypt(b64)
    except Undecryptable as refused:
        outcome = refused.reason

    assert isinstance(outcome, str)


@pytest.mark.parametrize("wrap", ["{}", "<![CDATA[{}]]>", "\n <![CDATA[{}]]> \n"])
def test_a_signed_envelope_opens(wrap: str) -> None:
    encrypt = CIPHER.encrypt(XML)
    signed = signature.sign(TOKEN, STAMP, NONCE, encrypt)

    inner = opened(envelope(wrap.format(encrypt)), signed)

    assert inner == XML


@pytest.mark.parametrize("signed", [None, "", "0" * 40, "签"])
def test_a_forged_envelope_is_refused_before_it_is_decrypted(signed: str | None) -> None:
    undecryptable = envelope("AAAA")

    with pytest.raises(Forged) as refused:
        opened(undecryptable, signed)

    assert refused.value.reason == "msg_signature doesn't fit"


@pytest.mark.parametrize(
    ("envelope", "reason"),
    [
        (b"", "no Encrypt element"),
        (b"<xml><MsgType>text</MsgType></xml>", "no Encrypt element"),
        (b"<xml><Encrypt>AAAA", "no Encrypt element"),
        (b"<xml></Encrypt><Encrypt></xml>", "no Encrypt element"),
        (b"<xml><Encrypt>\xff\xff</Encrypt></xml>", "Encrypt is not base64"),
    ],
)
def test_a_body_that_is_no_envelope_is_refused(envelope: bytes, reason: str) -> None:
    signed = "0" * 40

    with pytest.raises(Undecryptable) as refused:
        opened(envelope, signed)

    assert refused.value.reason == reason
