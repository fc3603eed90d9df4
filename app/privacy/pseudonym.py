"""A follower's name where nobody may know who it is."""

import hashlib
import hmac

LENGTH = 16  # hex digits: 64 bits, so that two of a million followers hardly share one


def make_pseudonym(openid: str, key: str) -> str:
    """The same for the same openid; only who has the key can tell whose it is.

    Raises ValueError without a key: a plain hash of an openid is no secret.
    """
    if not key:
        raise ValueError("a pseudonym needs a key")
    digest = hmac.new(key.encode(), b"follower:" + openid.encode(), hashlib.sha256)
    return "f-" + digest.hexdigest()[:LENGTH]
