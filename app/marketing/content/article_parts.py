"""What a post needs of an article beside its text."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.safety.advertising.checking import check
from app.safety.advertising.rulebook import AdvertisingRulebook
from app.safety.advertising.values import Industry

LONGEST_TITLE = 32  # characters, the platform's limit


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleParts:
    """Titles to choose from, a digest, and the headings of the sections."""

    titles: tuple[str, ...]
    digest: str
    headings: tuple[str, ...]


def drop_unlawful_titles(
    parts: ArticleParts, product: str, industry: Industry, rulebook: AdvertisingRulebook
) -> ArticleParts:
    """The parts without titles that the law check refuses; the product where no other is left."""
    titles = (*parts.titles, product[:LONGEST_TITLE])
    lawful = tuple(title for title in titles if not check(title, industry, rulebook))
    return replace(parts, titles=lawful[: len(parts.titles)] or parts.titles)


def list_part_faults(
    parts: ArticleParts, industry: Industry, rulebook: AdvertisingRulebook
) -> Iterator[str]:
    """What the law check refuses in the titles and the digest, a Chinese sentence each.

    The headings are in the article's text, which is reviewed by itself.
    """
    lines = [("标题", title) for title in parts.titles] + [("摘要", parts.digest)]
    for name, line in lines:
        for finding in check(line, industry, rulebook):
            yield f"{name}“{line}”里的“{finding.text}”：{finding.title}"
