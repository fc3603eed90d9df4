"""WeChat's signature: what verifies, and that nothing strange raises."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.wechat.callback import signature

TOKEN = "lotus-pond"
STAMP = "1763000000"
NONCE = "8842"


def test_it_is_the_sha1_of_the_sorted_parts() -> None:
    joined = "1763000000" + "8842" + "CIPHER==" + "lotus-pond"

    signed = signature.sign(TOKEN, STAMP, NONCE, "CIPHER==")

    assert signed == hashlib.sha1(joined.encode()).hexdigest()


@given(token=st.text(min_size=1), parts=st.lists(st.text(min_size=1), max_size=3))
def test_whatever_is_signed_verifies(token: str, parts: list[str]) -> None:
    signed = signature.sign(token, STAMP, NONCE, *parts)

    verified = signature.verify(token, STAMP, NONCE, signed, *parts)

    assert verified


@pytest.mark.parametrize("missing", [None, ""])
@pytest.mark.parametrize("place", range(5))
def test_nothing_verifies_when_a_part_is_missing(missing: str | None, place: int) -> None:
    signed: str | None = signature.sign(TOKEN, STAMP, NONCE, "CIPHER==")
    given_parts = [TOKEN, STAMP, NONCE, signed, "CIPHER=="]
    given_parts[place] = missing

    verified = signature.verify(*given_parts)

    assert not verified


def test_an_empty_token_never_verifies_even_its_own_signature() -> None:
    signed = signature.sign("", STAMP, NONCE)

    verified = signature.verify("", STAMP, NONCE, signed)

    assert not verified


@pytest.mark.parametrize("strange", ["签名", "é" * 40, "\udc80", "\x00", "0" * 39, "0" * 40_000])
def test_a_strange_signature_is_wrong_and_does_not_raise(strange: str) -> None:
    stamp = STAMP

    verified = [
        signature.verify(TOKEN, stamp, NONCE, strange),
        signature.verify(TOKEN, strange, strange, "0" * 40),
    ]

    assert verified == [False, False]
