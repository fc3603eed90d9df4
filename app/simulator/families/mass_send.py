"""Mass sends to all, to a tag or to openids; preview, status, deletion and speed.

Pages: /doc/service/api/notify/message/api_sendall.html, api_masssend.html, api_preview.html,
api_massmsgget.html, api_deletemassmsg.html, api_getspeed.html, api_setspeed.html.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from app.simulator.accounts.followers import Follower
from app.simulator.accounts.quotas import Budget
from app.simulator.accounts.rights import Right
from app.simulator.accounts.state import Body, PlatformEvent
from app.simulator.errcodes import Refused, refuse_unless
from app.simulator.gateway.routing import OK, Answer, Call, Family, Handler, Interface
from app.simulator.publishing.articles import DraftBox, PublishedArticles, publish
from app.simulator.publishing.jobs import JobPlans, MassPlan
from app.simulator.publishing.mass_sends import (
    MassSend,
    MassSends,
    check_client_id,
    check_quota,
    count_for_follower,
    decide_status,
    describe_event,
    filter_followers,
)
from app.simulator.publishing.media_store import MediaStore

SEND_ALL, SEND = "/cgi-bin/message/mass/sendall", "/cgi-bin/message/mass/send"
PREVIEW, STATUS = "/cgi-bin/message/mass/preview", "/cgi-bin/message/mass/get"
SENDS = Budget(SEND_ALL, a_day=100, a_minute=60)  # of both ways together
LEAST_OPENIDS, MOST_OPENIDS = 2, 10_000
REAL_SPEEDS = (80, 60, 45, 30, 10)  # of the speeds 0 to 4, in 10,000 messages a minute
WITH_MEDIA = ("voice", "music", "image", "mpvideo", "video")
EDITOR = "oSimulatedEditor"  # FromUserName of the event


def send_to_all(call: Call) -> Answer:
    """Send to all followers or to those of a tag."""
    target = call.part("filter")
    to_all, tag_id = target.get("is_to_all", False), target.get("tag_id")
    refuse_unless(isinstance(to_all, bool), 47001)
    book = call.account.followers
    if to_all:
        return _send(call, book.find_subscribed(), to_all=True)
    if not isinstance(tag_id, int) or tag_id not in book.tags:
        raise Refused(45159)
    return _send(call, book.find_subscribed(tag_id), to_all=False)


def send_to_openids(call: Call) -> Answer:
    """Send to 2 up to 10,000 followers."""
    openids = call.body.get("touser")
    if not isinstance(openids, list) or not all(isinstance(each, str) for each in openids):
        raise Refused(40031)
    refuse_unless(LEAST_OPENIDS <= len(openids) <= MOST_OPENIDS, 40130)
    subscribed = call.account.followers.find_subscribed()
    followers = {openid: subscribed[openid] for openid in openids if openid in subscribed}
    refuse_unless(followers, 40031)
    return _send(call, followers, to_all=False)


def _send(call: Call, followers: Mapping[str, Follower], *, to_all: bool) -> Answer:
    client_id = call.body.get("clientmsgid") or _digest(call.body)
    check_client_id(call.account.store(MassSends), str(client_id), call.now)
    check_content(call)  # afterwards: the first send has taken the draft away
    check_quota(call.account, to_all=to_all, now=call.now)
    plan = call.account.store(JobPlans).take_mass_send()
    reached = filter_followers(call.account, followers, call.now)
    ignore_reprint = bool(call.number("send_ignore_reprint", 0))
    job = MassSend(
        msg_id=call.account.next_number(),
        msg_data_id=call.account.next_number(),
        client_id=str(client_id),
        sent_at=call.now,
        done_at=call.now + plan.seconds,
        status=decide_status(plan, ignore_reprint=ignore_reprint),
        is_to_all=to_all,
        total=len(followers),
        filtered=len(reached),
        errors=min(plan.undelivered, len(reached)),
    )
    call.account.store(MassSends).jobs.append(job)
    if job.is_successful:
        _deliver(call, job, reached)
    _schedule_event(call, job, plan)
    return {**OK, "msg_id": job.msg_id, "msg_data_id": job.msg_data_id}


def _deliver(call: Call, job: MassSend, followers: Mapping[str, Follower]) -> None:
    if call.body["msgtype"] == "mpnews":
        box, media_id = call.account.store(DraftBox), call.body["mpnews"]["media_id"]
        message = publish(
            call.account, box.drafts.pop(media_id),
            msg_data_id=job.msg_data_id, published_at=job.done_at, mass=True,
        )  # fmt: skip
        job.article_id = message.article_id
    for openid, follower in list(followers.items())[job.errors :]:
        count_for_follower(follower, call.now)
        call.platform.deliver(openid, read_message(call.body))


def _schedule_event(call: Call, job: MassSend, plan: MassPlan) -> None:
    if plan.event == "missing":
        return
    articles = call.account.store(PublishedArticles).messages
    urls = articles[job.article_id].urls if job.article_id else []
    at, appid = job.done_at + plan.event_after, call.account.account.appid
    call.platform.schedule(PlatformEvent(at, appid, EDITOR, describe_event(job, plan, urls)))


def preview(call: Call) -> Answer:
    """Show a message on one phone, by openid or by WeChat name."""
    name, openid = call.body.get("towxname"), call.body.get("touser")
    check_content(call)
    if not name:
        refuse_unless(str(openid) in call.account.followers.find_subscribed(), 40003)
    call.platform.deliver(str(name or openid), read_message(call.body))
    return {"errcode": 0, "errmsg": "preview success", "msg_id": call.account.next_number()}


def get_status(call: Call) -> Answer:
    """SENDING, SEND_SUCCESS, SEND_FAIL or DELETE."""
    job = call.account.store(MassSends).find(call.number("msg_id"))
    if job.is_deleted:
        status = "DELETE"
    elif call.now < job.done_at:
        status = "SENDING"
    else:
        status = "SEND_SUCCESS" if job.is_successful else "SEND_FAIL"
    return {"msg_id": job.msg_id, "msg_status": status}


def delete_message(call: Call) -> Answer:
    """Delete one article of a mass send, or all; by msg_id, or by the address of an article."""
    number = call.number("article_idx", 0)
    if call.body.get("msg_id"):
        job = call.account.store(MassSends).find(call.number("msg_id"))
    else:
        job, number = _find_by_url(call, call.text("url", 40059))
    refuse_unless(job.article_id, 40059)  # texts and the like stay
    articles = call.account.store(PublishedArticles).messages
    articles[job.article_id].delete(number)
    job.is_deleted = articles[job.article_id].is_gone
    return OK


def _find_by_url(call: Call, url: str) -> tuple[MassSend, int]:
    articles = call.account.store(PublishedArticles).messages
    for job in call.account.store(MassSends).jobs:
        if job.article_id and url in articles[job.article_id].urls:
            return job, articles[job.article_id].urls.index(url) + 1
    raise Refused(40059)


def get_speed(call: Call) -> Answer:
    """The speed that was chosen."""
    speed = call.account.store(MassSends).speed
    return {"speed": speed, "realspeed": REAL_SPEEDS[speed]}


def set_speed(call: Call) -> Answer:
    """Choose a speed from 0 (fastest) to 4."""
    refuse_unless("speed" in call.body, 45084)
    speed = call.number("speed")
    refuse_unless(0 <= speed < len(REAL_SPEEDS), 45083)
    call.account.store(MassSends).speed = speed
    return OK


def check_content(call: Call) -> None:
    """Raise Refused for content that isn't there: 40008 kind, 44004 text, 40007 media."""
    kind, name = call.body.get("msgtype"), find_content(call.body)
    match call.body.get(name):
        case {"content": str(content)} if kind == "text":
            refuse_unless(content, 44004)
        case {"media_id": str(media_id)} if kind == "mpnews":
            call.account.store(DraftBox).find(media_id)
        case {"media_id": str(media_id)} if kind in WITH_MEDIA:
            call.account.store(MediaStore).find(media_id, call.now)
        case {"media_ids": [*media_ids]} if name == "images" and media_ids:
            for media_id in media_ids:
                call.account.store(MediaStore).find(str(media_id), call.now)
        case {"card_id": str()} if kind == "wxcard":
            pass
        case _:
            raise Refused(40008)


