"""Ads made of written titles and descriptions: each title is tried with each description."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.inference.click_ports import ClickPrediction
from app.marketing.ads.fitting import AdText, list_misfits
from app.marketing.ads.platforms import AdPlatform
from app.marketing.content.copywriting import CopyVariant
from app.marketing.content.templates import MODEL_PREFIX
from app.marketing.content.variety import measure_similarity

MOST_SIMILAR = 0.7  # of a title and its description
MOST_PAIRS = 60  # the click model takes a tenth of a second for each on a busy core


@dataclass(frozen=True, slots=True, kw_only=True)
class AdCandidate:
    """A title and a description, and what keeps the pair out of the platform.

    names: of the product, one of which the two have, where templates wrote them.
    """

    title: CopyVariant
    description: CopyVariant
    misfits: tuple[str, ...]
    names: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What the click model reads."""
        return f"{self.title.text} {self.description.text}".strip()

    @property
    def is_weak(self) -> bool:
        """Whether the description says the title again, or a template's pair names no product."""
        is_template = self.title.model.startswith(MODEL_PREFIX)
        has_name = any(name.lower() in self.text.lower() for name in self.names)
        return (is_template and bool(self.names) and not has_name) or (
            measure_similarity(self.title.text, self.description.text) > MOST_SIMILAR
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
    names: tuple[str, ...] = (),
) -> list[AdCandidate]:
    """Each title with each description, or with as many as make MOST_PAIRS at most.

    The address is no part of it: that is asked for at the export.
    """
    each = max(1, min(len(descriptions), MOST_PAIRS // max(1, len(titles))))
    return [
        _pair(title, descriptions[(at + step) % len(descriptions)], platform, names)
        for at, title in enumerate(titles)
        for step in range(each if descriptions else 0)
    ]


def _pair(
    title: CopyVariant, description: CopyVariant, platform: AdPlatform, names: tuple[str, ...]
) -> AdCandidate:
    ad = AdText(title=title.text, description=description.text)
    misfits = tuple(each.explain() for each in list_misfits(ad, platform, needs_url=False))
    return AdCandidate(title=title, description=description, misfits=misfits, names=names)
