"""Whether an Authorization header shows the key."""

import base64
import secrets


def shows_key(authorization: bytes, key: str, *, basic: bool = False) -> bool:
    """Compared in constant time; an empty key is shown by nobody.

    `Bearer KEY` always; with `basic` also what a browser sends for the password it has asked for,
    whatever the user's name.
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
