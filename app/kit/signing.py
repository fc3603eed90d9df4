"""Signs requests to other systems with HMAC-SHA256."""

import hashlib
import hmac


def sign_request(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 over `timestamp.body`, 64 lower-case hex digits."""
    signed = timestamp.encode() + b"." + body
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def signed_headers(secret: str, timestamp: str, body: bytes) -> dict[str, str]:
    """The headers of a signed request: timestamp and signature."""
    return {
        "X-Huiyin-Timestamp": timestamp,
        "X-Huiyin-Signature": sign_request(secret, timestamp, body),
    }
