"""Checks the texts of a post against the Advertising Law and the platform's rules."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.publishing.approval_policy import OpenPoint
from app.publishing.values import PostArticle, PostItem, TextMessage
from app.safety.advertising.checking import check
from app.safety.advertising.rulebook import AdvertisingRulebook
from app.safety.advertising.values import AdvertisingFinding, Industry

MOST_CHARACTERS = 200_000  # of a source: ten times what the platform takes
_DATA_URI = re.compile(r"data:[a-z/+.-]*;base64,[A-Za-z0-9+/=]*")


@dataclass(frozen=True, slots=True)
class PostFinding:
    """A finding in one text of a post; `article` counts from 1, places are those of the field."""

    article: int
    field: str
    finding: AdvertisingFinding

    @property
    def open_point(self) -> OpenPoint:
        """The finding as an approver reads it."""
        finding = self.finding
        place = f"第 {self.article} 篇“{finding.text}”"
        return OpenPoint(finding.text, f"{place}（{finding.title}，{finding.law}）")


def find_in_post(
    items: Sequence[PostItem], industry: Industry, rulebook: AdvertisingRulebook
) -> tuple[PostFinding, ...]:
    """All findings of a post, by article and field."""
    return tuple(
        PostFinding(number, field, finding)
        for number, item in enumerate(items, 1)
        for field, text in _iter_texts(item)
        for finding in check(text, industry, rulebook)
    )


def _iter_texts(item: PostItem) -> Iterator[tuple[str, str]]:
    if not isinstance(item, TextMessage):
        yield "title", item.title
    if isinstance(item, PostArticle):
        yield "digest", item.digest
        yield "source", _blank_pictures(item.source)[:MOST_CHARACTERS]
    else:
        yield "text", item.text


def _blank_pictures(source: str) -> str:
    """The source with spaces for data URIs, so that places stay."""
    return _DATA_URI.sub(lambda match: " " * len(match[0]), source)
