"""The table for people and the JSON for programs."""

import io
import json

from rich.console import Console

from app.doctor.output import format_json, print_table
from app.doctor.values import BilingualText, CheckResult

RESULTS = [
    CheckResult("redis", "ok", BilingualText("可用", "answers")),
    CheckResult(
        "token", "fault",
        BilingualText("出口 IP [bold]203.0.113.7", "our address [bold]203.0.113.7"),
        BilingualText("加入白名单", "Add it to the whitelist"),
    ),
]  # fmt: skip


def test_json_has_stable_names_and_the_texts_of_one_language() -> None:
    report = json.loads(format_json("shop", RESULTS, "zh"))

    assert report == {
        "account": "shop",
        "ok": False,
        "checks": [
            {
                "name": "redis", "title": "Redis", "status": "ok", "detail": "可用", "remedy": "",
            },
            {
                "name": "token", "title": "接口凭证", "status": "fault",
                "detail": "出口 IP [bold]203.0.113.7", "remedy": "加入白名单",
            },
        ],
    }  # fmt: skip


def test_a_table_has_what_to_do_below_what_was_seen() -> None:
    page = io.StringIO()

    print_table(Console(file=page, width=80), RESULTS, "en")

    lines = [line for line in page.getvalue().splitlines() if "│" in line]
    cells = [[cell.strip() for cell in line.strip("│").split("│")] for line in lines]
    assert cells == [
        ["Redis", "ok", "answers"],
        ["Access token", "fault", "our address [bold]203.0.113.7"],
        ["", "", "→ Add it to the whitelist"],
    ]
