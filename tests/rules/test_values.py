"""What an operator may write, and what is said of what they may not."""

from typing import Any

import pytest
from pydantic import ValidationError

from app.rules.values import Rules

RULE: dict[str, Any] = {"name": "发货", "words": ["发货"], "reply": "48 小时内发货。"}
HOLIDAY = {"name": "国庆", "first": "2026-10-01", "last": "2026-10-07"}


def keyword(**changed: Any) -> dict[str, Any]:
    return {"keywords": [RULE | changed]}


def hours(**changed: Any) -> dict[str, Any]:
    return {"hours": {"weekly": {}} | changed}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (keyword(reply="您好，{名字}"), "{名字} is no slot; these are: {brand}, {hours}"),
        (keyword(reply="{opens}"), "{opens} is no slot; these are: {brand}, {hours}"),
        (keyword(reply="茶" * 683), "it has 2049 bytes; WeChat takes 2048 in one message"),
        (keyword(reply="茶\x0b好"), "the control character U+000B can't be sent"),
        (keyword(words=[]), "write at least one word"),
        (keyword(reply=""), "write a reply, or set to_person"),
        (keyword(words=["\u200b"]), "there is nothing to see in this word"),
        (keyword(since="2026-11-12", until="2026-11-11"),
         "until 2026-11-11 is not after since 2026-11-12"),
        (keyword(since="2026-02-30"),
         "'2026-02-30' is no time; write it like 2026-11-11 or 2026-11-11 20:00"),
        (keyword(match="pattern", words=["(退款"]),
         "'(退款' is no pattern that RE2 knows: missing ): (退款"),
        (keyword(match="pattern", words=["(?=退款)"]),
         "'(?=退款)' is no pattern that RE2 knows: invalid perl operator: (?="),
        (keyword(match="pattern", words=["(.{1,30}.{1,30}){1,16}x"]),
         "'(.{1,30}.{1,30}){1,16}x' is no pattern that RE2 knows: "
         "pattern too large - compile failed"),
        (keyword(match="pattern", words=["退?"]),
         "'退?' fits every message, even an empty one"),
        ({"keywords": [RULE, RULE]}, "keywords: '发货' is there twice"),
        ({"keywords": [RULE | {"name": str(n), "match": "pattern", "words": ["退款"] * 20}
                       for n in range(3)]},
         "60 patterns are in it; a book takes 50"),
        ({"menu": [{"key": "A"}]}, "write either ask, or a reply or to_person"),
        ({"menu": [{"key": "A", "ask": "问", "reply": "答"}]},
         "write either ask, or a reply or to_person"),
        ({"menu": [{"key": "A", "ask": "问"}] * 2}, "menu: 'A' is there twice"),
        ({"welcome": {"scenes": [{"scene": "a", "reply": "好"}] * 2}},
         "welcome.scenes: 'exact a' is there twice"),
        ({"zone": "Asia/Chang_an"},
         "'Asia/Chang_an' is no time zone; write it like Asia/Shanghai"),
        ({"zone": "../../etc/passwd"},
         "'../../etc/passwd' is no time zone; write it like Asia/Shanghai"),
        (hours(weekly={"mon": ["9:00-18:00"]}),
         "'9:00-18:00' is no interval; write it like 09:00-18:00"),
        (hours(weekly={"mon": ["09:00-24:30"]}),
         "'09:00-24:30' is no interval; write it like 09:00-18:00"),
        (hours(weekly={"mon": ["09:00-09:00"]}),
         "'09:00-09:00' has no length; around the clock is 00:00-24:00"),
        (hours(weekly={"mon": ["13:00-18:00", "09:00-13:01"]}),
         "09:00-13:01 and 13:00-18:00 overlap"),
        (hours(special=[HOLIDAY | {"first": "国庆"}]),
         "'国庆' is no day; write it like 2026-10-01"),
        (hours(special=[HOLIDAY | {"last": "2026-09-30"}]),
         "from first to last are 0 days; 1 to 366 can be set"),
        (hours(special=[HOLIDAY | {"last": "2027-10-02"}]),
         "from first to last are 367 days; 1 to 366 can be set"),
        (hours(away="{时间}"), "{时间} is no slot; these are: {brand}, {hours}, {opens}"),
    ],
)  # fmt: skip
def test_a_fault_is_named(content: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Rules.model_validate(content)

    assert [error["msg"] for error in refused.value.errors()] == [f"Value error, {message}"]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (keyword(match="regex"), "literal_error"),
        (keyword(words="发货"), "tuple_type"),
        (keyword(words=["发"] * 21), "too_long"),
        (keyword(words=["茶" * 101]), "string_too_long"),
        (keyword(words=[7]), "string_type"),
        (keyword(enabled="yes"), "bool_type"),
        (keyword(reply="\ud800"), "string_unicode"),
        (keyword(repy="好"), "extra_forbidden"),
        ({"keywords": [RULE | {"name": str(n)} for n in range(301)]}, "too_long"),
        ({"menu": None}, "tuple_type"),
        ([], "model_type"),
    ],
)
def test_a_wrong_shape_is_refused(content: Any, kind: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Rules.model_validate(content)

    assert [error["type"] for error in refused.value.errors()] == [kind]


def test_a_book_comes_back_from_its_json_as_it_was() -> None:
    rules = Rules.model_validate(keyword() | hours(special=[HOLIDAY]) | {"unmatched": "请换个说法"})

    document = rules.model_dump(mode="json", exclude_defaults=True)

    assert document == keyword() | hours(special=[HOLIDAY]) | {"unmatched": "请换个说法"}
    assert Rules.model_validate(document) == rules
