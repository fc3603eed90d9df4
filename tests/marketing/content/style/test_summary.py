"""Habits of editors are read from what they change of generated texts."""

import pytest

from app.marketing.content.style.edit_measures import measure_distance, measure_edit
from app.marketing.content.style.summary import summarise_edits
from app.marketing.content.style.values import TextEdit

TEA = "明前龙井，清明前手工采摘，产地杭州西湖龙井村。"


def read_habits(*pairs: tuple[str, str]) -> dict[str, str]:
    measures = [measure_edit(TextEdit(generated=old, approved=new)) for old, new in pairs]
    return {note.key: note.text for note in summarise_edits(measures)}


@pytest.mark.parametrize(
    ("pairs", "notes"),
    [
        ([(f"亲，{TEA}", f"您好，{TEA}"), (f"{TEA}亲，欢迎来店。", f"{TEA}您好，欢迎来店。")],
         {"replace:亲→您好": "“亲”改成“您好”"}),
        ([(f"{TEA}欢迎抢购。", TEA[:-1] + "欢迎。"), (f"{TEA}今天抢购。", f"{TEA}今天。")],
         {"drop:抢购": "不写“抢购”"}),
        ([(f"{TEA}快来！", f"{TEA}快来。"), (f"新茶！{TEA}", f"新茶。{TEA}")],
         {"exclamation": "不用感叹号"}),
        ([(f"{TEA}快来！！", f"{TEA}快来！"), (f"新茶！{TEA}！", f"新茶！{TEA}")],
         {"exclamation": "少用感叹号"}),
        ([(f"{TEA}🍵🍃", TEA), (f"{TEA}🍵", TEA), (TEA, TEA)], {"emoji": "不用表情符号"}),
        ([(TEA * 4, TEA * 3), (TEA * 4, TEA * 2), (TEA * 4, TEA * 3)],
         {"length": "写得再短一些：编辑一般会删去约 25% 的字数"}),
        ([(TEA * 2, TEA * 3), (TEA * 2, TEA * 3)],
         {"length": "写得再充实一些：编辑一般会增加约 50% 的字数"}),
        ([("Buy it now and enjoy the tea of spring.", "Take a look and enjoy the tea of spring."),
          ("The tea is here. Buy it now", "The tea is here. Take a look")],
         {"replace:Buy it now→Take a look": "“Buy it now”改成“Take a look”"}),
        ([(f"新茶\n{TEA}\n想了解更多，欢迎留言。", f"新茶\n{TEA}\n喝过哪一款，留言告诉我们。"),
          (f"{TEA}想了解更多，欢迎留言。", f"{TEA}喝过哪一款，留言告诉我们。")],
         {"replace:想了解更多，欢迎留言→喝过哪一款，留言告诉我们":
          "“想了解更多，欢迎留言”改成“喝过哪一款，留言告诉我们”"}),
    ],
)  # fmt: skip
def test_what_editors_do_twice_is_a_habit(
    pairs: list[tuple[str, str]], notes: dict[str, str]
) -> None:
    habits = read_habits(*pairs)

    assert {key: text for key, text in habits.items() if key != "opening"} == notes


def test_openings_that_are_mostly_rewritten_are_shown_by_the_latest() -> None:
    habits = read_habits(
        (f"你知道吗，{TEA}", f"春天到了，{TEA}"), (f"想喝茶吗？{TEA}", f"龙井到店了。{TEA}")
    )

    assert habits["opening"] == "开头常被改写，例如“想喝茶吗”改成“龙井到店了”"


@pytest.mark.parametrize(
    "pairs",
    [
        [],
        [(TEA, TEA), (TEA, TEA)],
        [(f"亲，{TEA}", f"您好，{TEA}"), (TEA, TEA)],  # once
        [(f"{TEA}168 元。", f"{TEA}158 元。"), (f"{TEA}168 元起。", f"{TEA}158 元起。")],  # a fact
        [(f"{TEA}的", TEA), (f"{TEA}的", TEA)],  # grammar
        [
            (f"{TEA}尝尝春茶吧。", f"{TEA}尝尝春茶到店了。"),
            (f"{TEA}尝尝绿茶吧。", f"{TEA}尝尝绿茶到店了。"),
        ],  # a particle, no word
        [("", TEA), ("", TEA)],
    ],
)
def test_what_is_no_habit_gives_no_note(pairs: list[tuple[str, str]]) -> None:
    assert {key for key in read_habits(*pairs) if key != "opening"} == set()


@pytest.mark.parametrize(
    ("generated", "approved", "distance"),
    [
        ("", "", 0.0),
        (TEA, TEA, 0.0),
        ("", TEA, 1.0),
        ("春茶到店", "新茶到店", 0.25),
        ("茶", "", 1.0),
    ],
)
def test_the_distance_counts_edits_by_the_longer_text(
    generated: str, approved: str, distance: float
) -> None:
    assert measure_distance(TextEdit(generated=generated, approved=approved)) == distance
