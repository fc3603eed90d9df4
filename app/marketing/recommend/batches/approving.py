"""What has to hold before a batch's posts are drafted, or its messages sent. Used by the api."""

from app.account_rights.values import AccountRight
from app.accounts import Account
from app.marketing.audience.segment_tags import refuse_tags
from app.marketing.audience.values import TagsNotAllowed
from app.marketing.events.item_repository import Items
from app.marketing.jobs.queue import MarketingJobs
from app.marketing.jobs.values import MarketingJob
from app.marketing.recommend.batches.repository import BatchItems
from app.marketing.recommend.batches.values import (
    BATCH,
    BatchNotReady,
    MessagesNotAllowed,
    NothingToSend,
)
from app.publishing.service import PostService
from app.publishing.values import PostArticle


async def check_posts(jobs: MarketingJobs, account: Account, batch: str) -> None:
    """Raise UnknownJob, BatchNotReady, TagsNotAllowed."""
    refuse_mass_sends(account)
    await get_finished_batch(jobs, account.name, batch)


async def approve_messages(
    jobs: MarketingJobs,
    posts: PostService,
    account: Account,
    batch: str,
    *,
    by: str,
    reason: str,
) -> None:
    """Approve the messages of a batch by the account's approval policy.

    Raises UnknownJob, BatchNotReady, MessagesNotAllowed, NothingToSend, SelfApproval, OpenFindings.
    """
    refuse_messages(account)
    job = await get_finished_batch(jobs, account.name, batch)
    item_ids = await BatchItems(jobs.engine).list_item_ids(account.name, batch)
    if not item_ids:
        raise NothingToSend("这一批里没有粉丝得到推荐，没有可以发送的内容")
    stored = await Items(jobs.engine).list_by_ids(account.name, item_ids)
    texts = [PostArticle(title=item.title, source="") for item in stored]
    await posts.approve_items(account.name, texts, author=job.author, by=by, reason=reason)


async def get_finished_batch(jobs: MarketingJobs, account: str, batch: str) -> MarketingJob:
    """The job that computed a batch. Raises UnknownJob, BatchNotReady."""
    job = await jobs.get(account, BATCH, batch)
    if job.state != "done":
        raise BatchNotReady(job.reason or "这一批推荐还没有算完，请稍后再试")
    return job


def refuse_mass_sends(account: Account) -> None:
    """Raise TagsNotAllowed for an account that can't send to groups."""
    refuse_tags(account)
    if not account.may(AccountRight.MASS_SENDS):
        raise TagsNotAllowed("这个公众号没有群发权限（需完成微信认证），不能按标签群发")


def refuse_messages(account: Account) -> None:
    """Raise MessagesNotAllowed for an account that may not send customer-service messages."""
    if not account.may(AccountRight.CUSTOMER_MESSAGES):
        raise MessagesNotAllowed(
            "这个公众号没有客服消息权限（需完成微信认证）：请导出 CSV，"
            "或等粉丝在对话里问「有什么推荐」"
        )
