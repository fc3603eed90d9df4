"""Exposures and clicks become labelled answers once the clicks are known."""

from collections.abc import Sequence

import pytest

from app.marketing.events.values import EventKind, MarketingEvent
from app.marketing.recommend.activity import FollowerActivity
from app.marketing.recommend.item_events import ItemEvent, describe_item_event, parse_place
from app.marketing.recommend.lessons.answer_log import (
    CLICK_WITHIN,
    MOST_ANSWERS,
    WINDOW,
    LabelledAnswer,
    ShownItem,
)
from app.marketing.recommend.ranking.popularity import DAY

NOW = 200 * DAY
EXPOSURE_TIME = NOW - 10 * DAY


def make_event(kind: EventKind, item: str, time: float, **values: object) -> ItemEvent:
    names = {"recommendation": "r1", "pseudonym": "f1", "id": f"{kind}-{item}-{time}"} | values
    return ItemEvent(kind=kind, item=item, time=time, recorded=time, **names)  # type: ignore[arg-type]


def expose(item: str, time: float = EXPOSURE_TIME, **values: object) -> ItemEvent:
    return make_event(EventKind.EXPOSURE, item, time, **values)


def click(item: str, time: float = EXPOSURE_TIME, **values: object) -> ItemEvent:
    return make_event(EventKind.CLICK, item, time, **values)


def collect(events: Sequence[ItemEvent], now: float = NOW) -> list[LabelledAnswer]:
    activity = FollowerActivity()
    activity.take_events(events)
    return activity.answers.list_labelled(now)


def test_a_click_is_of_the_answer_and_the_follower_that_it_names() -> None:
    events = [
        expose("tea", place=1), expose("cup", place=2, strategy="explored"),
        expose("tea", EXPOSURE_TIME + 60, recommendation="r2", place=1),
        expose("tea", EXPOSURE_TIME, pseudonym="f2", place=1),
        click("tea", EXPOSURE_TIME + 90, recommendation="r2"),
        click("cup", EXPOSURE_TIME + 1, recommendation="r2"),  # it wasn't shown there
        click("tea", EXPOSURE_TIME + 2, recommendation=""),
    ]  # fmt: skip

    answers = collect(events)

    first = (ShownItem("tea", 1, False, 0), ShownItem("cup", 2, True, 0))
    assert answers == [
        LabelledAnswer(pseudonym="f1", time=EXPOSURE_TIME, items=first, clicks=frozenset()),
        LabelledAnswer(pseudonym="f2", time=EXPOSURE_TIME, items=first[:1], clicks=frozenset()),
        LabelledAnswer(
            pseudonym="f1", time=EXPOSURE_TIME + 60, items=(ShownItem("tea", 1, False, 1),),
            clicks=frozenset({"cup", "tea"}),
        ),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("clicked_at", "labels"),
    [
        (EXPOSURE_TIME - 5, {"tea"}),
        (EXPOSURE_TIME + CLICK_WITHIN, {"tea"}),
        (EXPOSURE_TIME + CLICK_WITHIN + 1, set()),
    ],
)
def test_a_late_click_counts_for_two_days_and_one_before_its_exposure_does(
    clicked_at: float, labels: set[str]
) -> None:
    events = sorted([expose("tea"), click("tea", clicked_at)], key=lambda event: event.time)

    [answer] = collect(events)

    assert answer.clicks == labels


@pytest.mark.parametrize("shown_at", [NOW - CLICK_WITHIN + 1, NOW - WINDOW - 1, NOW + DAY])
def test_an_answer_teaches_neither_before_its_clicks_are_known_nor_after_the_window(
    shown_at: float,
) -> None:
    assert collect([expose("tea", shown_at)]) == []


def test_answers_to_questions_and_of_erased_followers_teach_nothing() -> None:
    activity = FollowerActivity()
    activity.take_events([expose("tea"), expose("cup", recommendation="r2", strategy="question")])

    activity.forget("f1")
    activity.take_events([expose("pot", pseudonym="f2", strategy="question")])

    assert activity.answers.list_labelled(NOW) == []


def test_an_item_shown_twice_in_an_answer_counts_at_its_first_place() -> None:
    [answer] = collect([expose("tea", place=1), expose("tea", EXPOSURE_TIME + 1, place=3)])

    assert answer.items == (ShownItem("tea", 1, False, 0),)


def test_the_latest_answers_are_kept() -> None:
    events = [
        expose("tea", EXPOSURE_TIME + at, recommendation=f"r{at}") for at in range(MOST_ANSWERS + 2)
    ]

    answers = collect(events)

    assert (len(answers), answers[0].time) == (MOST_ANSWERS, EXPOSURE_TIME + 2)


@pytest.mark.parametrize(
    ("value", "place"),
    [(2, 2), ("3", 3), (0, 0), (-1, 0), (True, 0), (None, 0), ("²", 0), ("9" * 9, 0), (1.5, 0)],
)
def test_the_place_is_read_from_the_event_s_properties(value: object, place: int) -> None:
    event = MarketingEvent(
        account="default", id="e1", kind=EventKind.EXPOSURE, time=NOW, recorded=NOW, item="tea",
        properties={} if value is None else {"place": value},  # type: ignore[dict-item]
    )  # fmt: skip

    assert (parse_place(value), describe_item_event(event).place) == (place, place)
