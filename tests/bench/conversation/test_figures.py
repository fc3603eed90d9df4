"""The week in figures."""

from typing import Any

import pytest

from tests.bench.conversation import figures
from tests.bench.conversation.values import Arrival, Fate, FollowerMessage, Kind, Record, Way
from tests.bench.conversation.week import Week


def fate(name: str, kind: Kind, *ways: Way, at: float = 0.0, **more: Any) -> Fate:
    arrivals = tuple(Arrival(at + 1 + n, n, way) for n, way in enumerate(ways))
    return Fate(FollowerMessage(name, "mei", at), kind, arrivals, **more)


def a_week(*fates: Fate, records: dict[str, Record] | None = None, **more: Any) -> Week:
    defaults: dict[str, Any] = {
        "seconds": 60.0, "deaths": [], "fallen": [], "faulted": 0, "left": {}, "remained": 0,
        "typed": 0, "api": {}, "logged": {}, "generated": False,
    }  # fmt: skip
    return Week(fates=fates, records=records or {}, **(defaults | more))


def test_shares_are_of_what_could_be_answered() -> None:
    report = figures.report(
        a_week(
            fate("a", "once", "first"), fate("b", "once", "rode", overtaken=True),
            fate("c", "lost"), fate("d", "left"), fate("e", "merged"), fate("f", "unreached"),
        )
    )  # fmt: skip

    assert (report["messages"], report["exactly_one"], report["overtaken"]) == (6, 0.75, 1)
    assert report["ways"] == {"first": 1, "second": 0, "third": 0, "service": 0, "rode": 1}
    assert [fault["id"] for fault in report["faults"]] == ["c", "f", "b"]


def test_a_tap_is_no_message_that_wants_an_answer() -> None:
    tap = Fate(FollowerMessage("tap", "mei", 0.0, carrier=True), "lost", ())

    assert figures.report(a_week(tap))["messages"] == 0


def test_quick_answers_count_in_the_first_delivery_and_written_ones_in_the_third() -> None:
    records = {
        "a": Record("好", "template", 30.0), "b": Record("好", "knowledge", 30.0),
        "c": Record("好", "generated", 11_000.0), "d": Record("好", "generated", 9_000.0),
        "e": Record("好", "generated", 25_000.0),
    }  # fmt: skip
    fates = [
        fate("a", "once", "first"), fate("b", "once", "second"), fate("c", "once", "third"),
        fate("d", "once", "service"), fate("e", "once", "service"), fate("f", "lost"),
    ]  # fmt: skip

    report = figures.report(a_week(*fates, records=records))

    assert report["first_of_quick"] == {"share": 0.5, "of": 2}
    assert report["third_of_generated"] == {"share": 0.5, "of": 2}


def test_a_quick_answer_behind_an_unanswered_message_is_counted_apart() -> None:
    records = {name: Record("好", "template", 30.0) for name in ("a", "b", "c")}
    fates = [
        fate("a", "once", "third", at=0.0),  # answered at 1 s
        fate("b", "once", "second", at=0.5), fate("c", "once", "first", at=2.0),
    ]  # fmt: skip

    report = figures.report(a_week(*fates, records=records))

    assert report["first_of_quick"]["of"] == 3
    assert report["first_of_quick_unhindered"] == {"share": 0.5, "of": 2}


def test_a_double_right_after_a_death_is_told_apart() -> None:
    soon, late = (fate(n, "twice", "first", "rode", at=at) for n, at in (("a", 0.0), ("b", 50.0)))

    report = figures.report(a_week(soon, late, deaths=[(1.4, "api-1"), (53.0, "api-2")]))

    assert report["kinds"]["twice"] == 2
    assert report["twice_after_a_death"] == 1
    assert report["faults"][0]["deaths"] == [(1.4, "api-1")]


def test_who_unsubscribed_is_not_missed_in_the_record() -> None:
    week = a_week(fate("a", "once", "first"))

    assert figures.report(week)["unrecorded"] == 1
    assert figures.report(a_week(*week.fates, left={"mei": 5.0}))["unrecorded"] == 0


@pytest.mark.parametrize(
    ("kind", "failed"), [("once", False), ("left", False), ("lost", True), ("twice", True)]
)
def test_the_week_fails_when_something_was_lost_or_doubled(kind: Kind, failed: bool) -> None:
    report = figures.report(a_week(fate("a", kind)))

    assert figures.failed(report) is failed
    assert figures.markdown(report).count("\n") > 20
