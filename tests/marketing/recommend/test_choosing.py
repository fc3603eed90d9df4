"""Whatever happened before, nobody is recommended what they mustn't be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.marketing.events.items import Item, ItemKind
from app.marketing.events.values import EventKind
from app.marketing.recommend.activity import CAP_DAYS
from app.marketing.recommend.choosing import RecommendationPolicy, choose_items
from app.marketing.recommend.fitting import fit
from app.marketing.recommend.index import AccountIndex
from app.marketing.recommend.item_events import READ_KINDS, ItemEvent
from app.marketing.recommend.questions.closeness import ItemQuestion
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


def make_embedding(number: int) -> np.ndarray:
    values = np.random.default_rng(number).normal(size=4)
    return values / np.linalg.norm(values)


def make_index(items: list[Item], events: list[ItemEvent] = []) -> AccountIndex:  # noqa: B006
    index = AccountIndex()
    index.put_items(items)
    index.embeddings = {item.id: make_embedding(number) for number, item in enumerate(items)}
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
    item_question = ItemQuestion("有什么龙井", np.full(4, 0.5)) if question else None

    for follower in FOLLOWERS:
        choice = choose_items(index, follower, NOW, policy, np.random.default_rng(0), item_question)

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
        assert len(chosen) == len(set(chosen))
        assert len(chosen) == min(count, len(allowed)) or (question and len(chosen) < count)
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

    shown = make_event(1, EventKind.EXPOSURE, "f-1", 1, NOW - 60)
    capped = choose_items(
        make_index(
            [make_item(0), make_item(1)], [make_event(0, EventKind.VIEW, "f-1", 0, 1.0), shown]
        ),
        "f-1", NOW, RecommendationPolicy(most_shown=1), rng,
    )  # fmt: skip

    choices = (empty, hidden, read_all, capped)
    assert [choice.items for choice in choices] == [[], [], [], []]
    assert [choice.explanation for choice in choices] == [
        "这个账号还没有内容：请先通过 /api/v1/items 录入",
        "没有可以展示的内容：全部已隐藏、过期、删除或尚未发布",
        "可以展示的 1 条内容，这位粉丝都读过",
        "可以展示的 2 条内容，这位粉丝读过 1 条，其余的 30 天内已推荐过 1 次",
    ]


@pytest.mark.parametrize(
    ("text", "near_to", "answers"),
    [
        ("怎么泡", 0, [("i0", "question", "和你问的相近")]),
        ("退货", None, []),
        ("😀", None, []),
        ("有没有普洱茶", None, []),
        ("什么时候送到", None, []),
        ("送妈妈什么好", None, [("i0", "picked", "编辑精选")]),
        ("有什么推荐", 1, [("i0", "picked", "编辑精选")]),
    ],
)
def test_a_question_gets_near_items_and_only_a_general_one_gets_others(
    text: str, near_to: int | None, answers: list[tuple[str, str, str]]
) -> None:
    titles = ("龙井怎么泡", "挑一只茶杯", "茶园的早晨")
    index = make_index([
        make_item(at, title=title, tags=("精选",) if at == 0 else ())
        for at, title in enumerate(titles)
    ])  # fmt: skip
    index.embeddings = {f"i{at}": np.eye(4)[at] for at in range(3)}
    index.fitted = fit(index.copy_for_fit(NOW, learns=False))
    policy = RecommendationPolicy(selection=SelectionPolicy(count=1, exploration=0))
    item_question = ItemQuestion(text, np.eye(4)[3 if near_to is None else near_to])

    choice = choose_items(index, "f-1", NOW, policy, np.random.default_rng(0), item_question)

    assert [(each.item.id, each.strategy, each.reason) for each in choice.items] == answers
    assert choice.explanation.startswith("没有和提问相近") == (not answers)


def test_of_items_with_the_same_title_one_is_chosen() -> None:
    titles = ("明前龙井", "明前龙井 ", "紫砂壶")
    index = make_index([make_item(at, title=title) for at, title in enumerate(titles)])
    policy = RecommendationPolicy(selection=SelectionPolicy(count=3, exploration=1.0))

    choice = choose_items(index, "f-1", NOW, policy, np.random.default_rng(0))

    assert sorted(each.item.title.strip() for each in choice.items) == ["明前龙井", "紫砂壶"]


def test_one_follower_who_read_both_items_is_no_reason() -> None:
    events = [make_event(at, EventKind.VIEW, "f-1", at, NOW - 1000 + at) for at in range(2)]
    index = make_index([make_item(0), make_item(1)], events)
    policy = RecommendationPolicy(selection=SelectionPolicy(count=1, exploration=0))

    index.take_events([make_event(9, EventKind.VIEW, "f-new", 0, NOW)])
    choice = choose_items(index, "f-new", NOW, policy, np.random.default_rng(0))

    assert [(each.item.id, each.reason) for each in choice.items] == [("i1", "最近大家都在看")]
