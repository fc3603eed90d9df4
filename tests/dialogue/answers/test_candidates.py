"""Which candidates are worth offering."""

import pytest

from app.dialogue.answers.choice_offers import candidates
from app.knowledge.values import Evidence
from tests.dialogue import factories


def entry(question: str, probability: float) -> Evidence:
    return factories.make_evidence(question, question, "答", probability)


@pytest.mark.parametrize(
    ("likely", "expected"),
    [
        ([("甲", 0.5), ("乙", 0.3), ("丙", 0.2)], ["甲", "乙", "丙"]),
        ([("甲", 0.6), ("乙", 0.2)], ["甲"]),  # far behind
        ([("甲", 0.5), ("甲", 0.5), ("", 0.4)], ["甲"]),  # one name, and none
        ([("甲", 0.3), ("乙", 0.3), ("丙", 0.3), ("丁", 0.3)], ["甲", "乙", "丙"]),
        ([], []),
    ],
)
def test_none_is_far_behind_the_first(likely: list[tuple[str, float]], expected: list[str]) -> None:
    selected = candidates.select([entry(*each) for each in likely])

    assert [each.title for each in selected] == expected


@pytest.mark.parametrize(
    ("question", "things"),
    [
        ("有卡布奇诺吗", ["卡布奇诺"]),
        ("有WiFi嗎", ["WiFi"]),
        ("你好，發票怎麼開", ["发票"]),
        ("周末能来吗", []),
        ("有什么问题吗", []),
        ("孩子还小，那个小人书怎么租", []),  # a story
        ("Do you have oat milk?", []),
    ],
)
def test_a_short_question_is_about_what_it_names(question: str, things: list[str]) -> None:
    assert candidates.find_things(question) == things


@pytest.mark.parametrize(
    ("things", "expected"),
    [
        (["门票"], True), (["学生票"], True), (["退票"], True), (["贺卡", "门票"], True),
        (["wifi"], True), (["贺卡"], False), (["雨衣"], False), ([], True),
    ],
)  # fmt: skip
def test_a_text_speaks_of_a_thing_by_its_name_or_a_part_of_it(
    things: list[str], expected: bool
) -> None:
    text = "門票開場前一天能退嗎\n可以退，學生半價。大厅有 WiFi。"

    assert candidates.speaks_of(text, things) is expected
