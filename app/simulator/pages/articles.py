"""Articles as a browser shows them, and who reads them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from urllib.parse import urlsplit

from app.simulator.accounts.state import AccountState, Body, PlatformState
from app.simulator.publishing.articles import DraftBox, PublishedArticles, PublishedMessage
from app.simulator.publishing.media_store import MediaStore
from app.simulator.statistics.store import ArticleVisit, StatisticsStore

_PICTURE = re.compile(r"""\b(?:data-)?src=(["']?)https?://mmbiz\.qpic\.cn/""", re.IGNORECASE)
_PAGE = """<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>body {{ max-width: 677px; margin: 1em auto }} img {{ max-width: 100% }}</style></head>
<body><h1>{title}</h1><p>{author}</p>
{content}
</body></html>
"""


@dataclass(frozen=True, kw_only=True)
class FoundArticle:
    """An article at an address; `message` is None for a draft's preview."""

    account: AccountState
    fields: Body
    url: str
    message: PublishedMessage | None = None
    position: int = 0  # in its message, from 0

    @property
    def is_gone(self) -> bool:
        """Whether it was deleted or banned."""
        message = self.message
        return message is not None and (message.is_banned or self.position in message.deleted)


def find_article(state: PlatformState, path: str) -> FoundArticle | None:
    """The draft or published article whose address has this path."""
    for account in state.accounts.values():
        for article in _iter_articles(account, state.clock()):
            if urlsplit(article.url).path == path:
                return article
    return None


def _iter_articles(account: AccountState, now: float) -> Iterator[FoundArticle]:
    for draft in account.store(DraftBox).drafts.values():
        for fields, url in zip(draft.articles, draft.urls, strict=True):
            yield FoundArticle(account=account, fields=fields, url=url)
    for message in account.store(PublishedArticles).list_published(now):
        for position, url in enumerate(message.urls):
            yield FoundArticle(
                account=account, fields=message.articles[position], url=url,
                message=message, position=position,
            )  # fmt: skip


def read_article(article: FoundArticle, openid: str, now: float) -> None:
    """Count a reader in the statistics; a draft has none."""
    if article.message is not None:
        msgid = f"{article.message.msg_data_id}_{article.position + 1}"
        visit = ArticleVisit(msgid=msgid, openid=openid, at=now)
        article.account.store(StatisticsStore).visits.append(visit)


def render_page(article: FoundArticle) -> str:
    """The page; pictures of the platform's host come from this server."""
    fields = article.fields
    return _PAGE.format(
        title=escape(fields["title"]),
        author=escape(fields.get("author", "")),
        content=_PICTURE.sub(r"src=\1/", _render_content(article)),
    )


def _render_content(article: FoundArticle) -> str:
    if article.fields["article_type"] != "newspic":
        return str(article.fields["content"])
    files = article.account.store(MediaStore).files
    media_ids = [each["image_media_id"] for each in article.fields["image_info"]["image_list"]]
    urls = [files[media_id].url for media_id in media_ids if media_id in files]
    images = "\n".join(f'<p><img src="{escape(url)}" alt=""></p>' for url in urls)
    return f"{images}\n<p>{escape(article.fields['content'])}</p>"
