"""WeChat's message encryption ("safe" and "compatible" mode): decrypts bodies, encrypts replies."""

import base64
import re
import secrets
import struct
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher as BlockCipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC

from app.wechat.callback import signature
from app.wechat.callback.replies import as_cdata

BLOCK = 32  # bytes; WeChat pads PKCS#7 to 32, not to the 16 of AES
NONCE = 16  # random bytes before the length
HEAD = NONCE + 4  # bytes: the nonce, then the message's length in 4 bytes, big-endian


class Undecryptable(Exception):
    """A body that isn't encrypted for this account as WeChat does it; `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Forged(Undecryptable):
    """An encrypted body whose `msg_signature` doesn't fit; nothing of it was decrypted."""


@dataclass(frozen=True, slots=True)
class Cipher:
    """AES-256-CBC as WeChat uses it: IV = first 16 bytes of the key, PKCS#7 to 32 bytes,
    plaintext = random(16) + length(4, big-endian) + message + appid.

    Written on `cryptography` and not on `wechatpy.crypto`, which doesn't check the padding or the
    length field and leaks IndexError, struct.error and UnicodeDecodeError on a malformed body.

    aes_key: the EncodingAESKey of the account's settings, 43 characters of base64.
    Raises ValueError when it isn't one.
    """

    aes_key: str = field(repr=False)
    appid: str
    _key: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Za-z0-9+/]{43}", self.aes_key):
            raise ValueError("an EncodingAESKey is 43 letters and digits")
        object.__setattr__(self, "_key", base64.b64decode(self.aes_key + "="))

    def encrypt(self, xml: str, *, nonce16: bytes | None = None) -> str:
        """Encrypt `xml` to base64. `nonce16` is 16 random bytes, given only by tests.

        Raises ValueError for a nonce of another length.
        """
        nonce16 = secrets.token_bytes(NONCE) if nonce16 is None else nonce16
        if len(nonce16) != NONCE:
            raise ValueError("the nonce is 16 bytes")
        message = xml.encode()
        plain = nonce16 + struct.pack(">I", len(message)) + message + self.appid.encode()
        padding = BLOCK - len(plain) % BLOCK
        encryptor = self._block_cipher().encryptor()
        cipher = encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()
        return base64.b64encode(cipher).decode()

    def decrypt(self, b64: str) -> str:
        """Decrypt base64 ciphertext; bytes that are no UTF-8 become lone surrogates.

        Raises Undecryptable for anything malformed.
        """
        decryptor = self._block_cipher().decryptor()
        padded = decryptor.update(_decode_ciphertext(b64)) + decryptor.finalize()
        plain = _remove_padding(padded)
        if len(plain) < HEAD:
            raise Undecryptable("shorter than its header")
        end = HEAD + struct.unpack(">I", plain[NONCE:HEAD])[0]
        if end > len(plain):
            raise Undecryptable("the length field points beyond the body")
        if plain[end:] != self.appid.encode():
            raise Undecryptable("meant for another appid")
        return plain[HEAD:end].decode("utf-8", "surrogateescape")

    def _block_cipher(self) -> BlockCipher[CBC]:
        return BlockCipher(AES256(self._key), CBC(self._key[:16]))


def decrypt_callback(
    cipher: Cipher,
    body: bytes,
    *,
    token: str,
    timestamp: str | None,
    nonce: str | None,
    msg_signature: str | None,
) -> str:
    """The XML inside an encrypted body (capped by the caller; WeChat sends a few KiB).

    `<Encrypt>` is found by scanning, and `msg_signature` checked in constant time, before anything
    parses or decrypts: a stranger's body costs one scan and one hash.
    Raises Forged for a wrong signature, Undecryptable for a body that is no envelope.
    """
    encrypted = _find_encrypt_element(body)
    if not signature.verify(token, timestamp, nonce, msg_signature, encrypted):
        raise Forged("msg_signature doesn't fit")
    return cipher.decrypt(encrypted)


def decrypt_own_reply(cipher: Cipher, envelope: bytes) -> str:
    """The XML in a reply encrypted by `encrypt_reply`, without a check of its signature.

    Raises Undecryptable.
    """
    return cipher.decrypt(_find_encrypt_element(envelope))


def encrypt_reply(cipher: Cipher, reply_xml: str, token: str, timestamp: str, nonce: str) -> str:
    """Encrypt and sign `reply_xml`; returns the XML of the HTTP response.

    Not for the bare word `success`, which WeChat takes in plain text in every mode.
    """
    encrypted = cipher.encrypt(reply_xml)
    signed = signature.sign(token, timestamp, nonce, encrypted)
    return (
        f"<xml><Encrypt>{as_cdata(encrypted)}</Encrypt><MsgSignature>{as_cdata(signed)}</MsgSignature>"
        f"<TimeStamp>{as_cdata(timestamp)}</TimeStamp><Nonce>{as_cdata(nonce)}</Nonce></xml>"
    )


def _find_encrypt_element(body: bytes) -> str:
    _, start_tag, rest = body.partition(b"<Encrypt>")
    text, end_tag, _ = rest.partition(b"</Encrypt>")
    if not (start_tag and end_tag):
        raise Undecryptable("no Encrypt element")
    text = text.strip().removeprefix(b"<![CDATA[").removesuffix(b"]]>").strip()
    if not text.isascii():
        raise Undecryptable("Encrypt is not base64")
    return text.decode("ascii")


def _decode_ciphertext(b64: str) -> bytes:
    try:
        ciphertext = base64.b64decode(b64, validate=True)
    except ValueError as error:  # binascii.Error is one; so is the refusal of non-ASCII text
        raise Undecryptable("not base64") from error
    if not ciphertext or len(ciphertext) % BLOCK:
        raise Undecryptable("not whole blocks of 32 bytes")
    return ciphertext


def _remove_padding(padded: bytes) -> bytes:
    count = padded[-1]
    if not 1 <= count <= BLOCK or padded[-count:] != bytes([count]) * count:
        raise Undecryptable("bad padding")
    return padded[:-count]
