"""Sessions at the platform's own customer-service desk, and what was said there."""

from dataclasses import dataclass

from app.accounts import Account
from app.wechat.client.core import Done, PlatformAnswer, PlatformClient
from app.wechat.client.errors import InvalidField
from app.wechat.client.families.desk.kf_accounts import check_agent
from app.wechat.client.interfaces import PlatformInterface
from app.wechat.client.request_values.validation import (
    BAD_OPENID,
    BAD_TIMES,
    check_filled,
    check_range,
)

OPEN_SESSION = PlatformInterface(
    path="/customservice/kfsession/create",
    title="创建会话",
    page="/doc/service/api/customer/messctrl/api_createkfsession.md",
    accounts="verified",
)
CLOSE_SESSION = PlatformInterface(
    path="/customservice/kfsession/close",
    title="关闭会话",
    page="/doc/service/api/customer/messctrl/api_closesession.md",
    accounts="verified",
)
GET_SESSION = PlatformInterface(
    path="/customservice/kfsession/getsession",
    title="获取客户会话状态",
    page="/doc/service/api/customer/messctrl/api_getkfsession.md",
    method="GET",
    accounts="verified",
    repeatable=True,
)
LIST_SESSIONS = PlatformInterface(
    path="/customservice/kfsession/getsessionlist",
    title="获取客服会话列表",
    page="/doc/service/api/customer/messctrl/api_getkfsessionlist.md",
    method="GET",
    accounts="verified",
    repeatable=True,
)
LIST_WAITING = PlatformInterface(
    path="/customservice/kfsession/getwaitcase",
    title="获取未接入会话列表",
    page="/doc/service/api/customer/messctrl/api_getwaitcase.md",
    method="GET",
    accounts="verified",
    repeatable=True,
)
LIST_RECORDS = PlatformInterface(
    path="/customservice/msgrecord/getmsglist",
    title="获取聊天记录",
    page="/doc/service/api/customer/message/api_getmsglist.md",
    accounts="verified",
    repeatable=True,
)

MOST_RECORDS = 10_000
LONGEST_SECONDS = 86_400


class DeskSession(PlatformAnswer):
    """A follower's session: with whom and since when (s since 1970); empty without one."""

    kf_account: str = ""
    createtime: int = 0


class AgentSession(PlatformAnswer):
    """One of an agent's sessions."""

    openid: str
    createtime: int


class AgentSessions(PlatformAnswer):
    """An agent's sessions."""

    sessionlist: tuple[AgentSession, ...] = ()


class QueuedFollower(PlatformAnswer):
    """A follower who waits; `latest_time` is their last message (s since 1970)."""

    openid: str
    latest_time: int


class QueuedFollowers(PlatformAnswer):
    """The first 100 who wait, and how many do."""

    count: int
    waitcaselist: tuple[QueuedFollower, ...] = ()


class DeskMessage(PlatformAnswer):
    """A message at the desk; `opercode` 2002: the agent's, 2003: the follower's."""

    openid: str
    opercode: int
    text: str = ""
    time: int
    worker: str


class DeskMessages(PlatformAnswer):
    """A page of messages; the next begins with `msgid` until fewer than asked for come."""

    recordlist: tuple[DeskMessage, ...] = ()
    number: int
    msgid: int


@dataclass(frozen=True, slots=True)
class KfSessions:
    """Sessions at the platform's desk; verified accounts only."""

    client: PlatformClient

    async def open(self, account: Account, agent: str, openid: str) -> None:
        """Give a follower to an agent who is online.

        Page: /doc/service/api/customer/messctrl/api_createkfsession.md. Raises ApiError: 65401,
        65402 an agent without a bound 微信号, 65414 when another has the follower, 65415 offline.
        """
        check_agent(agent)
        check_filled("openid", openid, BAD_OPENID)
        body = {"kf_account": agent, "openid": openid}
        await self.client.call(account, OPEN_SESSION, Done, body=body)

    async def close(self, account: Account, agent: str, openid: str) -> None:
        """End a session; the follower's messages come to the callback again.

        Page: /doc/service/api/customer/messctrl/api_closesession.md. Raises ApiError: 65413
        without a session, 65414 when another agent has the follower.
        """
        check_agent(agent)
        check_filled("openid", openid, BAD_OPENID)
        body = {"kf_account": agent, "openid": openid}
        await self.client.call(account, CLOSE_SESSION, Done, body=body)

    async def get(self, account: Account, openid: str) -> DeskSession:
        """With whom a follower talks.

        Page: /doc/service/api/customer/messctrl/api_getkfsession.md. Raises ApiError: 40003.
        """
        check_filled("openid", openid, BAD_OPENID)
        return await self.client.call(account, GET_SESSION, DeskSession, query={"openid": openid})

    async def list_of_agent(self, account: Account, agent: str) -> AgentSessions:
        """An agent's sessions.

        Page: /doc/service/api/customer/messctrl/api_getkfsessionlist.md. Raises ApiError: 65401.
        """
        check_agent(agent)
        query = {"kf_account": agent}
        return await self.client.call(account, LIST_SESSIONS, AgentSessions, query=query)

    async def list_waiting(self, account: Account) -> QueuedFollowers:
        """Who waits for an agent: the first 100.

        Page: /doc/service/api/customer/messctrl/api_getwaitcase.md.
        """
        return await self.client.call(account, LIST_WAITING, QueuedFollowers)

    async def list_records(
        self, account: Account, begin: int, end: int, msgid: int = 1, number: int = MOST_RECORDS
    ) -> DeskMessages:
        """What was said from `begin` to `end` (s since 1970), at most a day, from `msgid` on.

        Page: /doc/service/api/customer/message/api_getmsglist.md; up to 10,000 at once. Raises
        InvalidField: 65416, 65417.
        """
        if not 0 <= end - begin <= LONGEST_SECONDS:
            raise InvalidField("endtime", "at most a day after starttime", BAD_TIMES)
        check_range("number", number, 1, MOST_RECORDS)
        body = {"starttime": begin, "endtime": end, "msgid": msgid, "number": number}
        return await self.client.call(account, LIST_RECORDS, DeskMessages, body=body)
