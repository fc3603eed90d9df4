"""Template messages (模板消息) and one-off subscriptions (一次性订阅消息).

Verified service accounts only; marketing is not allowed. An account has at most 25 templates.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator

from app.accounts import Account
from app.wechat.client.core import Done, PlatformAnswer, PlatformClient
from app.wechat.client.interfaces import PlatformInterface
from app.wechat.client.request_values.validation import (
    BAD_KEYWORDS,
    BAD_OPENID,
    BAD_TEMPLATE,
    LONG_CLIENT_ID,
    LONG_CONTENT,
    LONG_TITLE,
    check_bytes,
    check_characters,
    check_count,
    check_filled,
    check_range,
)

SET_INDUSTRY = PlatformInterface(
    path="/cgi-bin/template/api_set_industry",
    title="设置所属行业",
    page="/doc/service/api/notify/template/api_setindustry.md",
    accounts="verified service",
    repeatable=True,
)
GET_INDUSTRY = PlatformInterface(
    path="/cgi-bin/template/get_industry",
    title="获取设置的行业信息",
    page="/doc/service/api/notify/template/api_getindustry.md",
    method="GET",
    accounts="verified service",
    repeatable=True,
)
ADD_TEMPLATE = PlatformInterface(
    path="/cgi-bin/template/api_add_template",
    title="选用模板",
    page="/doc/service/api/notify/template/api_addtemplate.md",
    accounts="verified service",
)
LIST_TEMPLATES = PlatformInterface(
    path="/cgi-bin/template/get_all_private_template",
    title="获取已选用模板列表",
    page="/doc/service/api/notify/template/api_getalltemplates.md",
    method="GET",
    accounts="verified service",
    repeatable=True,
)
DELETE_TEMPLATE = PlatformInterface(
    path="/cgi-bin/template/del_private_template",
    title="删除模板",
    page="/doc/service/api/notify/template/api_deletetemplate.md",
    accounts="verified service",
)
SEND_TEMPLATE = PlatformInterface(
    path="/cgi-bin/message/template/send",
    title="发送模板消息",
    page="/doc/service/api/notify/template/api_sendtemplatemessage.md",
    daily=100_000,
    accounts="verified service",
)
LIST_BLOCKED = PlatformInterface(
    path="/wxa/sec/queryblocktmplmsg",
    title="查询拦截的模板消息",
    page="/doc/service/api/notify/template/api_queryblocktmplmsg.md",
    accounts="verified service",
    repeatable=True,
)
SEND_ONCE = PlatformInterface(
    path="/cgi-bin/message/template/subscribe",
    title="推送一次性订阅消息",
    page="/doc/service/api/notify/subscribe/api_templatesubscribe.md",
    accounts="verified service",
)

CLIENT_ID_BYTES = 32
TITLE_CHARACTERS, TEXT_CHARACTERS = 15, 200
MOST_BLOCKED = 100

Id = Annotated[str, BeforeValidator(str)]


@dataclass(frozen=True, slots=True)
class ProgramPage:
    """A page of a linked mini program that a message opens."""

    appid: str
    pagepath: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateMessage:
    """A template filled in for one follower: it opens `url`, or `program` where that is there.

    `client_id` (client_msg_id) makes a repeated send to the same follower harmless for 10 minutes.
    """

    openid: str
    template_id: str
    data: Mapping[str, str]
    url: str = ""
    program: ProgramPage | None = None
    client_id: str = ""

    def to_body(self) -> dict[str, Any]:
        """The message as the platform takes it. Raises InvalidField: 40003, 40037, 45067."""
        check_filled("touser", self.openid, BAD_OPENID)
        check_filled("template_id", self.template_id, BAD_TEMPLATE)
        check_bytes("client_msg_id", self.client_id, CLIENT_ID_BYTES, LONG_CLIENT_ID)
        data = {name: {"value": value} for name, value in self.data.items()}
        body = {"touser": self.openid, "template_id": self.template_id, "data": data}
        return (
            body
            | build_target(self.url, self.program)
            | ({"client_msg_id": self.client_id} if self.client_id else {})
        )


def build_target(url: str, program: ProgramPage | None) -> dict[str, Any]:
    """The fields of what a message opens."""
    target: dict[str, Any] = {"url": url} if url else {}
    if program is not None:
        target["miniprogram"] = {"appid": program.appid, "pagepath": program.pagepath}
    return target


class Industry(PlatformAnswer):
    """An industry by its two levels."""

    first_class: str
    second_class: str


class Industries(PlatformAnswer):
    """The account's two industries."""

    primary_industry: Industry
    secondary_industry: Industry | None = None


class AddedTemplate(PlatformAnswer):
    """A template of the account."""

    template_id: str


