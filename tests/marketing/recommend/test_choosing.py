"""Whatever happened before, nobody is recommended what they mustn't be."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.marketing.events.items import Item, ItemKind
from app.marketing.events.values import EventKind
from app.marketing.recommend.activity import CAP_DAYS
from app.marketing.recommend.choosing import RecommendationPolicy, choose_items
from app.marketing.recommend.fitting import fit
from app.marketing.recommend.index import AccountIndex
from app.marketing.recommend.item_events import READ_KINDS, ItemEvent
from app.marketing.recommend.ranking.popularity import DAY
from app.marketing.recommend.ranking.selection import SelectionPolicy

NOW = 100 * DAY
FOLLOWERS = ("f-1", "f-2", "f-3")


def make_item(number: int, **changes: object) -> Item:
    values = {
        "account": "default", "id": f"i{number}", "kind": ItemKind.ARTICLE,
        "title": f"第{number}篇", "created": 0.0, "changed": 0.0,
    }  # fmt: skip
    return Item(**values | changes)  # type: ignore[arg-type]


def make_event(number: int, kind: EventKind, follower: str, item: int, time: float) -> ItemEvent:
    return ItemEvent(
        id=f"e{number}", kind=kind, pseudonym=follower, item=f"i{item}", time=time, recorded=time
    )


def make_index(items: list[Item], events: list[ItemEvent] = []) -> AccountIndex:  # noqa: B006
    index = AccountIndex()
    index.put_items(items)
    index.embeddings = {
        item.id: np.random.default_rng(number).normal(size=4) for number, item in enumerate(items)
    }
    index.take_events(events)
    index.fitted = fit(index.copy_for_fit(NOW, learns=False))
    return index


@st.composite
def catalogs(draw: st.DrawFn) -> list[Item]:
    times = st.none() | st.floats(NOW - 30 * DAY, NOW + 30 * DAY)
    return [
        make_item(
            number,
            hidden=draw(st.booleans()),
            published=draw(times),
            expires=draw(times),
            deleted=draw(st.none() | st.just(1.0)),
            tags=draw(st.sampled_from([(), ("精选",)])),
        )
        for number in range(draw(st.integers(0, 8)))
    ]


@st.composite
def histories(draw: st.DrawFn) -> list[ItemEvent]:
    kinds = st.sampled_from([EventKind.EXPOSURE, EventKind.EXPOSURE, *READ_KINDS])
    rows = st.tuples(
        kinds, st.sampled_from(FOLLOWERS), st.integers(0, 9), st.floats(NOW - 60 * DAY, NOW)
    )
    return [make_event(at, *row) for at, row in enumerate(draw(st.lists(rows, max_size=60)))]


@given(
    items=catalogs(),
    before=histories(),
    since=histories(),
    count=st.integers(1, 10),
    exploration=st.sampled_from([0.0, 0.5, 1.0]),
    question=st.booleans(),
)
def test_nothing_hidden_expired_read_or_shown_too_often_is_recommended_nor_anything_twice(
    items: list[Item],
    before: list[ItemEvent],
    since: list[ItemEvent],
    count: int,
    exploration: float,
    question: bool,
) -> None:
    policy = RecommendationPolicy(
        most_shown=2, selection=SelectionPolicy(count=count, exploration=exploration)
    )
    index = make_index(items, before)
    index.take_events(since)
    question_scores = np.ones(4) if question else None

    for follower in FOLLOWERS:
        choice = choose_items(
            index, follower, NOW, policy, np.random.default_rng(0), question_scores
        )

        events = [event for event in (*before, *since) if event.pseudonym == follower]
        read = {event.item for event in events if event.kind in READ_KINDS}
        exposures = [
            event.item for event in events
            if event.kind is EventKind.EXPOSURE and event.time >= NOW - CAP_DAYS * DAY
        ]  # fmt: skip
        allowed = {
            item.id for item in items
            if item.is_shown(NOW) and item.id not in read and exposures.count(item.id) < 2
        }  # fmt: skip
        chosen = [each.item.id for each in choice.items]
        assert set(chosen) <= allowed
        assert len(chosen) == len(set(chosen)) == min(count, len(allowed))
        assert choice.explanation
        assert all(each.reason for each in choice.items)
        assert not (question and "explored" in {each.strategy for each in choice.items})


def test_a_follower_without_history_is_told_that_the_choice_is_the_popular_one() -> None:
    events = [make_event(at, EventKind.VIEW, f"f-{at}", 2, NOW - 60) for at in range(5)]
    index = make_index([make_item(number) for number in range(4)], events)
    policy = RecommendationPolicy(selection=SelectionPolicy(count=1, exploration=0))

    choice = choose_items(index, "f-new", NOW, policy, np.random.default_rng(0))

    assert [(each.item.id, each.strategy, each.reason) for each in choice.items] == [
        ("i2", "popular", "最近大家都在看")
    ]
    assert choice.explanation.startswith("没有这位粉丝的阅读记录")


def test_a_read_counts_at_once_and_names_what_was_read() -> None:
    events = [
        make_event(2 * at + step, EventKind.VIEW, f"f-{at}", item, NOW - 1000 + step)
        for at in range(20)
        for step, item in enumerate((0, 1) if at % 2 else (2, 3))
    ]
    index = make_index([make_item(number) for number in range(5)], events)
    policy = RecommendationPolicy(selection=SelectionPolicy(count=1, exploration=0))

    index.take_events([make_event(99, EventKind.CLICK, "f-new", 2, NOW)])
    choice = choose_items(index, "f-new", NOW, policy, np.random.default_rng(0))

    assert [(each.item.id, each.strategy, each.reason) for each in choice.items] == [
        ("i3", "behaviour", "因为你读过《第2篇》")
    ]


def test_an_account_without_anything_to_show_says_why() -> None:
    policy = RecommendationPolicy()
    rng = np.random.default_rng(0)

    empty = choose_items(AccountIndex(), "f-1", NOW, policy, rng)
    hidden = choose_items(make_index([make_item(0, hidden=True)]), "f-1", NOW, policy, rng)
    read_all = choose_items(
        make_index([make_item(0)], [make_event(0, EventKind.VIEW, "f-1", 0, 1.0)]),
        "f-1", NOW, policy, rng,
    )  # fmt: skip

    assert [choice.items for choice in (empty, hidden, read_all)] == [[], [], []]
    assert [choice.explanation[:9] for choice in (empty, hidden, read_all)] == [
        "这个账号还没有内容", "没有可以展示的内容", "可以展示的 1 条",
    ]  # fmt: skip
