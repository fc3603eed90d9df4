"""What a job that writes ads is asked for, and the briefs of its titles and descriptions."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.marketing.ads.fitting import count_letters
from app.marketing.ads.platforms import AdPlatform, TextLimit
from app.marketing.content.brief import LENGTHS, Brief, Channel, Language

KIND = "ads"
MOST_ADS = 48  # of all audiences and languages together: each costs several answers of a model
MOST_IN_GROUP = 12  # of one audience in one language
_LETTERS_IN_CHARACTER: dict[Language, int] = {"zh": 2, "ja": 2, "ko": 2, "en": 1}  # half-width


@dataclass(frozen=True, slots=True, kw_only=True)
class AdOrder:
    """Ads of a version of a brief: `count` for each audience in each language.

    An audience "" is the brief's own. segments: the id of each audience's segment of followers, ""
    for one in free words; () where none is a segment. Equal seeds give equal texts where the writer
    can.
    """

    brief: str
    brief_version: int
    platform: str
    audiences: tuple[str, ...]
    languages: tuple[Language, ...]
    count: int
    seed: int
    url: str
    segments: tuple[str, ...] = ()

    def list_groups(self) -> Iterator["AdGroup"]:
        """Each audience with each language."""
        for at, audience in enumerate(self.audiences):
            segment = self.segments[at] if self.segments else ""
            for language in self.languages:
                yield AdGroup(audience, segment, language)


@dataclass(frozen=True, slots=True)
class AdGroup:
    """Whom ads are for, and in which language; segment: an id, "" for free words."""

    audience: str
    segment: str
    language: Language


def adapt_title_brief(
    brief: Brief, audience: str, language: Language, platform: AdPlatform
) -> Brief:
    """The brief of a title. Words that an ad must have may stand in its description alone."""
    adapted = _adapt_brief(brief, audience, language)
    length = _choose_length(platform.title, "title", language, platform)
    return adapted.model_copy(update={"channel": "title", "length": length, "must": ()})


def adapt_description_brief(
    brief: Brief, audience: str, language: Language, platform: AdPlatform
) -> Brief:
    """The brief of a description."""
    adapted = _adapt_brief(brief, audience, language)
    length = _choose_length(platform.description, "ad", language, platform)
    return adapted.model_copy(update={"channel": "ad", "length": length})


def count_characters(text: str, language: Language, platform: AdPlatform) -> float:
    """The length of a text in the characters in which these briefs ask for it: where the platform
    counts letters, a Latin one is half a Chinese character.
    """
    if not platform.unit_width:
        return len(text)
    return count_letters(text) / _LETTERS_IN_CHARACTER[language]


def _adapt_brief(brief: Brief, audience: str, language: Language) -> Brief:
    return brief.model_copy(update={"audience": audience or brief.audience, "language": language})


def _choose_length(
    limit: TextLimit, channel: Channel, language: Language, platform: AdPlatform
) -> int:
    """Characters to ask for: what the platform takes and readers see, at most the channel's."""
    usual, longest = LENGTHS[channel]
    most = limit.visible or limit.most
    if most is None:
        return usual
    letters = _LETTERS_IN_CHARACTER[language] if platform.unit_width else 1
    return max(4, min(most * max(1, platform.unit_width) // letters, longest))
