"""The table of error codes: each has a meaning, a reaction and advice in both languages."""

import re

import pytest

from app.simulator.errcodes import ERRORS
from app.wechat.client.error_codes import ERROR_CODES, ErrorCode
from app.wechat.client.errors import ApiError


@pytest.mark.parametrize("entry", ERROR_CODES.values(), ids=lambda entry: str(entry.code))
def test_an_operator_reads_what_to_do(entry: ErrorCode) -> None:
    chinese = re.compile(r"[\u4e00-\u9fff]")

    assert chinese.search(entry.meaning)
    assert chinese.search(entry.advice_zh)
    assert entry.advice_en.endswith(".")


def test_whatever_the_simulator_answers_has_a_reaction() -> None:
    assert set(ERRORS) - set(ERROR_CODES) == set()


def test_a_whitelist_refusal_says_where_the_address_goes() -> None:
    error = ApiError(40164, "invalid ip 203.0.113.7, not in whitelist rid: 6b0e-57-1")

    assert error.meaning is not None
    assert error.meaning.reaction == "alarm"
    assert "IP 白名单" in error.meaning.advice_zh
    assert (error.rid, error.code) == ("6b0e-57-1", 40164)
