"""What a post needs of an article beside its text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleParts:
    """Titles to choose from, a digest, and the headings of the sections."""

    titles: tuple[str, ...]
    digest: str
    headings: tuple[str, ...]
