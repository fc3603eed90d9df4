"""Mass sends of an account: their quota, whom they reach, and what their event tells.

Source: /doc/service/guide/product/message/Batch_Sends.html.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.simulator.accounts.followers import Follower
from app.simulator.accounts.state import AccountState
from app.simulator.callback.wire import Fields, FieldValue
from app.simulator.clock import china_day, china_month
from app.simulator.errcodes import Refused, refuse_unless
from app.simulator.publishing.jobs import MassPlan

SUBSCRIPTION_A_DAY = 1
SERVICE_TO_ALL_A_DAY, SERVICE_TO_ALL_A_MONTH = 1, 4
SERVICE_A_MONTH_FOR_FOLLOWER = 4
CLIENT_ID_BYTES = 64
CLIENT_ID_SECONDS = 86_400  # one clientmsgid is sent once in so long
RETRY_SECONDS = 60  # a repeat within them is too fast
SUCCESS = "send success"
CAN_SEND, REPRINT, NO_REPRINT = 1, 2, 3  # CheckState
NOT_ALLOWED, STOPPED = "err(30002)", "err(30003)"  # a reprint that may not be, or isn't wanted


@dataclass(kw_only=True)
class MassSend:
    """One mass send. `total`, `filtered`: followers before and after the month's limit of each."""

    msg_id: int
    msg_data_id: int
    client_id: str
    sent_at: float  # seconds since 1970
    done_at: float
    status: str  # of the event
    is_to_all: bool
    total: int
    filtered: int
    errors: int
    article_id: str = ""  # of articles
    is_deleted: bool = False

    @property
    def is_successful(self) -> bool:
        """Whether it counts against the quota."""
        return self.status == SUCCESS


@dataclass
class MassSends:
    """An account's mass sends in their order, and the speed that it chose (0 fastest, 4)."""

    jobs: list[MassSend] = field(default_factory=list)
    speed: int = 0

    def find(self, msg_id: int) -> MassSend:
        """A mass send. Raises Refused with 40059."""
        for job in self.jobs:
            if job.msg_id == msg_id:
                return job
        raise Refused(40059)


def check_client_id(sends: MassSends, client_id: str, now: float) -> None:
    """Raise Refused where a clientmsgid was used within 24 hours: 45065 with its msg_id, within a
    minute 45066; 45067 where it is too long.
    """
    refuse_unless(len(client_id.encode()) <= CLIENT_ID_BYTES, 45067)
    for job in sends.jobs:
        if job.client_id == client_id and now - job.sent_at < CLIENT_ID_SECONDS:
            refuse_unless(now - job.sent_at >= RETRY_SECONDS, 45066)
            raise Refused(45065, msg_id=job.msg_id, msg_data_id=job.msg_data_id)


def check_quota(state: AccountState, *, to_all: bool, now: float) -> None:
    """Raise Refused with 45028 where the account may send no more today or this month."""
    successes = [job for job in state.store(MassSends).jobs if job.is_successful]
    today = [job for job in successes if china_day(job.sent_at) == china_day(now)]
    if state.account.kind != "service":
        refuse_unless(len(today) < SUBSCRIPTION_A_DAY, 45028)
        return
    month = [job for job in successes if china_month(job.sent_at) == china_month(now)]
    if to_all:
        refuse_unless(sum(job.is_to_all for job in today) < SERVICE_TO_ALL_A_DAY, 45028)
        refuse_unless(sum(job.is_to_all for job in month) < SERVICE_TO_ALL_A_MONTH, 45028)


def filter_followers(
    state: AccountState, followers: Mapping[str, Follower], now: float
) -> dict[str, Follower]:
    """Whom a mass send still reaches: of a service account, each four times a month."""
    if state.account.kind != "service":
        return dict(followers)
    month = china_month(now)
    return {
        openid: follower
        for openid, follower in followers.items()
        if follower.mass_month != month or follower.mass_messages < SERVICE_A_MONTH_FOR_FOLLOWER
    }


def count_for_follower(follower: Follower, now: float) -> None:
    """Count one mass message of this month."""
    month = china_month(now)
    if follower.mass_month != month:
        follower.mass_month, follower.mass_messages = month, 0
    follower.mass_messages += 1


def decide_status(plan: MassPlan, *, ignore_reprint: bool) -> str:
    """The Status of the event: reprints stop what is not allowed or not wanted."""
    if not all(plan.reprints.values()):
        return NOT_ALLOWED
    if plan.reprints and not ignore_reprint:
        return STOPPED
    return plan.status


def describe_event(job: MassSend, plan: MassPlan, urls: list[str]) -> Fields:
    """The fields of MASSSENDJOBFINISH."""
    fields: dict[str, FieldValue] = {
        "MsgType": "event",
        "Event": "MASSSENDJOBFINISH",
        "MsgID": job.msg_id,
        "Status": job.status,
        "TotalCount": job.total,
        "FilterCount": job.filtered,
        "SentCount": job.filtered - job.errors if job.is_successful else 0,
        "ErrorCount": job.errors if job.is_successful else job.filtered,
        "CopyrightCheckResult": _describe_copyright(plan),
    }
    if urls:
        items: list[FieldValue] = [
            {"ArticleIdx": number, "ArticleUrl": url} for number, url in enumerate(urls, start=1)
        ]
        results: Fields = {"item": items}
        fields["ArticleUrlResult"] = {"Count": len(items), "ResultList": results}
    return fields


def _describe_copyright(plan: MassPlan) -> Fields:
    items: list[FieldValue] = [
        {
            "ArticleIdx": number,
            "UserDeclareState": 0,
            "AuditState": 2,
            "OriginalArticleUrl": f"http://mp.weixin.qq.com/s/original-{number}",
            "OriginalArticleType": 1,
            "CanReprint": int(is_allowed),
            "NeedReplaceContent": 1,
            "NeedShowReprintSource": 1,
        }
        for number, is_allowed in plan.reprints.items()
    ]
    state = CAN_SEND if not items else REPRINT if all(plan.reprints.values()) else NO_REPRINT
    results: Fields = {"item": items} if items else {}
    return {"Count": len(items), "ResultList": results, "CheckState": state}
