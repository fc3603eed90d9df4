import json

import pytest

from app.inference.remote.endpoints.refusals import (
    MAX_REASON,
    clean_reason,
    describe_body,
    find_parameter,
)

PROMPT_TEXTS = ("你是客服，请遵守规则。", "资料：#a1#\n签收后十五天内可以换货。")
SENT = ("max_tokens", "temperature", "stream", "enable_thinking")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('{"error": {"message": "no quota", "code": "quota"}}', "no quota (quota)"),
        ('[{"error": {"message": "no quota", "code": 429}}]', "no quota"),
        ('{"error": "model not found"}', "model not found"),
        ('{"object": "error", "message": "too long", "code": 40303}', "too long"),
        ('{"code": "Throttling", "message": "slow down"}', "slow down (Throttling)"),
        ('{"detail": "Not Found"}', "Not Found"),
        ('{"detail": [{"loc": ["body", "n"], "msg": "extra"}]}', "extra (body.n)"),
        ('{"errors": [{"message": "bad"}]}', "bad"),
        ("upstream timed out", "upstream timed out"),
        ("<html>502</html>", ""), ('{"error": null}', ""), ("", ""), ("{}", ""),
        ("[" * 9_999, "[" * 9_999),
    ],
)  # fmt: skip
def test_a_reason_is_found_wherever_it_stands(body: str, reason: str) -> None:
    assert describe_body(body.encode()) == reason


def test_a_reason_quotes_neither_what_was_asked_nor_the_key() -> None:
    error_text = (
        "bad input 'content': '签收后十五天内可以换货。'\n for key sk-12345678\x1b[31m, see docs"
    )

    reason = clean_reason(error_text, PROMPT_TEXTS, "sk-12345678")

    assert reason == "bad input 'content': '…' for key … [31m, see docs"


def test_a_reason_is_short() -> None:
    assert clean_reason("长" * 9_999, PROMPT_TEXTS, "") == "长" * MAX_REASON + "…"


@pytest.mark.parametrize(
    ("error", "name"),
    [
        ({"message": "x", "param": "max_tokens"}, "max_tokens"),
        ({"message": "'temperature' does not support 0.3 with this model."}, "temperature"),
        ({"message": "Use 'max_completion_tokens' instead of 'max_tokens'."}, "max_tokens"),
        ([{"loc": ["body", "enable_thinking"], "msg": "Extra inputs"}], "enable_thinking"),
        ({"message": "stream is not supported", "param": None}, "stream"),
        ({"message": "the upstream's max_tokens_total", "param": "messages"}, None),
        ({"message": "content too long"}, None),
    ],
)  # fmt: skip
def test_a_refused_parameter_is_one_that_was_sent(error: object, name: str | None) -> None:
    assert find_parameter(json.dumps({"error": error}).encode(), SENT) == name


def test_a_page_may_name_a_parameter_too() -> None:
    assert find_parameter("不支持参数 temperature".encode(), SENT) == "temperature"
