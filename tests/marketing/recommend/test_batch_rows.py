"""Followers of a batch are grouped by common items, and nobody is sent an item twice."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncEngine

from app.marketing.events.items import Item, ItemKind
from app.marketing.recommend.batches.computing import BatchSummary
from app.marketing.recommend.batches.group_repository import BatchGroups
from app.marketing.recommend.batches.repository import BatchItems
from app.marketing.recommend.batches.values import BatchItem
from app.marketing.recommend.values import Recommendation, RecommendedItem
from app.privacy.pseudonym import make_pseudonym
from app.privacy.repository import Followers

FIRST, SECOND = "1" * 32, "2" * 32
KEY = "k" * 16


async def store(engine: AsyncEngine, batch: str, items: Mapping[str, str]) -> BatchItems:
    """Items, a letter each, by follower."""
    batch_items = BatchItems(engine)
    rows = [
        BatchItem(
            pseudonym=follower, place=place, item=item, strategy="picked", reason="编辑精选",
            recommendation=f"{batch}-{follower}",
        )
        for follower, names in items.items()
        for place, item in enumerate(names, start=1)
    ]  # fmt: skip
    await batch_items.add("shop", batch, rows)
    return batch_items


async def test_each_group_has_the_item_that_most_of_the_others_have(engine: AsyncEngine) -> None:
    await store(engine, FIRST, {"f1": "ab", "f2": "ba", "f3": "bc", "f4": "cd", "f5": "dc"})
    groups = BatchGroups(engine)

    formed_groups = await groups.form("shop", FIRST, 9, campaign="spring")
    members = [await groups.list_members("shop", group) for group in formed_groups]

    assert [(group.item, group.followers) for group in formed_groups] == [("b", 3), ("c", 2)]
    assert [sorted(each) for each in members] == [["f1", "f2", "f3"], ["f4", "f5"]]
    assert await groups.list_all("shop", FIRST) == formed_groups
    assert await groups.form("shop", SECOND, 3) == []


async def test_nobody_is_sent_an_item_of_another_batch_again(engine: AsyncEngine) -> None:
    await store(engine, FIRST, {"f1": "ab", "f2": "ab"})
    batch_items = await store(engine, SECOND, {"f1": "cb", "f2": "cb"})
    groups = BatchGroups(engine)
    [group] = await groups.form("shop", SECOND, 1)

    first = await batch_items.reserve("shop", FIRST, "f1")
    second = await batch_items.reserve("shop", SECOND, "f1")
    third = await batch_items.reserve("shop", SECOND, "f1")
    members = await groups.list_members("shop", group)
    await groups.put_post("shop", group, members=["f2"], tag_id=101, post="p1")
    with_post = await batch_items.reserve("shop", SECOND, "f2")

    assert [row.item for row in first] == ["a", "b"]
    assert [row.item for row in second] == ["c"]
    assert (group.item, members) == ("b", ["f2"])
    assert (third, with_post) == ([], [])
    assert await batch_items.list_sent("shop", ["f1", "f2"]) == {"f1": {"a", "b", "c"}}


async def test_who_has_a_draft_awaits_it_until_it_is_sent(engine: AsyncEngine) -> None:
    batch_items = await store(engine, FIRST, {"f1": "a", "f2": "a", "f3": "b"})
    groups = BatchGroups(engine)
    [group] = await groups.form("shop", FIRST, 1)

    async def list_waiting() -> list[str]:
        names = ["f1", "f2", "f3"]
        return [name for name in names if await batch_items.awaits_post("shop", FIRST, name)]

    without_draft = await list_waiting()
    await groups.put_post("shop", group, members=["f1", "f2"], tag_id=101, post="p1")
    drafted = await list_waiting()
    await groups.mark_sent("shop", group, ["f1"], 9.0)

    assert (without_draft, drafted, await list_waiting()) == ([], ["f1", "f2"], ["f2"])


async def test_what_was_refused_may_be_sent_later(engine: AsyncEngine) -> None:
    batch_items = await store(engine, FIRST, {"f1": "ab"})
    await batch_items.reserve("shop", FIRST, "f1")

    await batch_items.take_back("shop", FIRST, "f1")

    assert [row.item for row in await batch_items.reserve("shop", FIRST, "f1")] == ["a", "b"]


async def test_an_erasure_deletes_what_was_recommended(engine: AsyncEngine) -> None:
    mei, other = make_pseudonym("oMei", KEY), make_pseudonym("oOther", KEY)
    batch_items = await store(engine, FIRST, {mei: "ab", other: "ab"})

    await Followers(engine, KEY).erase("shop", "oMei", until=9e9)

    assert list(await batch_items.list_page("shop", FIRST)) == [other]


def test_a_batch_without_items_says_why() -> None:
    nobody, all_read, some = BatchSummary(), BatchSummary(), BatchSummary()
    item = Item(account="shop", id="tea", kind=ItemKind.PRODUCT, title="龙井", created=0, changed=0)
    entry = RecommendedItem(item, "picked", "编辑精选")

    for explanation in ("都读过", "都读过", "都推荐过"):
        all_read.count(make_answer(explanation))
        some.count(make_answer(explanation))
    some.count(make_answer("按编辑精选推荐", entry))

    assert [str(each.describe()["empty_because"]) for each in (nobody, all_read, some)] == [
        "这个人群现在没有粉丝：规则没有匹配到人，或其中的人都已取消关注",
        "都读过（2 人）；都推荐过（1 人）",
        "",
    ]


def make_answer(explanation: str, *items: RecommendedItem) -> Recommendation:
    return Recommendation(
        id="r-1", account="shop", strategy=items[0].strategy if items else "none",
        explanation=explanation, items=items,
    )  # fmt: skip
