"""Pseudonyms of followers for logs, notices and the record of generations."""

import hashlib
import hmac

LENGTH = 16  # hex digits: 64 bits, so that a collision among a million followers is unlikely


def make_pseudonym(openid: str, key: str) -> str:
    """A keyed hash of the openid, "f-" and 16 hex digits; always the same for the same key.

    Raises ValueError without a key: a plain hash of an openid is no secret.
    """
    if not key:
        raise ValueError("a pseudonym needs a key")
    digest = hmac.new(key.encode(), b"follower:" + openid.encode(), hashlib.sha256)
    return "f-" + digest.hexdigest()[:LENGTH]
