"""The content check over HTTP, and an account's own rules."""

from typing import Any

import pytest

from app.safety.advertising.rule_schema import load_shipped_rules
from tests.service import Service, client

CHECK = "/api/v1/content/check"
RULES = "/api/v1/content/rules"
LAXER: dict[str, Any] = {
    "lawful": [
        {"rule": "absolute.grade", "pattern": "顶级茶馆", "reason": "商标", "author": "李敏"}
    ]
}


async def test_a_text_is_checked_for_its_industry(api_only: Service) -> None:
    async with client(api_only) as http:
        response = await http.post(CHECK, json={"text": "年化收益12%！", "industry": "finance"})

    assert response.json() == {
        "findings": [
            {
                "rule": "finance.return",
                "title": "收益率、回报率未提示风险",
                "law": "广告法第二十五条",
                "start": 0,
                "end": 7,
                "text": "年化收益12%",
                "suggestion": "投资有风险，收益以产品说明为准",
            }
        ],
        "notices": [
            {
                "notice": "finance.risk",
                "title": "投资风险和风险责任的提示",
                "law": "广告法第二十五条",
                "wording": "投资有风险，盈亏自担，请谨慎决定。",
            }
        ],
        "rewritten": "投资有风险，收益以产品说明为准！",
        "dropped": [],
    }


async def test_a_generated_text_without_label_is_a_finding(api_only: Service) -> None:
    async with client(api_only) as http:
        response = await http.post(CHECK, json={"text": "春天来喝茶", "generated": True})

    assert [finding["rule"] for finding in response.json()["findings"]] == ["label.generated"]


async def test_an_account_makes_a_rule_laxer_with_a_reason(api_only: Service) -> None:
    async with client(api_only) as http:
        before = await http.post(CHECK, json={"text": "顶级茶馆欢迎您"})
        response = await http.put(RULES, json=LAXER | {"revision": 0})
        read = await http.get(RULES)
        after = await http.post(CHECK, json={"text": "顶级茶馆欢迎您"})

    assert [finding["text"] for finding in before.json()["findings"]] == ["顶级"]
    assert after.json() == {
        "findings": [],
        "notices": [],
        "rewritten": "顶级茶馆欢迎您",
        "dropped": [],
    }
    assert response.json() == read.json()
    assert read.json()["lawful"] == LAXER["lawful"]
    assert [rule["id"] for rule in read.json()["defaults"]] == [
        rule.id for rule in load_shipped_rules()
    ]


OWN: dict[str, Any] = {
    "id": "shop.fresh",
    "title": "本店不写“现摘现发”",
    "law": "本店规定",
    "patterns": ["现摘现发"],
    "neutral": "采摘后发货",
    "example": "荔枝现摘现发",
    "counter_example": "荔枝采摘后发货",
}


async def test_an_account_makes_the_check_stricter(api_only: Service) -> None:
    text = {"text": "荔枝现摘现发，每天下午发货", "industry": "food"}
    async with client(api_only) as http:
        before = (await http.post(CHECK, json=text)).json()
        response = await http.put(RULES, json={"revision": 0, "rules": [OWN]})
        read = (await http.get(RULES)).json()
        after = (await http.post(CHECK, json=text)).json()

    assert (response.status_code, read["revision"], read["rules"][0]["id"]) == (200, 1, OWN["id"])
    assert before["findings"] == []
    assert [(each["rule"], each["suggestion"]) for each in after["findings"]] == [
        (OWN["id"], OWN["neutral"])
    ]
    assert after["rewritten"] == "采摘后发货，每天下午发货"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"example": "荔枝很甜"}, "规则 'shop.fresh' 没有查出自己的例句“荔枝很甜”"),
        ({"patterns": ["a|"]}, "没有查出自己的例句“荔枝现摘现发”"),
        ({"counter_example": "不是现摘，现摘现发"}, "在应当通过的反例里查出了“现摘现发”"),
        ({"patterns": [".*"]}, "在应当通过的反例里查出了“荔枝采摘后发货”"),
        ({"neutral": "全国最好"}, "建议的说法“全国最好”自己也通不过（"),
        ({"neutral": "现摘现发"}, "自己也通不过（本店不写“现摘现发”）"),
        ({"id": "absolute.grade"}, "有两条规则的编号都是 'absolute.grade'"),
        ({"patterns": ["(?=x)"]}, "正则表达式“(?=x)”读不了"),
        ({"patterns": ["<nope>"]}, "用到的 <nope> 不是已有的词表"),
        (
            {"industries": ["food"], "except_industries": ["food"]},
            "规则 'shop.fresh' 对哪个行业都不适用",
        ),
    ],
)
async def test_a_rule_that_its_examples_contradict_is_refused(
    api_only: Service, changes: dict[str, Any], sentence: str
) -> None:
    async with client(api_only) as http:
        http.headers["Accept-Language"] = "zh-CN"
        response = await http.put(RULES, json={"revision": 0, "rules": [OWN | changes]})
        stored = (await http.get(RULES)).json()

    assert (response.status_code, response.json()["code"]) == (422, "unreadable_rule")
    assert sentence in response.json()["detail"]
    assert (stored["revision"], stored["rules"]) == (0, [])


@pytest.mark.parametrize(
    ("path", "method", "body", "sentence"),
    [
        (CHECK, "POST", {"text": "茶", "industry": "tea"}, "must be 'general', 'food'"),
        (CHECK, "POST", {"text": ""}, "must not be empty"),
        (CHECK, "POST", {"text": "茶" * 100_001}, "must have 100000 characters or less"),
        (CHECK, "POST", {"text": "茶", "account": "nobody"}, "nobody"),
        (
            RULES,
            "PUT",
            {"revision": 0, "disabled": [{"rule": "absolute.first", "reason": "", "author": "x"}]},
            "must not be empty",
        ),
        (
            RULES,
            "PUT",
            {"revision": 0, "lawful": LAXER["lawful"] + [LAXER["lawful"][0] | {"pattern": "("}]},
            "is no pattern that RE2 knows",
        ),
        (RULES, "PUT", LAXER | {"revision": 7}, "not the latest"),
    ],
)
async def test_bad_input_is_refused_by_name(
    api_only: Service, path: str, method: str, body: dict[str, Any], sentence: str
) -> None:
    async with client(api_only) as http:
        response = await http.request(method, path, json=body)

    assert 400 <= response.status_code < 500
    assert sentence in response.text


async def test_the_accounts_words_are_findings_in_the_order_of_the_text(api_only: Service) -> None:
    lists = {"categories": {"rivals": {"title": "竞品", "action": "mask", "words": ["某宝"]}}}
    async with client(api_only) as http:
        await http.put("/api/v1/moderation/words", json=lists | {"revision": 0})
        response = await http.post(CHECK, json={"text": "某宝上没有的顶级好茶"})

    findings = response.json()["findings"]
    assert [(each["rule"], each["text"]) for each in findings][:1] == [("words.rivals", "某宝")]
    assert [each["start"] for each in findings] == sorted(each["start"] for each in findings)
