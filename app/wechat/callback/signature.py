"""The signature of callbacks: SHA-1 of the shared token, timestamp, nonce and encrypted body."""

import hashlib
import hmac
import re

FRESH_SECONDS = 600  # WeChat signs each delivery anew; an older signature is a replay


def sign(token: str, timestamp: str, nonce: str, *parts: str) -> str:
    """The signature WeChat would send: 40 lower-case hex digits.

    The platform's rule: sort token, timestamp, nonce (and, for an encrypted body, the text of
    `<Encrypt>`) as strings, join them, take SHA-1.
    """
    signed_text = "".join(sorted((token, timestamp, nonce, *parts)))
    return hashlib.sha1(_to_bytes(signed_text)).hexdigest()  # noqa: S324 - SHA-1 is WeChat's choice


def verify(
    token: str | None,
    timestamp: str | None,
    nonce: str | None,
    signature: str | None,
    *parts: str | None,
) -> bool:
    """Whether `signature` fits, compared in constant time; never raises, whatever the text.

    An empty token never verifies: anyone could sign with it. Nor does anything missing or empty.
    """
    if not (token and timestamp and nonce and signature):
        return False
    present = [part for part in parts if part]
    if len(present) < len(parts):
        return False
    return hmac.compare_digest(
        _to_bytes(sign(token, timestamp, nonce, *present)), _to_bytes(signature)
    )


def clock_skew(timestamp: str, now: float) -> float | None:
    """Seconds that a signed `timestamp` is behind `now`, negative when ahead; None: no number."""
    if not re.fullmatch(r"[0-9]{1,12}", timestamp, re.ASCII):
        return None
    return now - int(timestamp)


def _to_bytes(text: str) -> bytes:
    # A query string may decode to a lone surrogate; it must fail to verify, not fail to encode.
    return text.encode("utf-8", "surrogatepass")
