"""Which rule answers, and what it says."""

import time
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.rules import rulebook
from app.rules.rulebook import RuleAnswer
from tests import pace

NOON = datetime(2026, 11, 25, 12, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()  # a Wednesday
NIGHT = NOON + 10 * 3600
REPLY = "付款后 48 小时内发货。"
AWAY = "同事下班了，{opens} 上班。"
HOURS = {"weekly": {"wed": ["09:00-18:00"], "thu": ["10:00-18:00"]}, "away": AWAY}


def keywords(*rules: dict[str, Any]) -> rulebook.Rulebook:
    named = [{"name": f"第{n}条", "reply": REPLY} | rule for n, rule in enumerate(rules, 1)]
    return rulebook.read_rulebook({"keywords": named, "hours": HOURS})


def matched(rule: dict[str, Any], message: str, now: float = NOON) -> str | None:
    ruled = keywords(rule).answer("text", message, now)
    return ruled.matched if ruled else None


@pytest.mark.parametrize(
    ("match", "words", "message", "fits"),
    [
        ("exact", ["人工"], "「人工」！", "人工"),
        ("exact", ["人工"], "转人工", None),
        ("exact", ["Ｈｉ", "你好"], "HI", "Ｈｉ"),
        ("exact", ["?"], "？", "?"),
        ("exact", ["1"], "12", None),
        ("contains", ["发货", "发 出"], "你好，什么时候发出？", "发 出"),
        ("contains", ["green tea"], "any GREEN  TEA left", "green tea"),
        ("contains", ["green tea"], "evergreen teapots", "green tea"),
        ("contains", ["发货"], "退货", None),
        ("all", ["公司", "采购"], "采购多少起，我们公司想订", "公司、采购"),
        ("all", ["公司", "采购"], "公司在哪", None),
        ("pattern", [r"^(qh)?\d{12}$"], " QH123456789012 ", r"^(qh)?\d{12}$"),
        ("pattern", [r"^\d{4}$"], "１２３４", r"^\d{4}$"),
        ("pattern", ["退款", "多少（钱|元）"], "多少（钱", "多少（钱|元）"),
        ("pattern", ["退款|退货"], "换货", None),
        ("contains", ["发货"], "", None),
    ],
)
def test_a_keyword_fits(match: str, words: list[str], message: str, fits: str | None) -> None:
    assert matched({"match": match, "words": words}, message) == fits


def test_the_first_rule_that_fits_answers() -> None:
    rules = keywords(
        {"words": ["退货"]},
        {"words": ["发货"], "enabled": False},
        {"words": ["发货"], "reply": "二"},
        {"words": ["什么时候发货"], "match": "exact", "reply": "三"},
    )

    ruled = rules.answer("voice", "什么时候发货。", NOON)

    assert ruled == RuleAnswer(part="keywords", rule="第3条", matched="发货", reply="二")


@pytest.mark.parametrize(
    ("bounds", "fits"),
    [
        ({"since": "2026-11-25"}, True),
        ({"since": "2026-11-25 12:01"}, False),
        ({"until": "2026-11-25"}, True),
        ({"until": "2026-11-25 12:00"}, False),
        ({"until": "2026-11-24"}, False),
        ({"since": "2026-11-25 12:00", "until": "2026-11-25 12:01"}, True),
    ],
)
def test_a_rule_has_its_time(bounds: dict[str, str], fits: bool) -> None:
    assert (matched({"words": ["发货"]} | bounds, "发货") == "发货") == fits


def test_spiteful_patterns_and_a_long_message_cost_a_moment() -> None:
    spiteful = {"match": "pattern", "words": ["(a+)+$", "(a|aa)+$", "(.{1,9}){1,9}x"]}
    rules = keywords(*[spiteful] * 16)
    started = time.perf_counter()

    ruled = rules.answer("text", "a" * 199 + "!" + "a" * 60_000, NOON)

    assert (ruled, time.perf_counter() - started < pace.seconds(1)) == (None, True)


@pytest.mark.parametrize(("now", "reply"), [(NOON, ""), (NIGHT, AWAY)])
def test_who_wants_a_person_at_night_hears_when_they_come(now: float, reply: str) -> None:
    rules = keywords({"words": ["人工"], "reply": "", "to_person": True})

    ruled = rules.answer("text", "人工", now)

    assert ruled == RuleAnswer(
        part="keywords", rule="第1条", matched="人工", reply=reply, to_person=True
    )


def test_a_menu_key_answers_asks_or_calls_a_person() -> None:
    menu = [
        {"key": "SHIP", "reply": REPLY},
        {"key": "ORDER", "ask": "我的订单到哪了"},
        {"key": "PERSON", "to_person": True},
    ]
    rules = rulebook.read_rulebook({"menu": menu})

    answers = [rules.answer("click", key, NOON) for key in ("SHIP", "ORDER", "PERSON", "ship")]

    assert answers == [
        RuleAnswer(part="menu", rule="SHIP", matched="SHIP", reply=REPLY),
        RuleAnswer(part="menu", rule="ORDER", matched="ORDER", ask="我的订单到哪了"),
        RuleAnswer(part="menu", rule="PERSON", matched="PERSON", to_person=True),
        None,
    ]


@pytest.mark.parametrize(
    ("kind", "scene", "ruled"),
    [
        (
            "subscribe",
            "table_3",
            RuleAnswer(part="scenes", rule="table_3", matched="table_3", reply="三号桌"),
        ),
        (
            "subscribe",
            "table_12",
            RuleAnswer(part="scenes", rule="table_", matched="table_12", reply="欢迎光临"),
        ),
        (
            "scan",
            "table_12",
            RuleAnswer(part="scenes", rule="table_", matched="table_12", reply="又见面了"),
        ),
        (
            "scan",
            "table_3",
            RuleAnswer(part="scenes", rule="table_3", matched="table_3", reply="三号桌"),
        ),
        (
            "subscribe",
            "expo",
            RuleAnswer(part="default", rule="", matched="expo", reply="欢迎关注"),
        ),
        ("subscribe", "", RuleAnswer(part="default", rule="", matched="", reply="欢迎关注")),
        ("scan", "", None),
        ("image", "", None),
    ],
)
def test_a_welcome_goes_by_the_scene(kind: str, scene: str, ruled: RuleAnswer | None) -> None:
    scenes = [
        {"scene": "table_3", "reply": "三号桌"},
        {"scene": "table_", "match": "prefix", "reply": "欢迎光临", "scan": "又见面了"},
    ]
    rules = rulebook.read_rulebook({"welcome": {"scenes": scenes, "default": "欢迎关注"}})

    assert rules.answer(kind, scene, NOON) == ruled


def test_slots_are_filled_with_the_books_own_hours() -> None:
    rules = keywords()

    filled = rules.fill("{brand}：{hours}。{opens} 见。", "青禾", "每日", NIGHT)

    assert filled == "青禾：周三 09:00–18:00，周四 10:00–18:00。明天 10:00 见。"


@pytest.mark.parametrize(
    ("now", "expected"), [(NOON, ("", "", True)), (NIGHT, (AWAY, "在休息", False))]
)
def test_outside_of_working_hours(now: float, expected: tuple[str, str, bool]) -> None:
    rules = rulebook.read_rulebook({"hours": HOURS | {"outside": "在休息"}})

    assert (rules.away(now), rules.outside(now), rules.open_at(now)) == expected


def test_an_empty_book_says_nothing_and_people_are_always_there() -> None:
    blank = rulebook.EMPTY

    answers = [blank.answer(kind, "", NOON) for kind in ("text", "click", "subscribe", "scan")]

    assert answers == [None] * 4
    assert (blank.open_at(NIGHT), blank.opens_next(NIGHT), blank.away(NIGHT)) == (True, NIGHT, "")
    assert blank.fill("{hours}", "青禾", "每日 9:00–21:00", NOON) == "每日 9:00–21:00"
