"""What may be meant: a menu of several, or the only one with its answer."""

from app.dialogue import choices
from app.knowledge.values import Evidence
from app.sessions.store import Choice, Session

ROSES = Evidence("e1", "entry", "33枝红玫瑰花束多少钱", "平日 428 元。", probability=0.5)
LILIES = Evidence("e2", "entry", "百合花束多少钱", "138 元。", probability=0.3)
PETS = Evidence(
    "c1", "chunk", "会员规则 > 家里有宠物", "猫：忌百合。狗：无妨。", "猫：忌百合。", 0.5
)


def test_several_are_offered_as_links_the_likeliest_first() -> None:
    offered = choices.offer([ROSES, LILIES])

    assert offered is not None
    assert [choice.id for choice in offered.choices] == ["e1", "e2"]
    assert "33枝红玫瑰花束多少钱</a>" in offered.text
    assert ROSES.text not in offered.text


def test_the_only_one_is_asked_back_with_its_answer() -> None:
    assert choices.suggest(ROSES).startswith(
        "您问的是「33枝红玫瑰花束多少钱」吗？\n平日 428 元。\n"
    )
    assert choices.suggest(PETS).startswith("您问的是「家里有宠物」吗？\n猫：忌百合。\n")


def test_a_choice_is_taken_by_its_words_or_its_number() -> None:
    shown = Session(choices=(Choice(label="红玫瑰", id="e1"), Choice(label="百合花束", id="e2")))

    taken = [choices.choose(text, shown) for text in ("百合花束", "2", "第二个", "一", "4", "兰花")]

    assert [choice.id if choice else None for choice in taken] == [
        "e2", "e2", "e2", "e1", None, None,
    ]  # fmt: skip
