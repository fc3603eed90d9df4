"""The command `doctor`: its exit codes, its language, and that it shows no secret."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from app.cli import doctor
from tests.pace import seconds
from tests.support.serve import serving
from tests.wechat.client.support import SHOP, make_platform

ROOT = Path(__file__).parents[2]
CALLBACK_TOKEN = "lotus-pond"


def test_an_unknown_account_is_wrong_usage(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WECHAT_APPID", SHOP.appid)
    monkeypatch.setenv("WECHAT_TOKEN", SHOP.token)

    code = doctor.main(["nobody"])

    assert code == 2
    assert "no account is named 'nobody'" in capsys.readouterr().err


def test_settings_that_cannot_be_read_are_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WECHAT_API_BASE", "ftp://nowhere")

    code = doctor.main(["--json", "--lang", "en"])

    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert code == 1
    assert [(check["name"], check["detail"]) for check in report["checks"]] == [
        ("settings", "WECHAT_API_BASE: must be an address that begins with https:// or http://.")
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("locale", "options", "expected"),
    [("zh_CN.UTF-8", {}, "接口凭证"), ("C", {"secret_frozen": True}, "Access token")],
    ids=["well", "frozen secret"],
)
async def test_a_process_tells_all_in_the_language_of_the_locale(
    redis_url: str, database_url: str, locale: str, options: dict[str, Any], expected: str
) -> None:
    async with serving(make_platform(**options).app) as base:
        environment = {
            "PATH": "/usr/bin:/bin", "LC_ALL": locale, "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT),
            "REDIS_URL": redis_url, "DATABASE_URL": database_url, "WECHAT_API_BASE": base,
            "WECHAT_APPID": SHOP.appid, "WECHAT_TOKEN": CALLBACK_TOKEN,
            "WECHAT_SECRET": SHOP.secret, "CMS_API_KEY": "the-key-of-the-cms-in-tests",
        }  # fmt: skip
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "app", "doctor", "--json",
            cwd=ROOT, env=environment, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        async with asyncio.timeout(seconds(20)):
            output, _ = await process.communicate()

    report: dict[str, Any] = json.loads(output)
    token = next(check for check in report["checks"] if check["name"] == "token")
    assert (token["title"], token["status"] == "fault") == (expected, bool(options))
    # A loaded machine takes all of the command's ten seconds, so other checks may be cut short.
    assert (process.returncode, report["ok"]) in {(0, True), (1, False)}
    assert [secret for secret in (SHOP.secret, CALLBACK_TOKEN) if secret in output.decode()] == []
