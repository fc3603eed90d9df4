"""Publication of drafts: submitted, done some seconds later, and told by an event, or not.

Pages: /doc/subscription/api/public/api_freepublish_submit.html, api_freepublish_get.html,
api_freepublish_batchget.html, api_freepublishgetarticle.html, api_freepublishdelete.html;
/doc/subscription/guide/product/publish.html for the event.
"""

from dataclasses import dataclass, field
from typing import Any

from app.simulator.accounts.quotas import Budget
from app.simulator.accounts.rights import Right
from app.simulator.accounts.state import AccountState, Body, PlatformEvent
from app.simulator.callback.wire import Fields
from app.simulator.errcodes import Refused, refuse_unless
from app.simulator.gateway.routing import OK, Answer, Call, Family, Handler, Interface
from app.simulator.publishing.articles import (
    DraftBox,
    PublishedArticles,
    PublishedMessage,
    publish,
    render_article,
    render_item,
)
from app.simulator.publishing.jobs import JobPlans, PublishPlan

SUBMIT, STATUS = "/cgi-bin/freepublish/submit", "/cgi-bin/freepublish/get"
RUNNING, DELETED, BANNED = 1, 5, 6  # publish_status; 0: published
SUCCEEDED = (0, DELETED, BANNED)
MOST_LISTED = 20
EDITOR = "oSimulatedEditor"  # FromUserName of the event


@dataclass(kw_only=True)
class Publication:
    """A publication and what becomes of it."""

    publish_id: str
    msg_data_id: int
    plan: PublishPlan
    done_at: float  # seconds since 1970
    article_id: str = ""  # "": it fails


@dataclass
class Publications:
    """Publications by publish_id."""

    jobs: dict[str, Publication] = field(default_factory=dict)


def submit_draft(call: Call) -> Answer:
    """Begin a publication. Errcode 0 means submitted, not published."""
    media_id = call.text("media_id", 40007)
    box = call.account.store(DraftBox)
    draft = box.find(media_id)
    plan = call.account.store(JobPlans).take_publication()
    job = Publication(
        publish_id=str(call.account.next_number()),
        msg_data_id=call.account.next_number(),
        plan=plan,
        done_at=call.now + plan.seconds,
    )
    call.account.store(Publications).jobs[job.publish_id] = job
    if plan.status in SUCCEEDED:
        message = publish(
            call.account, draft, msg_data_id=job.msg_data_id, published_at=job.done_at, mass=False
        )
        job.article_id = message.article_id
        message.is_banned = plan.status == BANNED
        if plan.status == DELETED:
            message.delete(0)
        del box.drafts[media_id]
    _schedule_event(call, job)
    return {**OK, "publish_id": job.publish_id, "msg_data_id": job.msg_data_id}


def get_publication(call: Call) -> Answer:
    """The status of a publication."""
    job = call.account.store(Publications).jobs.get(str(call.number("publish_id")))
    if job is None:
        raise Refused(40002)
    if call.now < job.done_at:
        return {"publish_id": job.publish_id, "publish_status": RUNNING, "fail_idx": []}
    return {"publish_id": job.publish_id, **describe_result(call.account, job)}


def list_published(call: Call) -> Answer:
    """Published articles, the newest first; mass sends are not among them."""
    offset, count = call.number("offset"), call.number("count")
    refuse_unless(1 <= count <= MOST_LISTED and offset >= 0, 40097)
    no_content = bool(call.number("no_content", 0))
    published = [
        message
        for message in call.account.store(PublishedArticles).list_published(call.now)
        if not message.is_mass_sent and not message.is_gone
    ]
    page = published[offset : offset + count]
    return {
        "total_count": len(published),
        "item_count": len(page),
        "item": [
            render_item("article_id", each.article_id, _render(each, no_content), each.published_at)
            for each in page
        ],
    }


def get_article(call: Call) -> Answer:
    """The articles of a publication."""
    articles = call.account.store(PublishedArticles)
    message = articles.find(call.text("article_id", 53600), call.now)
    return {"news_item": _render(message, no_content=False)}


def delete_article(call: Call) -> Answer:
    """Delete one article of a publication, or all. It can't be undone."""
    articles = call.account.store(PublishedArticles)
    message = articles.find(call.text("article_id", 53600), call.now)
    message.delete(call.number("index", 0))
    return OK


def describe_result(account: AccountState, job: Publication) -> Body:
    """Status, articles and failures of a publication that is done."""
    if not job.article_id:
        return {"publish_status": job.plan.status, "fail_idx": list(job.plan.failed_articles)}
    message = account.store(PublishedArticles).messages[job.article_id]
    items = [
        {"idx": number, "article_url": url} for number, url in enumerate(message.urls, start=1)
    ]
    return {
        "publish_status": _find_status(message),
        "article_id": job.article_id,
        "article_detail": {"count": len(items), "item": items},
        "fail_idx": [],
    }


def _find_status(message: PublishedMessage) -> int:
    if message.is_banned:
        return BANNED
    return DELETED if message.is_gone else 0


def _schedule_event(call: Call, job: Publication) -> None:
    if job.plan.event == "missing":
        return
    result = describe_result(call.account, job)
    name = "PUBLISHJOBFINISH" if job.plan.event == "sent" else "MASSSENDJOBFINISH"
    fields: Fields = {
        "MsgType": "event",
        "Event": name,
        "PublishEventInfo": _as_fields({"publish_id": job.publish_id, **result}),
    }
    at, appid = job.done_at + job.plan.event_after, call.account.account.appid
    call.platform.schedule(PlatformEvent(at, appid, EDITOR, fields))


def _as_fields(result: dict[str, Any]) -> Fields:
    """The result as elements: of lists, one element for each entry."""
    return {name: value for name, value in result.items() if value != []}


def _render(message: PublishedMessage, no_content: bool) -> list[Body]:
    return [
        render_article(
            article, url, no_content=no_content,
            is_deleted=message.is_banned or position in message.deleted,
        )
        for position, (article, url) in enumerate(zip(message.articles, message.urls, strict=True))
    ]  # fmt: skip


def _post(path: str, answer: Handler, a_day: int) -> Interface:
    return Interface(
        method="POST", path=path, answer=answer, right=Right.PUBLISH,
        budget=Budget(path, a_day=a_day),
    )  # fmt: skip


FAMILY = Family(
    "freepublish",
    (
        _post(SUBMIT, submit_draft, 100),
        _post(STATUS, get_publication, 100),
        _post("/cgi-bin/freepublish/batchget", list_published, 100),
        _post("/cgi-bin/freepublish/getarticle", get_article, 100),
        _post("/cgi-bin/freepublish/delete", delete_article, 10),
    ),
    stores=(Publications, PublishedArticles, JobPlans),
)