def find_content(body: Mapping[str, Any]) -> str:
    """The field of the content: its msgtype; a send of pictures (image) has them in `images`."""
    kind = str(body.get("msgtype"))
    return "images" if kind == "image" and "images" in body else kind


def read_message(body: Mapping[str, Any]) -> Body:
    """The message as a phone shows it."""
    name = find_content(body)
    return {"msgtype": body["msgtype"], name: body[name]}


def _digest(body: Mapping[str, Any]) -> str:
    """The platform's own clientmsgid, where the caller gives none: of target and content."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _post(
    path: str, answer: Handler, budget: Budget | None = None, right: Right = Right.MASS_SEND
) -> Interface:
    return Interface(method="POST", path=path, answer=answer, right=right, budget=budget)


FAMILY = Family(
    "mass_send",
    (
        _post(SEND_ALL, send_to_all, SENDS),
        _post(SEND, send_to_openids, SENDS, Right.MASS_SEND_TO_OPENIDS),
        _post(PREVIEW, preview, Budget(PREVIEW, a_day=100)),
        _post(STATUS, get_status),
        _post("/cgi-bin/message/mass/delete", delete_message),
        Interface(
            method="POST", path="/cgi-bin/message/mass/speed/get", answer=get_speed,
            right=Right.MASS_SEND, body="none",
        ),
        _post("/cgi-bin/message/mass/speed/set", set_speed),
    ),
    stores=(MassSends,),
)  # fmt: skip
