"""The account's moderation words in a text that is to be published, as findings."""

from app.safety.advertising.values import AdvertisingFinding
from app.safety.moderation import Moderation


def find_sensitive_words(text: str, moderation: Moderation) -> tuple[AdvertisingFinding, ...]:
    """A finding for each word that the account's lists refuse or mask in what it sends."""
    return tuple(
        AdvertisingFinding(
            rule=f"words.{hit.category}",
            title=moderation.categories[hit.category].title or "敏感词",
            law="账号的词表",
            start=hit.start,
            end=hit.end,
            text=text[hit.start : hit.end],
        )
        for hit in moderation.words.find(text)
        if "outgoing" in moderation.categories[hit.category].directions
    )
