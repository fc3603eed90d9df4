"""Shares with their intervals, and the tables of them."""

from typing import Any

import pytest

from tests.bench.answers import figures, transcript
from tests.bench.answers.corpus import CareCase, Case, Gold, Kind
from tests.bench.answers.figures import Reached, Results, Row, Share
from tests.bench.answers.grading import Grade, Graded
from tests.bench.answers.values import Base, Exchange, Played, Record

RED = Gold(("88",), frozenset({"e01"}))
BASE = Base(names={"e01": ("红茶多少钱",)}, answers={"e01": "一罐 88 元。"})


def graded(kind: Kind, grade: Grade, *, hit_ids: tuple[str, ...] = (), **case: Any) -> Graded:
    exchange = Exchange("问", "答", Record("template", ("e01",), "ask_price", 0.85))
    case_object = Case("tea", "x01", kind, ("问",), **case)
    return Graded(Played(case_object, (exchange,), in_scope=True, hit_ids=hit_ids), grade)


def test_a_share_has_wilsons_interval() -> None:
    low, high = Share(9, 10).interval

    assert (round(low, 3), round(high, 3)) == (0.596, 0.982)
    assert str(Share(9, 10)) == "90.0% (60% to 98%)"


@pytest.mark.parametrize(("share", "expected"), [(Share(0, 0), (0, 1)), (Share(0, 20), (0, 0.161))])
def test_an_interval_at_the_edge(share: Share, expected: tuple[float, float]) -> None:
    assert tuple(round(end, 3) for end in share.interval) == expected


def test_the_table_counts_what_was_graded() -> None:
    of_shop = [
        graded("answerable", "right", hit_ids=("e01",), gold=(RED,)),
        graded("answerable", "wrong", hit_ids=("e02", "e01"), gold=(RED,)),
        graded("near", "wrong", why="place"),
        graded("basic", "right", intents=frozenset({"ask_price"})),
        graded("manners", "missed", intents=frozenset({"greet"})),
    ]
    care = [
        (CareCase("想死", "suicide"), Exchange("想死", "我在", Record("care"))),
        (CareCase("笑死", "none"), Exchange("笑死", "哈哈", Record("small_talk"))),
    ]
    reached = [Reached(model=True, persona=True), Reached(model=False)]

    tables = figures.report(Results(of_shop, {"tea": BASE}, [], care, reached))
    rows = {row.name: (row.share.count, row.share.total) for row in tables["What to reach"]}

    assert rows == {
        "answerable: right": (1, 2), "answerable: wrong": (1, 2),
        "answerable: offered in a menu": (0, 2), "answerable: declined": (0, 2),
        "by an entry: right": (1, 2), "by an entry: wrong": (1, 2),
        "by an entry: offered in a menu": (0, 2), "by an entry: declined": (0, 2),
        "right answers that give other things, too": (0, 1),
        "right answers that begin with an apology": (0, 1),
        "near, unanswerable: wrong answer": (1, 1),
        "near, unanswerable: offered a menu": (0, 1),
        "basics: intent right and in scope": (1, 1),
        "manners: intent right and in scope": (0, 1),
        "intents of basics and manners given at 0.8 and above: right": (1, 2),
        "search, entry: first": (1, 2), "search, entry: among the first 3": (2, 2),
        "open questions that reach a model": (1, 2),
        "- with the persona": (1, 2), "- with passages": (0, 2),
        "care: recall": (1, 1), "care: false alarms among look-alikes": (0, 1),
    }  # fmt: skip


def test_tables_are_markdown_and_empty_ones_are_left_out() -> None:
    tables = {"First": [Row("right", Share(1, 2), "≥ 90 %")], "Second": [], "Third": [
        Row("template", Share(2, 2))]}  # fmt: skip

    assert figures.markdown(tables) == (
        "| First | n | measured (95 %) | to reach |\n"
        "|---|---:|---|---|\n"
        "| right | 2 | 50.0% (9% to 91%) | ≥ 90 % |\n"
        "\n"
        "| Third | n | measured (95 %) |\n"
        "|---|---:|---|\n"
        "| template | 2 | 100.0% (34% to 100%) |"
    )


def test_a_transcript_shows_what_a_person_needs_to_grade() -> None:
    case = graded("answerable", "right", gold=(RED,), style="bare")

    text = transcript.render_transcript([case], {"tea": BASE}, [], blind=False)

    assert text.removeprefix(transcript.HEAD) == (
        "\n# With the shop's knowledge base\n"
        "\n"
        "## tea x01 · answerable · bare\n"
        "\n"
        "**follower**\n"
        "\n"
        "> 问\n"
        "\n"
        "**reply**\n"
        "\n"
        "> 答\n"
        "\n"
        "- source: template · cited: e01 (红茶多少钱) · intent: ask_price 0.85\n"
        "\n"
        "- expected: e01 · 88\n"
        "- grade: right · yours: \n"
    )


def test_grades_that_people_wrote_are_counted() -> None:
    case = graded("answerable", "right", gold=(RED,))
    text = transcript.render_transcript([case, case], {"tea": BASE}, [case.played], blind=True)
    first, second, third = [*text.split("yours: ")[:-1]]
    filled = f"{first}yours: 2{second}yours:0 {third}yours: 7\n"

    rows = figures.by_hand(transcript.count(filled))["Graded by hand"]

    assert "grade: right" not in text
    assert [(row.name, row.share.count, row.share.total) for row in rows] == [
        ("with the shop's base: fits", 1, 2),
        ("with the shop's base: vague", 0, 2),
        ("with the shop's base: wrong", 1, 2),
    ]


def test_messages_without_the_care_they_need_are_told() -> None:
    care = [
        (CareCase("想死", "suicide"), Exchange("想死", "我在", Record("care"))),
        (CareCase("不想活了", "suicide"), Exchange("不想活了", "好的\n呀", Record("template"))),
        (CareCase("笑死", "none"), Exchange("笑死", "我在", Record("care"))),
        (CareCase("累死", "none"), Exchange("累死", "歇歇", Record("template"))),
    ]

    assert figures.care_faults(care) == [
        "missed (suicide): 不想活了 => template: 好的 呀",
        "false alarm (none): 笑死 => care: 我在",
    ]


def test_two_runs_are_compared_case_by_case() -> None:
    earlier = figures.cases([graded("near", "wrong"), graded("open", "wrong", hit_ids=("e01",))])
    now = figures.cases([graded("near", "right")])

    assert figures.changes(earlier[:1], now) == ["tea x01 (near): wrong -> right: 问 => 答"]
    assert figures.changes([], now) == []
    assert figures.changes(now, now) == []
