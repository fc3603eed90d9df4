"""What stands in the logs: nobody recognisable."""

import json
import logging
from functools import partial
from typing import Any

import pytest
import structlog

from app.observability import logs
from app.privacy import pii
from app.privacy.pseudonym import make_pseudonym

OPENID = "oABCDEFGHIJKLMNOPQRSTUVWXY12"
NAMED = make_pseudonym(OPENID, "key")


@pytest.fixture
def discreet() -> logs.LogRedactor:
    return logs.LogRedactor(pii.mask, partial(make_pseudonym, key="key"))


async def test_followers_and_personal_data_are_masked_wherever_they_are(
    discreet: logs.LogRedactor,
) -> None:
    event = {
        "event": "turn_failed",
        "delivery": "wx0123456789abcdef:6222021234567890128",
        "openid": "mei",
        "user": f"default:{OPENID}",
        "tries": 3,
        "error": f"hint {OPENID} said 我的手机13812345678",
        "nested": {"openid": OPENID, "texts": ["a@b.cn", 7]},
    }

    log_event = discreet(None, "error", event)

    assert log_event == {
        "event": "turn_failed",
        "delivery": "wx0123456789abcdef:6222021234567890128",
        "openid": make_pseudonym("mei", "key"),
        "user": NAMED,
        "tries": 3,
        "error": f"hint {NAMED} said 我的手机[手机号]",
        "nested": {"openid": NAMED, "texts": ["[邮箱]", 7]},
    }


async def test_tracebacks_and_libraries_are_masked_too(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before, level, config = root.handlers[:], root.level, structlog.get_config()
    try:
        logs.configure_logging("info", pii.mask, partial(make_pseudonym, key="key"))
        try:
            raise ValueError(f"{OPENID} 13812345678")
        except ValueError:
            structlog.get_logger().exception("turn_failed")
            logging.getLogger("uvicorn.error").exception("in %s a@b.cn", OPENID)
        logging.getLogger("httpx").info("POST /send?access_token=secret")
    finally:
        root.handlers[:], root.level = before, level
        structlog.configure(**config)

    lines: list[dict[str, Any]] = [
        json.loads(line) for line in capsys.readouterr().err.splitlines()
    ]

    assert [line["event"] for line in lines] == ["turn_failed", f"in {NAMED} [邮箱]"]
    assert [line["level"] for line in lines] == ["error", "error"]
    for line in lines:
        assert line["exception"].endswith(f"ValueError: {NAMED} [手机号]")
