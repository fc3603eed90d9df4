"""Subscribe notices (订阅通知): a follower agrees to each, once or for good.

Events: subscribe_msg_popup_event, subscribe_msg_change_event, subscribe_msg_sent_event.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import Field

from app.accounts import Account
from app.wechat.client.core import Done, PlatformAnswer, PlatformClient
from app.wechat.client.families.templates import ProgramPage
from app.wechat.client.http import Query
from app.wechat.client.interfaces import PlatformInterface
from app.wechat.client.request_values.validation import (
    BAD_OPENID,
    BAD_PARAMETER,
    BAD_TEMPLATE,
    LONG_CONTENT,
    check_characters,
    check_count,
    check_filled,
    check_range,
)

ADD_NOTICE = PlatformInterface(
    path="/wxaapi/newtmpl/addtemplate",
    title="选用订阅通知模板",
    page="/doc/service/api/notify/notify/api_addwxanewtemplate.md",
    accounts="verified service",
)
DELETE_NOTICE = PlatformInterface(
    path="/wxaapi/newtmpl/deltemplate",
    title="删除订阅通知模板",
    page="/doc/service/api/notify/notify/api_delwxanewtemplate.md",
    accounts="verified service",
)
LIST_CATEGORIES = PlatformInterface(
    path="/wxaapi/newtmpl/getcategory",
    title="获取服务号类目",
    page="/doc/service/api/notify/notify/api_getcategory.md",
    method="GET",
    accounts="verified service",
    repeatable=True,
)
LIST_KEYWORDS = PlatformInterface(
    path="/wxaapi/newtmpl/getpubtemplatekeywords",
    title="获取模板中的关键词",
    page="/doc/service/api/notify/notify/api_getpubnewtemplatekeywords.md",
    method="GET",
    accounts="verified service",
    repeatable=True,
)
LIST_TITLES = PlatformInterface(
    path="/wxaapi/newtmpl/getpubtemplatetitles",
    title="获取类目下的公共模板",
    page="/doc/service/api/notify/notify/api_getpubnewtemplatetitles.md",
    method="GET",
    accounts="verified service",
    repeatable=True,
)
LIST_NOTICES = PlatformInterface(
    path="/wxaapi/newtmpl/gettemplate",
    title="获取私有模板列表",
    page="/doc/service/api/notify/notify/api_getwxapubnewtemplate.md",
    method="GET",
    accounts="verified service",
    repeatable=True,
)
SEND_NOTICE = PlatformInterface(
    path="/cgi-bin/message/subscribe/bizsend",
    title="发送订阅通知",
    page="/doc/service/api/notify/notify/api_sendnewsubscribemsg.md",
    accounts="verified service",
)

MOST_KEYWORDS, LEAST_KEYWORDS = 5, 2
MOST_TITLES = 30
SCENE_CHARACTERS = 15


class NoticeCategory(PlatformAnswer):
    """A category of the account."""

    id: int
    name: str


class NoticeCategories(PlatformAnswer):
    """The account's categories."""

    data: tuple[NoticeCategory, ...] = ()


class NoticeKeyword(PlatformAnswer):
    """A keyword of a public template; `rule` is its type of value (thing, time, ...)."""

    kid: int
    name: str
    example: str = ""
    rule: str = ""


class NoticeKeywords(PlatformAnswer):
    """The keywords of a public template."""

    data: tuple[NoticeKeyword, ...] = ()


class NoticeTitle(PlatformAnswer):
    """A public template; `type` 2: agreed to once, 3: for good."""

    tid: int
    title: str
    type: int
    category_id: int = Field(alias="categoryId")


class NoticeTitles(PlatformAnswer):
    """A page of public templates; `count` of all."""

    count: int
    data: tuple[NoticeTitle, ...] = ()


class NoticeTemplate(PlatformAnswer):
    """A template of the account; `content` names its fields as {{name.DATA}}."""

    template_id: str = Field(alias="priTmplId")
    title: str
    content: str
    example: str = ""
    type: int


