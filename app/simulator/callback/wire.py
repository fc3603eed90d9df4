"""What travels between WeChat and an account's server: signatures, sealed messages, XML."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias
from xml.etree import ElementTree

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

Fields = Mapping[str, "FieldValue"]
FieldValue: TypeAlias = "str | int | float | Fields | list[FieldValue]"  # a list: repeated elements

BLOCK_BITS = 32 * 8  # WeChat pads to 32 bytes, not to the cipher's 16
TEXT_BYTES = 2048

# Where each kind of reply keeps what the follower gets to see or hear.
CONTENT_OF_REPLY = {
    "text": "Content",
    "image": "Image/MediaId",
    "voice": "Voice/MediaId",
    "video": "Video/MediaId",
    "music": "Music/ThumbMediaId",
    "news": "Articles/item/Title",
    "transfer_customer_service": "MsgType",
}


class Abnormal(Exception):
    """An answer that WeChat would not take."""


@dataclass(frozen=True)
class CallbackAccount:
    """An Official Account and the server it has entered in its settings."""

    appid: str
    token: str
    path: str  # after the base URL: "/wechat/brand"
    aes_key: str | None = None  # the 43 characters of EncodingAESKey
    username: str = "gh_0123456789ab"  # what messages are addressed to


@dataclass(frozen=True)
class Reply:
    kind: str  # MsgType
    content: str  # of a text its Content, of media the id, of news the first title
    raw: str  # the XML, decrypted


def sign(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324 - WeChat's choice


def seal(message: str | bytes, account: CallbackAccount) -> str:
    body = message.encode() if isinstance(message, str) else message
    sealed = secrets.token_bytes(16) + len(body).to_bytes(4, "big") + body + account.appid.encode()
    padder = PKCS7(BLOCK_BITS).padder()
    encryptor = _cipher(account).encryptor()
    padded = padder.update(sealed) + padder.finalize()
    return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


def unseal(sealed: str, account: CallbackAccount) -> str:
    """The message within. Raises ValueError if it was not sealed for this account."""
    decryptor = _cipher(account).decryptor()
    unpadder = PKCS7(BLOCK_BITS).unpadder()
    padded = decryptor.update(base64.b64decode(sealed, validate=True)) + decryptor.finalize()
    plain = unpadder.update(padded) + unpadder.finalize()
    end = 20 + int.from_bytes(plain[16:20], "big")
    if plain[end:] != account.appid.encode():
        raise ValueError(f"sealed for {plain[end:]!r}, not for {account.appid}")
    return plain[20:end].decode()


def to_xml(fields: Fields) -> str:
    return f"<xml>{_elements(fields)}</xml>"


def read_answer(status: int, body: bytes, account: CallbackAccount, openid: str) -> Reply | None:
    """The reply in an HTTP answer to a plain message; None is "nothing to say"."""
    if status != 200:
        raise Abnormal(f"status {status}")
    if body.strip() in (b"", b"success"):
        return None
    return _reply(_parse(body), body.decode(), account, openid)


def read_sealed_answer(
    status: int, body: bytes, account: CallbackAccount, openid: str
) -> Reply | None:
    """The same in safe mode: a reply that is not sealed and signed is abnormal."""
    if status != 200 or body.strip() in (b"", b"success"):
        return read_answer(status, body, account, openid)
    envelope = _parse(body)
    sealed = _text(envelope, "Encrypt")
    signature = sign(account.token, _text(envelope, "TimeStamp"), _text(envelope, "Nonce"), sealed)
    if _text(envelope, "MsgSignature") != signature:
        raise Abnormal("MsgSignature does not match")
    try:
        raw = unseal(sealed, account)
    except ValueError as error:
        raise Abnormal(str(error)) from error
    return _reply(_parse(raw.encode()), raw, account, openid)


def is_sealed(body: bytes) -> bool:
    return b"<Encrypt>" in body


def _cipher(account: CallbackAccount) -> Cipher[CBC]:
    if account.aes_key is None:
        raise ValueError(f"{account.appid} has no EncodingAESKey")
    key = base64.b64decode(account.aes_key + "=")
    return Cipher(AES(key), CBC(key[:16]))


def _elements(fields: Fields) -> str:
    return "".join(
        f"<{name}>{_value(each)}</{name}>"
        for name, value in fields.items()
        for each in (value if isinstance(value, list) else [value])
    )


def _value(value: FieldValue) -> str:
    if isinstance(value, str):
        # A CDATA section cannot hold its own end: close it, and open another.
        return f"<![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]>"
    if isinstance(value, Mapping):
        return _elements(value)
    return str(value)


def _parse(body: bytes) -> ElementTree.Element:
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 - from the developer's own server
    except ElementTree.ParseError as error:
        raise Abnormal(f"not XML: {error}") from error
    if root.tag != "xml":
        raise Abnormal(f"the root is <{root.tag}>, not <xml>")
    return root


def _reply(root: ElementTree.Element, raw: str, account: CallbackAccount, openid: str) -> Reply:
    addressed = (_text(root, "ToUserName"), _text(root, "FromUserName"))
    if addressed != (openid, account.username):
        raise Abnormal(f"from and to the wrong people: {addressed}")
    if not _text(root, "CreateTime").isdecimal():
        raise Abnormal("CreateTime is not a number")
    kind = _text(root, "MsgType")
    if kind not in CONTENT_OF_REPLY:
        raise Abnormal(f"no such MsgType: {kind}")
    content = _text(root, CONTENT_OF_REPLY[kind])
    if kind == "text" and len(content.encode()) > TEXT_BYTES:
        raise Abnormal(f"a text of {len(content.encode())} bytes")
    return Reply(kind, content, raw)


def _text(root: ElementTree.Element, path: str) -> str:
    content = root.findtext(path)
    if not content:
        raise Abnormal(f"no {path}")
    return content
