"""Publication: what is told when, by the status and by the event."""

from typing import Any

import pytest

from app.simulator.accounts.state import PlatformAccount
from app.simulator.callback.wire import to_xml
from app.simulator.publishing.jobs import JobPlans, PublishPlan
from tests.simulator.articles import SUBMIT, add_draft, submit
from tests.simulator.calling import PERSONAL, UNVERIFIED, Caller, calling

STATUS, LIST = "/cgi-bin/freepublish/get", "/cgi-bin/freepublish/batchget"
ARTICLE, DELETE = "/cgi-bin/freepublish/getarticle", "/cgi-bin/freepublish/delete"


def plan(caller: Caller, **what: Any) -> None:
    """Say what becomes of the next publication."""
    caller.platform.account().store(JobPlans).publications.append(PublishPlan(**what))


async def publish(caller: Caller, count: int = 1, **changed: Any) -> tuple[str, str]:
    """The publish_id and the article_id of a publication that is done."""
    publish_id = (await submit(caller, count, **changed))["publish_id"]
    caller.clock.turn(2)
    return publish_id, (await caller.ask(STATUS, publish_id=publish_id))["article_id"]


async def test_a_publication_runs_and_then_names_its_articles() -> None:
    async with calling() as caller:
        media_id = await add_draft(caller, 2)
        answer = await caller.ask(SUBMIT, media_id=media_id)
        running = await caller.ask(STATUS, publish_id=answer["publish_id"])
        caller.clock.turn(2)
        done = await caller.ask(STATUS, publish_id=answer["publish_id"])
        draft = await caller.code("/cgi-bin/draft/get", media_id=media_id)

    publish_id = answer["publish_id"]
    items = done["article_detail"]["item"]
    assert (answer["errcode"], answer["msg_data_id"] > 0) == (0, True)
    assert running == {"publish_id": publish_id, "publish_status": 1, "fail_idx": []}
    assert done == {
        "publish_id": publish_id,
        "publish_status": 0,
        "article_id": done["article_id"],
        "article_detail": {"count": 2, "item": items},
        "fail_idx": [],
    }
    assert [item["idx"] for item in items] == [1, 2]
    assert items[0]["article_url"].startswith("http://mp.weixin.qq.com/s/")
    assert draft == 40007


@pytest.mark.parametrize("status", [2, 3, 4])
async def test_a_publication_may_fail_and_leave_its_draft(status: int) -> None:
    async with calling() as caller:
        plan(caller, status=status)
        media_id = await add_draft(caller)
        publish_id = (await caller.ask(SUBMIT, media_id=media_id))["publish_id"]
        caller.clock.turn(2)
        answer = await caller.ask(STATUS, publish_id=publish_id)
        draft = await caller.code("/cgi-bin/draft/get", media_id=media_id)

    assert answer == {"publish_id": publish_id, "publish_status": status, "fail_idx": [1]}
    assert draft == 0


@pytest.mark.parametrize("status", [5, 6])
async def test_articles_may_be_deleted_or_banned_after_success(status: int) -> None:
    async with calling() as caller:
        plan(caller, status=status)
        publish_id, article_id = await publish(caller)
        answer = await caller.ask(STATUS, publish_id=publish_id)
        article = await caller.ask(ARTICLE, article_id=article_id)
        published = await caller.ask(LIST, offset=0, count=20)

    assert (answer["publish_status"], published["total_count"]) == (status, 0)
    assert article["news_item"][0]["is_deleted"] is True


