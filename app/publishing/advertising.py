"""Checks the texts of a post against the Advertising Law and the platform's rules."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.errors import Refusal
from app.publishing.values import PostArticle, PostItem
from app.safety.advertising.checking import check
from app.safety.advertising.rulebook import AdvertisingRulebook
from app.safety.advertising.values import AdvertisingFinding, Industry

MOST_NAMED = 5  # findings that a refusal quotes
MOST_CHARACTERS = 200_000  # of a source: ten times what the platform takes
_DATA_URI = re.compile(r"data:[a-z/+.-]*;base64,[A-Za-z0-9+/=]*")


class OpenFindings(Refusal):
    """A post with findings that nobody has signed for."""

    status = 422
    name = "open_findings"


@dataclass(frozen=True, slots=True)
class PostFinding:
    """A finding in one text of a post; `article` counts from 1, places are those of the field."""

    article: int
    field: str
    finding: AdvertisingFinding


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


def refuse_open_findings(findings: Sequence[PostFinding], reason: str) -> None:
    """Raises OpenFindings unless there are none or the approver gives a reason."""
    if not findings or reason.strip():
        return
    quoted = "；".join(
        f"第 {each.article} 篇“{each.finding.text}”（{each.finding.title}，{each.finding.law}）"
        for each in findings[:MOST_NAMED]
    )
    more = f"等 {len(findings)} 处" if len(findings) > MOST_NAMED else ""
    raise OpenFindings(
        f"内容可能违反规定：{quoted}{more}。请修改后再审核；"
        "如确认可以使用，请在 reason 里写明理由，由审核人签字负责。"
    )


def _iter_texts(item: PostItem) -> Iterator[tuple[str, str]]:
    yield "title", item.title
    if isinstance(item, PostArticle):
        yield "digest", item.digest
        yield "source", _blank_pictures(item.source)[:MOST_CHARACTERS]
    else:
        yield "text", item.text


def _blank_pictures(source: str) -> str:
    """The source with spaces for data URIs, so that places stay."""
    return _DATA_URI.sub(lambda match: " " * len(match[0]), source)
