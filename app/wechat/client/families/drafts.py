"""The draft box (草稿箱)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.accounts import Account
from app.wechat.client.core import Done, PlatformAnswer, PlatformClient
from app.wechat.client.interfaces import PlatformInterface
from app.wechat.client.request_values.articles import (
    MOST_ARTICLES,
    ArticleList,
    DraftArticle,
    check_articles,
)
from app.wechat.client.request_values.validation import (
    BAD_PARAMETER,
    BAD_POSITION,
    check_filled,
    check_media_id,
    check_page,
    check_range,
)

ADD_DRAFT = PlatformInterface(
    path="/cgi-bin/draft/add",
    title="新增草稿",
    page="/doc/service/api/draftbox/draftmanage/api_draft_add.md",
    daily=1_000,
)
GET_DRAFT = PlatformInterface(
    path="/cgi-bin/draft/get",
    title="获取草稿详情",
    page="/doc/service/api/draftbox/draftmanage/api_getdraft.md",
    daily=500,
    repeatable=True,
)
UPDATE_DRAFT = PlatformInterface(
    path="/cgi-bin/draft/update",
    title="更新草稿",
    page="/doc/service/api/draftbox/draftmanage/api_draft_update.md",
    daily=1_000,
    repeatable=True,
)
DELETE_DRAFT = PlatformInterface(
    path="/cgi-bin/draft/delete",
    title="删除草稿",
    page="/doc/service/api/draftbox/draftmanage/api_draft_delete.md",
    daily=1_000,
)
COUNT_DRAFTS = PlatformInterface(
    path="/cgi-bin/draft/count",
    title="获取草稿总数",
    page="/doc/service/api/draftbox/draftmanage/api_draft_count.md",
    method="GET",
    daily=1_000,
    repeatable=True,
)
LIST_DRAFTS = PlatformInterface(
    path="/cgi-bin/draft/batchget",
    title="获取草稿列表",
    page="/doc/service/api/draftbox/draftmanage/api_draft_batchget.md",
    daily=1_000,
    repeatable=True,
)
SWITCH_DRAFTS = PlatformInterface(
    path="/cgi-bin/draft/switch",
    title="草稿箱开关设置",
    page="/doc/service/api/draftbox/draftmanage/api_draft_switch.md",
    repeatable=True,
)
GET_PRODUCT_CARD = PlatformInterface(
    path="/channels/ec/service/product/getcardinfo",
    title="获取商品卡片",
    page="/doc/service/api/draftbox/shop/api_ecsgetproductcardinfo.md",
    repeatable=True,
)


class DraftId(PlatformAnswer):
    """A draft; it disappears when it is published or sent."""

    media_id: str


class DraftCount(PlatformAnswer):
    """How many drafts there are."""

    total_count: int


class DraftItem(PlatformAnswer):
    """A draft of a list; `update_time` is seconds since 1970."""

    media_id: str
    content: ArticleList
    update_time: int


class DraftPage(PlatformAnswer):
    """A page of drafts."""

    total_count: int
    item_count: int
    item: tuple[DraftItem, ...] = ()


class DraftSwitch(PlatformAnswer):
    """Whether the account has the draft box (it replaced the material of articles in 2021)."""

    is_open: bool = False


class ProductCard(PlatformAnswer):
    """A card of a product: `product_key` for a draft, `DOM` for an article's content."""

    product_key: str = ""
    DOM: str = ""


@dataclass(frozen=True, slots=True)
class Drafts:
    """The account's drafts."""

    client: PlatformClient

    async def add(self, account: Account, articles: Sequence[DraftArticle]) -> DraftId:
        """Store a new draft of 1 to 8 articles.

        Page: /doc/service/api/draftbox/draftmanage/api_draft_add.md; 1,000 a day. Raises
        InvalidField: 44003, 44004, 45002, 45003, 45004, 45005, 45008, 45110, 40007; ApiError:
        40007 for a cover that isn't permanent material, 45166 for content that it won't have.
        """
        check_articles(articles)
        body = {"articles": [article.to_body() for article in articles]}
        return await self.client.call(account, ADD_DRAFT, DraftId, body=body)

    async def get(self, account: Account, media_id: str) -> ArticleList:
        """The articles of a draft.

        Page: /doc/service/api/draftbox/draftmanage/api_getdraft.md; 500 a day. Raises ApiError:
        40007.
        """
        check_media_id("media_id", media_id)
        return await self.client.call(account, GET_DRAFT, ArticleList, body={"media_id": media_id})

    async def update(
        self, account: Account, media_id: str, article: DraftArticle, index: int = 0
    ) -> None:
        """Replace one article of a draft; `index` is 0 for the first, at most 7.

        Page: /doc/service/api/draftbox/draftmanage/api_draft_update.md; 1,000 a day. Raises
        InvalidField as `add` does; ApiError: 40007 for an unknown draft.
        """
        check_media_id("media_id", media_id)
        check_range("index", index, 0, MOST_ARTICLES - 1, BAD_POSITION)
        article.check("articles")
        body = {"media_id": media_id, "index": index, "articles": article.to_body()}
        await self.client.call(account, UPDATE_DRAFT, Done, body=body)

    async def delete(self, account: Account, media_id: str) -> None:
        """Delete a draft; this can't be undone.

        Page: /doc/service/api/draftbox/draftmanage/api_draft_delete.md; 1,000 a day. Raises
        ApiError: 40007.
        """
        check_media_id("media_id", media_id)
        await self.client.call(account, DELETE_DRAFT, Done, body={"media_id": media_id})

    async def count(self, account: Account) -> DraftCount:
        """How many drafts there are.

        Page: /doc/service/api/draftbox/draftmanage/api_draft_count.md; 1,000 a day.
        """
        return await self.client.call(account, COUNT_DRAFTS, DraftCount)

    async def list_page(
        self, account: Account, offset: int = 0, count: int = 20, *, content: bool = False
    ) -> DraftPage:
        """`count` drafts (1 to 20) from `offset`, the newest first; `content`: with the content.

        Page: /doc/service/api/draftbox/draftmanage/api_draft_batchget.md; 1,000 a day.
        """
        check_page(offset, count)
        body = {"offset": offset, "count": count, "no_content": int(not content)}
        return await self.client.call(account, LIST_DRAFTS, DraftPage, body=body)

    async def switch(self, account: Account, *, check_only: bool = True) -> DraftSwitch:
        """Whether the account has the draft box; without `check_only` it gets it, for good.

        Page: /doc/service/api/draftbox/draftmanage/api_draft_switch.md.
        """
        query = {"checkonly": 1} if check_only else None
        return await self.client.call(account, SWITCH_DRAFTS, DraftSwitch, query=query, body={})

    async def get_product_card(
        self,
        account: Account,
        product_id: str,
        article_type: Literal["news", "newspic"] = "news",
        card_type: Literal[0, 1, 2, 3] = 0,
    ) -> ProductCard:
        """The card of a product for an article.

        Page: /doc/service/api/draftbox/shop/api_ecsgetproductcardinfo.md. `card_type`: 0 large,
        1 small, 2 a text link, 3 a strip. Raises ApiError 48001 for an account that may not sell.
        """
        check_filled("product_id", product_id, BAD_PARAMETER)
        body = {"product_id": product_id, "article_type": article_type, "card_type": card_type}
        return await self.client.call(account, GET_PRODUCT_CARD, ProductCard, body=body)
