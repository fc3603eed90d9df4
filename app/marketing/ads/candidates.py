"""Ads made of written titles and descriptions: each title is tried with each description."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.inference.click_ports import ClickPrediction
from app.marketing.ads.fitting import AdText, list_misfits
from app.marketing.ads.platforms import AdPlatform
from app.marketing.ads.subjects import NO_SUBJECT, AdSubject
from app.marketing.content.copywriting import CopyVariant
from app.marketing.content.templates import MODEL_PREFIX
from app.marketing.content.variety import measure_similarity

MOST_SIMILAR = 0.7  # of a title and its description
MOST_WEAKNESS = 5
MOST_PAIRS = 60  # the click model takes a tenth of a second for each on a busy core


@dataclass(frozen=True, slots=True, kw_only=True)
class AdCandidate:
    """A title and a description, what keeps the pair out of the platform, and what it is about."""

    title: CopyVariant
    description: CopyVariant
    misfits: tuple[str, ...]
    subject: AdSubject = NO_SUBJECT

    @property
    def text(self) -> str:
        """What the click model reads."""
        return f"{self.title.text} {self.description.text}".strip()

    @property
    def weakness(self) -> int:
        """0 for a pair whose parts complete each other. Most for a description that says its title
        again, and for a template's pair without the product; of others each gap of a template's
        counts one.
        """
        is_template = self.title.model.startswith(MODEL_PREFIX)
        if self._says_again() or (is_template and not self.subject.is_named(self.text)):
            return MOST_WEAKNESS
        gaps = self.subject.count_gaps(self.title.text, self.description.text)
        return gaps if is_template else 0

    def _says_again(self) -> bool:
        title, description = self.title.text, self.description.text
        return self.subject.states_twice(title, description) or (
            measure_similarity(title, description) > MOST_SIMILAR
        )

    @property
    def problems(self) -> int:
        """How much a person has to decide: findings, unsupported claims, faults, misfits."""
        reviews = (self.title.review, self.description.review)
        return len(self.misfits) + sum(len(review.describe()) for review in reviews)


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedAd:
    """A candidate in its place, with its predicted click rate.

    better_than_next: P(its rate is higher than the next ad's), None where the next has more to mend
    and comes later for that, and for the last.
    """

    id: str
    candidate: AdCandidate
    prediction: ClickPrediction
    better_than_next: float | None
    tied_with_next: bool


def pair_texts(
    titles: Sequence[CopyVariant],
    descriptions: Sequence[CopyVariant],
    platform: AdPlatform,
    subject: AdSubject = NO_SUBJECT,
) -> list[AdCandidate]:
    """Each title with each description, but MOST_PAIRS at most: those that complete each other, and
    among equal ones some of each text.

    The address is no part of it: that is asked for at the export.
    """
    pairs = [
        _pair(title, descriptions[(at + step) % len(descriptions)], platform, subject)
        for step in range(len(descriptions))
        for at, title in enumerate(titles)
    ]
    return sorted(pairs, key=lambda pair: (pair.problems, pair.weakness))[:MOST_PAIRS]


def _pair(
    title: CopyVariant, description: CopyVariant, platform: AdPlatform, subject: AdSubject
) -> AdCandidate:
    ad = AdText(title=title.text, description=description.text)
    misfits = tuple(each.explain() for each in list_misfits(ad, platform, needs_url=False))
    return AdCandidate(title=title, description=description, misfits=misfits, subject=subject)
