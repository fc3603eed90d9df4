"""Compares an Authorization header with the API key."""

import base64
import secrets


def shows_key(authorization: bytes, key: str, *, basic: bool = False) -> bool:
    """Whether the header holds `key`, compared in constant time; never for an empty key.

    Accepts `Bearer KEY`, and with `basic` also Basic with the key as password of any user.
    """
    scheme, _, credentials = authorization.partition(b" ")
    scheme, credentials = scheme.lower(), credentials.strip()
    if basic and scheme == b"basic":
        scheme, credentials = b"bearer", _basic_password(credentials)
    fits = secrets.compare_digest(credentials, key.encode())
    return bool(key) and scheme == b"bearer" and fits


def _basic_password(credentials: bytes) -> bytes:
    try:
        return base64.b64decode(credentials, validate=True).partition(b":")[2]
    except ValueError:
        return b""
