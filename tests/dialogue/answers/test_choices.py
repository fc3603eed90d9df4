"""What may be meant: the only one with its answer, a menu of several, or a line at the end."""

from dataclasses import replace

import pytest

from app.dialogue.answers.choice_offers import choices
from app.dialogue.wording import answer_texts
from app.knowledge.values import Evidence
from app.messages.lengths import size
from app.messages.phrases import Phrase, Say, as_shipped
from app.sessions.store import Choice, Session
from app.simulator.phones import taps
from tests.dialogue import factories

ROSES = factories.make_evidence("e1", "33枝红玫瑰花束多少钱", "平日 428 元。", 0.5)
LILIES = factories.make_evidence("e2", "百合花束多少钱", "138 元。", 0.3)
PETS = Evidence(
    id="c1",
    kind="chunk",
    title="会员规则 > 家里有宠物",
    text="猫：忌百合。狗：无妨。",
    passage="猫：忌百合。",
    probability=0.5,
)
TABLE = Evidence(
    id="c2",
    kind="chunk",
    title="价目",
    text="…",
    passage="课程：壶铃；人数：6 人；单节：120 元",
    probability=0.4,
)
SESSION = Session(choices=(Choice(label="红玫瑰", id="e1"), Choice(label="订花发票", id="e2")))


def test_several_are_a_menu_with_the_beginning_of_each_answer() -> None:
    offered = choices.build_menu([ROSES, PETS, TABLE])

    assert offered is not None
    assert [choice.id for choice in offered.choices] == ["e1", "c1", "c2"]
    assert [choice.passage for choice in offered.choices] == ["", PETS.passage, TABLE.passage]
    lines = offered.text.split("\n")
    assert [line.partition("</a>")[2] for line in lines[1:-1]] == [
        "：平日 428 元。", "：猫：忌百合。", f"：{TABLE.answer}",
    ]  # fmt: skip
    assert lines[1].startswith("1. <a href=")
    assert "人工" in lines[-1]
    assert choices.build_menu([ROSES]) is None


def test_where_room_is_short_a_menu_has_links_alone() -> None:
    def wordy(length: int) -> Say:
        def say(phrase: Phrase, /, **values: str) -> str:
            shipped = as_shipped(phrase, **values)
            return "选" * length if phrase is answer_texts.CHOICES_CLOSING else shipped

        return say

    long = [replace(each, text="答" * 60) for each in (ROSES, LILIES)]
    menus = [choices.build_menu(long, wordy(length)) for length in (10, 450, 480, 560)]

    assert [menu and (menu.text.count("</a>"), menu.text.count("答")) for menu in menus] == [
        (2, 80), (2, 40), (2, 0), None,
    ]  # fmt: skip
    assert all(size(menu.text) <= choices.ROOM for menu in menus if menu)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("可以。", "可以。"),
        ("可以，提前一天说。\n周末要看空位。", "可以，提前一天说。 周末要看空位。"),
        (
            "5枝向日葵花束98元，配小雏菊和尤加利果，送毕业、看望老师的人选得多，周末也可以送到家里。",
            "5枝向日葵花束98元，配小雏菊和尤加利果，送毕业、看望老师的人选得多…",
        ),
        ("一套 1,680 元" + "（含安装）" * 9, "一套 1,680 元" + "（含安装）" * 6 + "（含安装…"),
        (
            "Open until 9:30 on weekdays, and longer on weekends. " + "Come in and see us. " * 9,
            "Open until 9:30 on weekdays, and longer on weekends. "
            + "Come in and see us. " * 2
            + "Come in and see us…",
        ),
        ('看<a href="https://a.cn/b">这页</a>的说明。', "看这页的说明。"),
        ("在这里报名：https://a.cn/b?c=1，名额不多。", "在这里报名…"),
        ("https://a.cn", ""),
    ],
)
def test_an_answer_begins_with_whole_clauses(answer: str, expected: str) -> None:
    assert choices.cut_beginning(answer) == expected


def test_the_only_likely_one_is_asked_back_with_its_answer() -> None:
    reply = choices.suggest_candidate(ROSES)

    assert reply.startswith("您问的是「33枝红玫瑰花束多少钱」吗？\n平日 428 元。\n")
    assert "人工" in reply
    assert choices.suggest_candidate(PETS).startswith("不知道是不是您要问的：\n猫：忌百合。\n")
    assert "人工" not in choices.suggest_candidate(ROSES, has_person=False)


def test_the_only_possible_one_is_a_link() -> None:
    near = choices.mention_candidate(ROSES)

    assert [tap.content for tap in taps.in_text(near.text)] == ["33枝红玫瑰花束多少钱"]
    assert [choice.id for choice in near.choices] == ["e1"]
    assert "428" not in near.text


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("订花发票", "e2"), ("訂花發票", "e2"), ("2", "e2"), ("第二个", "e2"), ("一", "e1"),
        ("4", None), ("兰花", None),
    ],
)  # fmt: skip
def test_a_choice_is_taken_by_its_words_or_its_number(text: str, chosen: str | None) -> None:
    choice = choices.find_choice(text, SESSION)

    assert (choice and choice.id) == chosen
