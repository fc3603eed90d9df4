"""Which job a message or an event becomes."""

from typing import Literal

import pytest

from app.accounts import Account
from app.jobs import DeskSessionJob, EraseFollowerJob, MessageJob, TurnJob
from app.wechat.callback import events, values
from app.wechat.callback.jobs import build_job

NOON = 1_764_000_000.0  # seconds since 1970
Desk = Literal["none", "wechat", "inbox"]


def build_for(message: values.Message, desk: Desk = "wechat") -> TurnJob | None:
    account = Account(name="shop", appid="wx1", token="token", desk=desk)
    return build_job(account, message, NOON)


def kf_session(kind: str) -> events.KfSession:
    return events.KfSession(to_user="gh_1", openid="oMei", created=1, kind=kind, account="lin@tea")


def test_a_text_is_a_message_job() -> None:
    message = values.Text(to_user="gh_1", openid="oMei", created=1, msg_id=7, content="在吗")

    assert build_for(message) == MessageJob(
        id="wx1:7", account="shop", openid="oMei", kind="text", text="在吗", received=NOON
    )


def test_who_leaves_is_to_be_erased_and_the_id_does_not_name_them() -> None:
    job = build_for(events.Unsubscribe(to_user="gh_1", openid="oMei", created=1))

    assert job is not None
    assert job == EraseFollowerJob(id=job.id, account="shop", openid="oMei", is_unfollow=True)
    assert "oMei" not in job.id


@pytest.mark.parametrize(
    ("kind", "is_closed"),
    [("kf_create_session", False), ("kf_switch_session", False), ("kf_close_session", True)],
)
def test_a_session_at_wechats_desk_is_a_job_without_a_reply(kind: str, is_closed: bool) -> None:
    job = build_for(kf_session(kind))

    assert job is not None
    assert job == DeskSessionJob(
        id=job.id, account="shop", openid="oMei", agent="lin@tea", is_closed=is_closed,
        received=NOON,
    )  # fmt: skip


@pytest.mark.parametrize("desk", ["none", "inbox"])
def test_an_account_that_answers_elsewhere_has_no_job_for_it(desk: Desk) -> None:
    assert build_for(kf_session("kf_create_session"), desk) is None


def test_what_needs_no_answer_is_no_job() -> None:
    event = events.MenuView(to_user="gh_1", openid="oMei", created=1, key="https://a.example")

    assert build_for(event) is None
