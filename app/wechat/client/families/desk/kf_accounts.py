"""Agents of the platform's own customer-service desk (客服账号); verified accounts only.

An agent's account is `name@account`: up to ten letters, digits or underscores, and the 微信号 of
the Official Account.
"""

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator

from app.accounts import Account
from app.wechat.client.core import Done, PlatformAnswer, PlatformClient
from app.wechat.client.errors import InvalidField
from app.wechat.client.http import FileUpload
from app.wechat.client.interfaces import PlatformInterface
from app.wechat.client.request_values.uploads import JPEG, MB, PNG, FileLimit, check_upload
from app.wechat.client.request_values.validation import (
    BAD_KF_ACCOUNT,
    BAD_KF_NICKNAME,
    BAD_PARAMETER,
    check_characters,
    check_filled,
)

ADD_AGENT = PlatformInterface(
    path="/customservice/kfaccount/add",
    title="添加客服账号",
    page="/doc/service/api/customer/servicermanage/api_addkfaccount.md",
    accounts="verified",
)
UPDATE_AGENT = PlatformInterface(
    path="/customservice/kfaccount/update",
    title="修改客服账号",
    page="/doc/service/api/customer/servicermanage/api_updatekfaccount.md",
    accounts="verified",
    repeatable=True,
)
DELETE_AGENT = PlatformInterface(
    path="/customservice/kfaccount/del",
    title="删除客服账号",
    page="/doc/service/api/customer/servicermanage/api_delkfaccount.md",
    method="GET",
    accounts="verified",
)
INVITE_AGENT = PlatformInterface(
    path="/customservice/kfaccount/inviteworker",
    title="邀请绑定客服账号",
    page="/doc/service/api/customer/servicermanage/api_invitekfworker.md",
    accounts="verified",
)
UPLOAD_PORTRAIT = PlatformInterface(
    path="/customservice/kfaccount/uploadheadimg",
    title="设置客服头像",
    page="/doc/service/api/customer/servicermanage/api_uploadkfheadimg.md",
    accounts="verified",
    repeatable=True,
)
LIST_AGENTS = PlatformInterface(
    path="/cgi-bin/customservice/getkflist",
    title="获取所有客服账号",
    page="/doc/service/api/customer/servicermanage/api_getkflist.md",
    method="GET",
    accounts="verified",
    repeatable=True,
)
LIST_ONLINE_AGENTS = PlatformInterface(
    path="/cgi-bin/customservice/getonlinekflist",
    title="获取在线客服列表",
    page="/doc/service/api/customer/servicermanage/api_getonlinekflist.md",
    method="GET",
    accounts="verified",
    repeatable=True,
)

PORTRAIT = FileLimit(5 * MB, frozenset({JPEG, PNG}))
NICKNAME_CHARACTERS = 16
_ACCOUNT = re.compile(r"[A-Za-z0-9_]{1,10}@\S+")

Id = Annotated[str, BeforeValidator(str)]


class DeskAgent(PlatformAnswer):
    """An agent; `kf_wx` is the bound 微信号, `invite_wx` one that was invited."""

    kf_account: str
    kf_nick: str = ""
    kf_id: Id = ""
    kf_headimgurl: str = ""
    kf_wx: str = ""
    invite_wx: str = ""
    invite_status: str = ""  # waiting, rejected, expired


class DeskAgents(PlatformAnswer):
    """All agents."""

    kf_list: tuple[DeskAgent, ...] = ()


class OnlineAgent(PlatformAnswer):
    """An agent who is online: `status` 1 in a browser; `accepted_case` followers at the moment."""

    kf_account: str
    status: int
    kf_id: Id
    accepted_case: int


class OnlineAgents(PlatformAnswer):
    """Who is online."""

    kf_online_list: tuple[OnlineAgent, ...] = ()


@dataclass(frozen=True, slots=True)
class KfAccounts:
    """Agents of the platform's desk. Raises ApiError 65400 while the desk isn't opened."""

    client: PlatformClient

    async def add(self, account: Account, agent: str, nickname: str) -> None:
        """Add an agent with a nickname of 1 to 16 characters.

        Page: /doc/service/api/customer/servicermanage/api_addkfaccount.md. Raises InvalidField:
        65404, 65403; ApiError: 65405 when there are too many, 65406 for one that is there.
        """
        _check_agent(agent, nickname)
        body = {"kf_account": agent, "nickname": nickname}
        await self.client.call(account, ADD_AGENT, Done, body=body)

    async def update(self, account: Account, agent: str, nickname: str) -> None:
        """Give an agent another nickname.

        Page: /doc/service/api/customer/servicermanage/api_updatekfaccount.md. Raises ApiError:
        65401 for an unknown one.
        """
        _check_agent(agent, nickname)
        body = {"kf_account": agent, "nickname": nickname}
        await self.client.call(account, UPDATE_AGENT, Done, body=body)

    async def delete(self, account: Account, agent: str) -> None:
        """Delete an agent.

        Page: /doc/service/api/customer/servicermanage/api_delkfaccount.md. Raises ApiError: 65401.
        """
        check_agent(agent)
        await self.client.call(account, DELETE_AGENT, Done, query={"kf_account": agent})

    async def invite(self, account: Account, agent: str, wechat_name: str) -> None:
        """Invite a person by 微信号 to work as an agent; they confirm on their phone.

        Page: /doc/service/api/customer/servicermanage/api_invitekfworker.md. Raises ApiError:
        65407 to 65412 when the person or the agent is bound or invited already.
        """
        check_agent(agent)
        check_filled("invite_wx", wechat_name, BAD_PARAMETER)
        body = {"kf_account": agent, "invite_wx": wechat_name}
        await self.client.call(account, INVITE_AGENT, Done, body=body)

    async def upload_portrait(self, account: Account, agent: str, file: FileUpload) -> None:
        """Set an agent's portrait: jpg or png of at most 5 MB.

        Page: /doc/service/api/customer/servicermanage/api_uploadkfheadimg.md. Raises InvalidField:
        41005, 45001, 40005; ApiError: 65401.
        """
        check_agent(agent)
        check_upload("media", file, PORTRAIT)
        query = {"kf_account": agent}
        await self.client.call(account, UPLOAD_PORTRAIT, Done, query=query, upload=file)

    async def list_all(self, account: Account) -> DeskAgents:
        """All agents.

        Page: /doc/service/api/customer/servicermanage/api_getkflist.md.
        """
        return await self.client.call(account, LIST_AGENTS, DeskAgents)

    async def list_online(self, account: Account) -> OnlineAgents:
        """Who is online, with their followers at the moment.

        Page: /doc/service/api/customer/servicermanage/api_getonlinekflist.md.
        """
        return await self.client.call(account, LIST_ONLINE_AGENTS, OnlineAgents)


def check_agent(agent: str) -> None:
    """Raise InvalidField with 65404 unless it is `name@account`."""
    if not _ACCOUNT.fullmatch(agent):
        limit = "1 to 10 letters, digits or _, then @ and the 微信号 of the account"
        raise InvalidField("kf_account", limit, BAD_KF_ACCOUNT)


def _check_agent(agent: str, nickname: str) -> None:
    check_agent(agent)
    check_filled("nickname", nickname, BAD_KF_NICKNAME)
    check_characters("nickname", nickname, NICKNAME_CHARACTERS, BAD_KF_NICKNAME)
