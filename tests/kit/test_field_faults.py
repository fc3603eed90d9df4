"""What a schema refuses is described by the field's path, what is allowed and what was received."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from app.kit.field_faults import Language, describe_faults, list_field_faults


class Colour(StrEnum):
    """An enumeration."""

    GREEN = "green"
    RED = "red"


class Cup(BaseModel):
    """A member of unions."""

    model_config = ConfigDict(extra="forbid")
    type: Literal["cup"] = "cup"
    millilitres: int = Field(gt=0)

    @field_validator("millilitres")
    @classmethod
    def _refuse_buckets(cls, millilitres: int) -> int:
        if millilitres > 999:
            raise ValueError("a cup holds less than a litre")
        return millilitres


class Pot(BaseModel):
    """Another member."""

    model_config = ConfigDict(extra="forbid")
    type: Literal["pot"] = "pot"
    litres: float
    lid: bool


class Order(BaseModel):
    """A schema with most kinds of fields."""

    model_config = ConfigDict(extra="forbid")
    id: str = Field("0" * 32, pattern="^[0-9a-f]{32}$")
    code: str = Field("x", pattern="^x+$")
    name: str = Field("茶", min_length=1, max_length=5)
    share: float = Field(0.5, ge=0, le=1, allow_inf_nan=False)
    colour: Colour = Colour.GREEN
    day: date = date(2026, 1, 1)
    time: float | datetime = 0.0
    tags: list[str] = Field([], max_length=2)
    pairs: list[int] = Field([1, 2], min_length=2)
    things: list[str | Cup | Pot] = []
    vessel: Annotated[Cup | Pot, Field(discriminator="type")] = Cup(millilitres=1)


def describe(order: Any, language: Language) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        Order.model_validate(order)
    faults = list_field_faults(refused.value.errors(), order, language)
    return [fault.describe(language) for fault in faults]


@pytest.mark.parametrize(
    ("order", "english", "chinese"),
    [
        ({"share": 1.3}, "share: must be 1 or less, got 1.3", "share：不能大于 1，收到 1.3"),
        ({"share": "much"}, 'share: must be a number, got "much"', 'share：应为数字，收到 "much"'),
        ({"name": ""}, 'name: must not be empty, got ""', 'name：不能为空，收到 ""'),
        (
            {"name": "茶" * 100_000},
            "name: must have 5 characters or less, got 100000 characters",
            "name：最多 5 个字符，收到 100000 个字符",
        ),
        (
            {"id": "1"},
            'id: must be an id: 32 of 0-9 and a-f, got "1"',
            'id：应为编号：32 位 0-9 和 a-f，收到 "1"',
        ),
        (
            {"code": "y\n"},
            'code: must be of the form ^x+$, got "y\\n"',
            'code：应为这样的形式：^x+$，收到 "y\\n"',
        ),
        (
            {"colour": "blue"},
            "colour: must be 'green' or 'red', got \"blue\"",
            "colour：只能是 'green' 或 'red'，收到 \"blue\"",
        ),
        (
            {"day": "tomorrow"},
            'day: must be a date like 2026-12-01, got "tomorrow"',
            'day：应为日期，如 2026-12-01，收到 "tomorrow"',
        ),
        (
            {"time": "noon"},
            'time: must be a number, or a time like 2026-12-01T08:00:00+08:00, got "noon"',
            'time：应为数字，或者时间，如 2026-12-01T08:00:00+08:00，收到 "noon"',
        ),
        (
            {"tags": ["a", "b", "c"]},
            "tags: must have 2 items or less, got a list of 3",
            "tags：最多 2 项，收到 3 项的列表",
        ),
        (
            {"pairs": [1, "two"]},
            'pairs[1]: must be a whole number, got "two"',
            'pairs[1]：应为整数，收到 "two"',
        ),
        (
            {"things": ["a", 3]},
            "things[1]: must be a text, or an object, got 3",
            "things[1]：应为文字，或者一个对象，收到 3",
        ),
        (
            {"things": [{"millilitres": -1}]},
            "things[0].millilitres: must be more than 0, got -1",
            "things[0].millilitres：应大于 0，收到 -1",
        ),
        (
            {"things": [{"litres": 1}]},
            "things[0].lid: required, but missing",
            "things[0].lid：必填，但没有给出",
        ),
        (
            {"things": [{"millilitres": 5_000}]},
            "things[0].millilitres: a cup holds less than a litre",
            "things[0].millilitres：a cup holds less than a litre",
        ),
        (
            {"vessel": {"type": "pot", "litres": 1, "lid": "open"}},
            'vessel.lid: must be true or false, got "open"',
            'vessel.lid：应为 true 或 false，收到 "open"',
        ),
        (
            {"vessel": {"type": "jug"}},
            "vessel: 'type' must be one of 'cup', 'pot', got 'jug'",
            "vessel：'type' 只能是 'cup', 'pot' 之一，收到 'jug'",
        ),
        (
            {"nmae": "x"},
            "nmae: there is no such field: leave it out, or correct its name",
            "nmae：没有这个字段，请删除或改正名称",
        ),
        ([], "must be an object, got a list of 0", "应为一个对象，收到 0 项的列表"),
    ],
)
def test_a_fault_names_path_rule_and_value(order: Any, english: str, chinese: str) -> None:
    assert describe(order, "en") == [english]
    assert describe(order, "zh") == [chinese]


def test_a_value_is_not_told_where_it_may_be_secret() -> None:
    order = {"share": "password"}
    with pytest.raises(ValidationError) as refused:
        Order.model_validate(order)

    [fault] = list_field_faults(refused.value.errors(include_input=False), order)

    assert fault.describe() == "share: must be a number"


def test_only_the_first_faults_are_described_where_that_is_asked_for() -> None:
    order = {"share": 2, "name": "", "colour": 3}
    with pytest.raises(ValidationError) as refused:
        Order.model_validate(order)

    sentence = describe_faults(refused.value, order, most=1)

    assert sentence == 'name: must not be empty, got ""; and 2 more'
