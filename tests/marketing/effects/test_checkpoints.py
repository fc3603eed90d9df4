"""Contents on days 1, 3 and 7: sums, shares of day 7, and what stands out from the usual."""

from dataclasses import replace

from app.marketing.effects.check_sentences import write_checks
from app.marketing.effects.checkpoints import CheckedDay, UsualDay, check_contents
from app.marketing.effects.values import ContentDay, ContentOutcome
from tests.marketing.effects.contents import SEPTEMBER, make_contents

DAY = 86_400.0
CONTENT = make_contents(1)[0]


def make_content(at: int, reads: int, *days: int) -> ContentOutcome:
    """A content of a day that had 60 % of its reads on day 1, and 90 % on day 3."""
    shares = {1: 0.6, 3: 0.9, 7: 1.0}
    return replace(
        CONTENT, id=f"c{at}", title=f"第 {at} 篇", published=SEPTEMBER + at * DAY, exposures=1_000,
        days={
            day: ContentDay(reads=round(reads * shares[day]), shares=10, finish_rate=0.4)
            for day in (1, 3, 7) if day in days
        },
    )  # fmt: skip


CONTENTS = [make_content(at, 100 + at, 1, 3, 7) for at in range(24)]


def test_what_is_usual_are_medians_and_a_content_is_compared_with_them() -> None:
    newest = make_content(40, 400, 1)

    checks = check_contents([*CONTENTS, newest, make_content(50, 100)])

    assert [day.contents for day in checks.usual] == [25, 24, 24]
    assert checks.usual[1] == UsualDay(
        day=3, contents=24, reads=100.5, shares=10.0, finish_rate=0.4,
        reads_reached=checks.usual[1].reads_reached, shares_reached=1.0,
        fences=checks.usual[1].fences,
    )  # fmt: skip
    assert round(checks.usual[0].reads_reached or 0, 2) == 0.6
    assert [content.id for content in checks.contents[:2]] == ["c40", "c23"]
    assert checks.contents[0].days == (
        CheckedDay(
            day=1, reads=240, shares=10, finish_rate=0.4, reads_reached=None,
            shares_reached=None, standing="above",
        ),
    )  # fmt: skip
    assert checks.contents[0].published == "2026-10-11"
    assert {day.standing for content in checks.contents[1:] for day in content.days} == {"usual"}


def test_the_paragraph_says_the_pace_and_names_what_stands_out() -> None:
    above, below = make_content(40, 400, 1), make_content(41, 5, 1)

    usual = write_checks(check_contents(CONTENTS))
    both = write_checks(check_contents([*CONTENTS, above, below]))

    assert usual == "一篇内容头七天的阅读，通常发布当天完成 60%，到第 3 天完成 90%。"
    assert both.removeprefix(usual) == (
        "最近发布的内容里，《第 40 篇》的阅读率明显高于平时。"
        "最近发布的内容里，《第 41 篇》的阅读率明显低于平时。"
    )


def test_few_contents_have_no_usual_and_nothing_is_said() -> None:
    checks = check_contents(CONTENTS[:7])

    assert [(day.contents, day.reads, day.fences) for day in checks.usual] == [(7, None, None)] * 3
    assert checks.contents[0].days[0].standing == ""
    assert write_checks(checks) == ""
    assert check_contents([]).contents == ()


def test_no_content_is_judged_beside_few_others_or_by_few_exposures() -> None:
    low = make_content(40, 5, 1)
    few_exposures = replace(low, exposures=20, days={1: ContentDay(reads=0, shares=None)})

    beside_few = check_contents([*CONTENTS[:11], low])
    by_few = check_contents([*CONTENTS, few_exposures])

    assert beside_few.contents[0].days[0].standing == ""
    assert by_few.contents[0].days[0].standing == "usual"