async def test_the_event_says_what_the_status_says() -> None:
    async with calling() as caller:
        publish_id = (await submit(caller, 2))["publish_id"]
        early = caller.platform.state.take_due_events()
        caller.clock.turn(2)
        (event,) = caller.platform.state.take_due_events()
        status = await caller.ask(STATUS, publish_id=publish_id)

    first, second = [item["article_url"] for item in status["article_detail"]["item"]]
    assert early == []
    assert to_xml(event.fields) == (
        "<xml><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[PUBLISHJOBFINISH]]></Event>"
        f"<PublishEventInfo><publish_id><![CDATA[{publish_id}]]></publish_id>"
        "<publish_status>0</publish_status>"
        f"<article_id><![CDATA[{status['article_id']}]]></article_id>"
        "<article_detail><count>2</count>"
        f"<item><idx>1</idx><article_url><![CDATA[{first}]]></article_url></item>"
        f"<item><idx>2</idx><article_url><![CDATA[{second}]]></article_url></item>"
        "</article_detail></PublishEventInfo></xml>"
    )


@pytest.mark.parametrize(
    ("what", "after", "names"),
    [
        ({"event": "missing"}, 3600, []),
        ({"event": "misnamed"}, 2, ["MASSSENDJOBFINISH"]),
        ({"event_after": 600}, 601, []),
        ({"event_after": 600}, 602, ["PUBLISHJOBFINISH"]),
        ({"status": 4, "failed_articles": (1, 2)}, 2, ["PUBLISHJOBFINISH"]),
    ],
)
async def test_the_event_may_be_missing_late_or_misnamed(
    what: dict[str, Any], after: float, names: list[str]
) -> None:
    async with calling() as caller:
        plan(caller, **what)
        await submit(caller)
        caller.clock.turn(after)
        events = caller.platform.state.take_due_events()

    assert [event.fields["Event"] for event in events] == names


async def test_published_articles_are_listed_the_newest_first() -> None:
    async with calling() as caller:
        _, first = await publish(caller, title="一")
        caller.clock.turn(1)
        _, second = await publish(caller, title="二")
        await submit(caller, title="三")
        page = await caller.ask(LIST, offset=0, count=1, no_content=1)
        article = await caller.ask(ARTICLE, article_id=first)
        wrong = [await caller.code(LIST, offset=0, count=21)]
        wrong.append(await caller.code(ARTICLE, article_id="nothing"))

    (item,) = page["item"]
    assert (page["total_count"], page["item_count"], item["article_id"]) == (2, 1, second)
    assert (item["content"]["news_item"][0]["title"], "content" in article["news_item"][0]) == (
        "二",
        True,
    )
    assert "content" not in item["content"]["news_item"][0]
    assert wrong == [40097, 53600]


async def test_one_article_is_deleted_or_all() -> None:
    async with calling() as caller:
        publish_id, article_id = await publish(caller, 2)
        codes, deleted = [], []
        for index in (3, 2, 0):
            codes.append(await caller.code(DELETE, article_id=article_id, index=index))
            answer = await caller.ask(ARTICLE, article_id=article_id)
            deleted.append([item["is_deleted"] for item in answer["news_item"]])
        status = await caller.ask(STATUS, publish_id=publish_id)

    assert codes == [40114, 0, 0]
    assert deleted == [[False, False], [False, True], [True, True]]
    assert status["publish_status"] == 5


async def test_an_unknown_draft_or_publication_is_refused() -> None:
    async with calling() as caller:
        codes = [
            await caller.code(SUBMIT, media_id="nothing"),
            await caller.code(STATUS, publish_id="7"),
            await caller.code(STATUS, publish_id="seven"),
        ]

    assert codes == [40007, 40002, 47001]


@pytest.mark.parametrize("account", [PERSONAL, UNVERIFIED])
async def test_publishing_is_for_verified_accounts(account: PlatformAccount) -> None:
    async with calling(account) as caller:
        answer = await submit(caller)

    assert answer == {"errcode": 48001}


async def test_a_hundred_states_a_day_may_be_asked_for() -> None:
    async with calling() as caller:
        publish_id = (await submit(caller))["publish_id"]
        codes = [await caller.code(STATUS, publish_id=publish_id) for _ in range(101)]

    assert codes == [0] * 100 + [45009]
