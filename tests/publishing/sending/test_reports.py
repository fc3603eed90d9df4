"""The platform's events about posts: late, missing, misnamed, and those of others."""

from sqlalchemy.ext.asyncio import AsyncEngine

from app.accounts import Account
from app.jobs import PublishReportJob
from app.publishing.sending.reports import PublishReports
from app.publishing.values import PostState
from app.wechat.callback.jobs import build_job
from app.wechat.callback.messages import parse_message
from tests.publishing.sending.senders import open_sender

SHOP = Account(name="default", appid="wx1", token="token")


def make_event(name: str, publish_id: str) -> bytes:
    """The event of a publication, under the name that the platform gives it."""
    return (
        "<xml><ToUserName>gh_1</ToUserName><FromUserName>oEditor</FromUserName>"
        f"<CreateTime>1800000000</CreateTime><MsgType>event</MsgType><Event>{name}</Event>"
        f"<PublishEventInfo><publish_id>{publish_id}</publish_id>"
        "<publish_status>0</publish_status><article_id>a1</article_id><article_detail>"
        "<count>1</count><item><idx>1</idx><article_url>http://mp/s/1</article_url></item>"
        "</article_detail></PublishEventInfo></xml>"
    ).encode()


def test_a_misnamed_event_is_read_as_that_of_a_publication() -> None:
    jobs = [
        build_job(SHOP, parse_message(make_event(name, "7")), 1.0)
        for name in ("PUBLISHJOBFINISH", "MASSSENDJOBFINISH")
    ]

    assert [job and job.model_dump(exclude={"id"}) for job in jobs] == [
        {
            "type": "publish_report", "account": "default", "openid": "oEditor",
            "platform_id": "7",
            "result": {
                "status": 0, "article_id": "a1", "failed_articles": [], "urls": ["http://mp/s/1"]
            },
        }
    ] * 2  # fmt: skip


async def test_a_report_makes_a_post_published_without_asking(
    engine: AsyncEngine, redis_url: str
) -> None:
    async with open_sender(engine, redis_url) as setup:
        post = await setup.schedule()
        await setup.sender.send_due()
        step = await setup.sender.steps.find(post, "publish")
        assert step
        reports = PublishReports(setup.sender.posts, setup.sender.steps)
        job = PublishReportJob(
            id="j1", account="default", openid="oEditor", platform_id=step.answer["publish_id"],
            result={"status": 0, "article_id": "a1", "failed_articles": [], "urls": ["u"]},
        )  # fmt: skip
        for _ in range(2):
            await reports.record(job)
            await reports.record(job.model_copy(update={"account": "other"}))
            await reports.record(job.model_copy(update={"platform_id": "unknown"}))
        await setup.sender.send_due()

    assert (await setup.read(post)).state is PostState.PUBLISHED
    assert setup.platform.calls["/cgi-bin/freepublish/get"] == 0


async def test_a_ban_after_publication_is_told_once(engine: AsyncEngine, redis_url: str) -> None:
    async with open_sender(engine, redis_url) as setup:
        post = await setup.schedule()
        await setup.sender.send_due()
        await setup.pass_time(60)
        step = await setup.sender.steps.find(post, "publish")
        assert step
        job = PublishReportJob(
            id="j1", account="default", openid="oEditor", platform_id=step.answer["publish_id"],
            result={"status": 6, "article_id": "a1", "failed_articles": [], "urls": []},
        )  # fmt: skip
        for _ in range(2):
            await PublishReports(setup.sender.posts, setup.sender.steps).record(job)
        banned = await setup.read(post)

    assert (banned.state, banned.reason) == (PostState.PUBLISHED, "发布后被平台封禁。")