class TemplateInfo(PlatformAnswer):
    """A template: `content` names its fields as {{name.DATA}}."""

    template_id: str
    title: str
    primary_industry: str = ""
    deputy_industry: str = ""
    content: str
    example: str = ""


class TemplateList(PlatformAnswer):
    """All templates of the account."""

    template_list: tuple[TemplateInfo, ...] = ()


class SentTemplate(PlatformAnswer):
    """A message on its way: TEMPLATESENDJOBFINISH tells whether it arrived."""

    msgid: int


class BlockedTemplate(PlatformAnswer):
    """A message that the platform blocked; `send_timestamp` is seconds since 1970."""

    id: Id
    tmpl_msg_id: Id
    title: str
    content: str
    send_timestamp: int
    openid: str


class BlockedTemplates(PlatformAnswer):
    """A page of blocked messages."""

    msginfo: tuple[BlockedTemplate, ...] = ()


@dataclass(frozen=True, slots=True)
class Templates:
    """Template messages of the account."""

    client: PlatformClient

    async def set_industries(self, account: Account, first: str, second: str) -> None:
        """Set the account's industries by their numbers, once a month.

        Page: /doc/service/api/notify/template/api_setindustry.md. Raises ApiError: 43100 within a
        month of the last change.
        """
        body = {"industry_id1": first, "industry_id2": second}
        await self.client.call(account, SET_INDUSTRY, Done, body=body)

    async def get_industries(self, account: Account) -> Industries:
        """The account's industries.

        Page: /doc/service/api/notify/template/api_getindustry.md.
        """
        return await self.client.call(account, GET_INDUSTRY, Industries)

    async def add(self, account: Account, number: str, keywords: Sequence[str] = ()) -> str:
        """Take a template from the library, a category template with its keywords in order.

        Page: /doc/service/api/notify/template/api_addtemplate.md. Returns the template_id. Raises
        ApiError: 40246 for keywords that it hasn't, 45026 when there are 25, 45027 for one of
        another industry.
        """
        check_filled("template_id_short", number, BAD_TEMPLATE)
        for keyword in keywords:
            check_filled("keyword_name_list", keyword, BAD_KEYWORDS)
        body = {"template_id_short": number, "keyword_name_list": list(keywords)}
        return (await self.client.call(account, ADD_TEMPLATE, AddedTemplate, body=body)).template_id

    async def list_all(self, account: Account) -> TemplateList:
        """All templates of the account.

        Page: /doc/service/api/notify/template/api_getalltemplates.md.
        """
        return await self.client.call(account, LIST_TEMPLATES, TemplateList)

    async def delete(self, account: Account, template_id: str) -> None:
        """Delete a template.

        Page: /doc/service/api/notify/template/api_deletetemplate.md. Raises ApiError: 40037.
        """
        check_filled("template_id", template_id, BAD_TEMPLATE)
        body = {"template_id": template_id}
        await self.client.call(account, DELETE_TEMPLATE, Done, body=body)

    async def send(self, account: Account, message: TemplateMessage) -> SentTemplate:
        """Send a template message to one follower.

        Page: /doc/service/api/notify/template/api_sendtemplatemessage.md; 100,000 a day. Raises
        ApiError: 40003, 43004 for who doesn't follow, 40037, 43117 too often to one follower.
        """
        return await self.client.call(account, SEND_TEMPLATE, SentTemplate, body=message.to_body())

    async def list_blocked(
        self, account: Account, message_id: int, largest_id: int = 0, limit: int = MOST_BLOCKED
    ) -> BlockedTemplates:
        """What the platform blocked of a message, after the record `largest_id`.

        Page: /doc/service/api/notify/template/api_queryblocktmplmsg.md.
        """
        check_range("limit", limit, 1, MOST_BLOCKED)
        body = {"tmpl_msg_id": str(message_id), "largest_id": largest_id, "limit": limit}
        return await self.client.call(account, LIST_BLOCKED, BlockedTemplates, body=body)

    async def send_once(
        self, account: Account, message: TemplateMessage, scene: int, title: str
    ) -> None:
        """Send the one message that a visitor agreed to in a `scene` (0 to 10,000).

        Page: /doc/service/api/notify/subscribe/api_templatesubscribe.md. The message's data has
        the one field `content` of at most 200 characters; the title has at most 15. Raises
        ApiError: 43101 without consent.
        """
        check_range("scene", scene, 0, 10_000)
        check_filled("title", title, LONG_TITLE)
        check_characters("title", title, TITLE_CHARACTERS, LONG_TITLE)
        check_count("data", len(message.data), 1, LONG_CONTENT)
        check_characters(
            "data.content", message.data.get("content", ""), TEXT_CHARACTERS, LONG_CONTENT
        )
        body = message.to_body() | {"scene": str(scene), "title": title}
        await self.client.call(account, SEND_ONCE, Done, body=body)
