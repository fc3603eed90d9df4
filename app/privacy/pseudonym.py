"""Pseudonyms of followers for logs, notices, events and the record of generations."""

import hashlib
import hmac
import secrets

LENGTH = 16  # hex digits: 64 bits, so that a collision among a million followers is unlikely

FOLLOWER = "f-"  # begins the pseudonym of a follower
ERASED = "x-"  # begins the random id of an erased follower
TRIAL = "t-"  # begins the pseudonym of a visitor of the playground
TRIAL_OPENID = "playground-"  # begins the openid of such a visitor; no openid of WeChat's does


def make_pseudonym(openid: str, key: str) -> str:
    """A keyed hash of the openid, "f-" and 16 hex digits; always the same for the same key.

    That of a visitor of the playground begins with "t-": the operator tries the account there.

    Raises ValueError without a key: a plain hash of an openid is no secret.
    """
    if not key:
        raise ValueError("a pseudonym needs a key")
    digest = hmac.new(key.encode(), b"follower:" + openid.encode(), hashlib.sha256)
    prefix = TRIAL if openid.startswith(TRIAL_OPENID) else FOLLOWER
    return prefix + digest.hexdigest()[:LENGTH]


def get_digits(pseudonym: str) -> str:
    """The digits of a pseudonym or random id, as ids of events have them."""
    return pseudonym.partition("-")[2]


def make_anonym() -> str:
    """A random id that takes the place of an erased follower's pseudonym, "x-" and 16 hex digits:
    counts of people stay right, and nothing leads back to the follower.
    """
    return ERASED + secrets.token_hex(LENGTH // 2)


def is_trial(pseudonym: str) -> bool:
    """Whether it stands for a visitor of the playground, who is no follower."""
    return pseudonym.startswith(TRIAL)


def is_anonym(pseudonym: str) -> bool:
    """Whether it stands for an erased follower."""
    return pseudonym.startswith(ERASED)
