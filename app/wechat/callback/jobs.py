"""Builds the job that a worker does for a message or an event."""

import hashlib
from typing import Any

from app.accounts import Account
from app.jobs import (
    DeskSessionJob,
    EraseFollowerJob,
    MessageJob,
    MessageKind,
    PublishReportJob,
    TurnJob,
)
from app.messages import texts
from app.wechat.callback import events, values
from app.wechat.callback.messages import delivery_key


def build_job(account: Account, message: values.Message, now: float) -> TurnJob | None:
    """The job for a worker; None for messages that need none. `now` in seconds since 1970."""
    id, openid = make_delivery_id(account, message), message.openid  # noqa: A001
    match message:
        case events.Unsubscribe():
            return EraseFollowerJob(id=id, account=account.name, openid=openid, is_unfollow=True)
        case events.KfSession():
            return _build_desk_session(account, message, id, now)
        case events.PublishFinished() | events.MassSendFinished():
            return _build_publish_report(account, message, id)
    kind_and_text = _read_kind_and_text(message)
    if kind_and_text is None:
        return None
    kind, text = kind_and_text
    return MessageJob(
        id=id, account=account.name, openid=openid, kind=kind, text=text, received=now
    )


def make_delivery_id(account: Account, message: values.Message) -> str:
    """The id of a message or event, the same for all its copies: `appid:MsgId`."""
    key = delivery_key(message)
    if not key.isdigit():  # an event's key contains the openid, and the id outlives an erasure
        key = hashlib.sha256(key.encode()).hexdigest()
    return f"{account.appid}:{key}"


def _build_desk_session(
    account: Account,
    session: events.KfSession,
    id: str,  # noqa: A002
    now: float,
) -> DeskSessionJob | None:
    """The job; None for accounts that don't use WeChat's desk.

    If an agent takes a session there all the same, the platform itself no longer sends us the
    follower's messages.
    """
    if account.desk != "wechat":
        return None
    return DeskSessionJob(
        id=id, account=account.name, openid=session.openid, agent=session.account,
        is_closed=session.kind == "kf_close_session", received=now,
    )  # fmt: skip


def _build_publish_report(
    account: Account,
    event: events.PublishFinished | events.MassSendFinished,
    id: str,  # noqa: A002
) -> PublishReportJob | None:
    """The job; None for an event that names no publication or no status."""
    if isinstance(event, events.PublishFinished):
        platform_id = event.publish_id
        result: dict[str, Any] = {
            "status": event.status,
            "article_id": event.article_id or "",
            "failed_articles": list(event.failed_articles),
        }
    else:
        platform_id = event.job_id
        result = {
            "status": event.status,
            "total": event.total,
            "filtered": event.filtered,
            "sent": event.sent,
            "failed_count": event.failed_count,
            "details": dict(event.fields),
        }
    if not platform_id or result["status"] in {None, ""}:
        return None
    return PublishReportJob(
        id=id, account=account.name, openid=event.openid, platform_id=platform_id,
        result=result | {"urls": list(event.urls)},
    )  # fmt: skip


def _read_kind_and_text(message: values.Message) -> tuple[MessageKind, str] | None:  # noqa: PLR0911, C901, PLR0912
    match message:
        case values.Text(menu_id=texts.STILL_WRITING_MENU):
            return "tap", ""
        case values.Text(content=content) if texts.is_still_writing_tap(content):
            return "tap", ""
        case values.Text(content=content):
            return "text", content
        case values.Voice(recognition=recognition):
            return "voice", recognition or ""
        case values.Image():
            return "image", ""
        case values.Video():
            return "video", ""
        case values.Location(label=label):
            return "location", label or ""
        case values.Link(title=title):
            return "link", title or ""
        case values.File():
            return "file", ""
        case values.MiniProgramCard(title=title):
            return "mini_program", title
        case values.Unsupported():
            return "unsupported", ""
        case events.Subscribe(scene=scene):
            return "subscribe", scene or ""
        case events.Scan(scene=scene):
            return "scan", scene or ""
        case events.MenuClick(key=key):
            return "click", key
        case _:
            return None