class NoticeTemplates(PlatformAnswer):
    """All templates of the account."""

    data: tuple[NoticeTemplate, ...] = ()


class AddedNotice(PlatformAnswer):
    """A template of the account."""

    template_id: str = Field(alias="priTmplId")


@dataclass(frozen=True, slots=True)
class SubscribeNotices:
    """Subscribe notices of the account; verified service accounts only."""

    client: PlatformClient

    async def list_categories(self, account: Account) -> NoticeCategories:
        """The account's categories: they decide which public templates there are.

        Page: /doc/service/api/notify/notify/api_getcategory.md.
        """
        return await self.client.call(account, LIST_CATEGORIES, NoticeCategories)

    async def list_titles(
        self, account: Account, categories: Sequence[int], start: int = 0, limit: int = MOST_TITLES
    ) -> NoticeTitles:
        """Public templates of categories, `limit` (1 to 30) from `start`.

        Page: /doc/service/api/notify/notify/api_getpubnewtemplatetitles.md.
        """
        check_range("start", start, 0, 2**31 - 1)
        check_range("limit", limit, 1, MOST_TITLES)
        ids = ",".join(map(str, categories))
        check_filled("ids", ids, BAD_PARAMETER)
        query: Query = {"ids": ids, "start": start, "limit": limit}
        return await self.client.call(account, LIST_TITLES, NoticeTitles, query=query)

    async def list_keywords(self, account: Account, title: int) -> NoticeKeywords:
        """The keywords of a public template.

        Page: /doc/service/api/notify/notify/api_getpubnewtemplatekeywords.md.
        """
        return await self.client.call(account, LIST_KEYWORDS, NoticeKeywords, query={"tid": title})

    async def add(self, account: Account, title: int, keywords: Sequence[int], scene: str) -> str:
        """Take a public template with 2 to 5 of its keywords, in order; returns the template_id.

        Page: /doc/service/api/notify/notify/api_addwxanewtemplate.md. `scene` says in at most 15
        characters what it is for. Raises ApiError: 43106 while the account is punished.
        """
        check_count("kidList", len(keywords), MOST_KEYWORDS, BAD_PARAMETER, least=LEAST_KEYWORDS)
        check_characters("sceneDesc", scene, SCENE_CHARACTERS, LONG_CONTENT)
        body = {"tid": str(title), "kidList": list(keywords), "sceneDesc": scene}
        return (await self.client.call(account, ADD_NOTICE, AddedNotice, body=body)).template_id

    async def list_all(self, account: Account) -> NoticeTemplates:
        """All templates of the account.

        Page: /doc/service/api/notify/notify/api_getwxapubnewtemplate.md.
        """
        return await self.client.call(account, LIST_NOTICES, NoticeTemplates)

    async def delete(self, account: Account, template_id: str) -> None:
        """Delete a template of the account.

        Page: /doc/service/api/notify/notify/api_delwxanewtemplate.md.
        """
        check_filled("priTmplId", template_id, BAD_TEMPLATE)
        await self.client.call(account, DELETE_NOTICE, Done, body={"priTmplId": template_id})

    async def send(
        self,
        account: Account,
        openid: str,
        template_id: str,
        data: Mapping[str, str],
        page: str | ProgramPage = "",
    ) -> None:
        """Send a notice that the follower agreed to; it opens a web page or a mini program's.

        Page: /doc/service/api/notify/notify/api_sendnewsubscribemsg.md. Raises ApiError: 43101
        without the follower's consent, 40037 for an unknown template, 43104 without the right.
        """
        check_filled("touser", openid, BAD_OPENID)
        check_filled("template_id", template_id, BAD_TEMPLATE)
        fields = {name: {"value": value} for name, value in data.items()}
        body = {"touser": openid, "template_id": template_id, "data": fields}
        if isinstance(page, ProgramPage):
            body["miniprogram"] = {"appid": page.appid, "pagepath": page.pagepath}
        elif page:
            body["page"] = page
        await self.client.call(account, SEND_NOTICE, Done, body=body)
