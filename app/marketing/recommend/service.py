"""Recommends items to followers, and records what each was shown."""

import secrets
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from app.kit.text import fold
from app.marketing.events.repository import Events
from app.marketing.events.values import EventKind, MarketingEvent
from app.marketing.experiments.serving.recommendation_variants import (
    FindRecommendationVariant,
    find_no_variant,
)
from app.marketing.recommend.choosing import RecommendationPolicy, adjust_policy, choose_items
from app.marketing.recommend.indexes import RecommendationIndexes
from app.marketing.recommend.item_events import describe_item_event
from app.marketing.recommend.questions.closeness import ItemQuestion
from app.marketing.recommend.questions.related_words import find_related_words
from app.marketing.recommend.questions.word_matches import find_related_items, find_shorter_name
from app.marketing.recommend.values import MOST_ITEMS, Recommendation
from app.privacy.pseudonym import is_trial, make_pseudonym

ALL_SENT = "可以推荐的内容都已经给这位粉丝发过"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLimits:
    """Which items may be recommended: none of the ids `excluded`; with `explains` only articles
    that have the words of the question in title or tags; with `dearer` only what costs less than
    the median of these ids.
    """

    excluded: frozenset[str] = frozenset()
    dearer: frozenset[str] = frozenset()
    explains: bool = False


ALL_ITEMS = ItemLimits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommender:
    """Answers for one follower. `key` is that of pseudonyms."""

    indexes: RecommendationIndexes
    events: Events
    key: str
    clock: Callable[[], float] = time.time
    rng: np.random.Generator
    policy: RecommendationPolicy = field(default_factory=RecommendationPolicy)
    find_variant: FindRecommendationVariant = find_no_variant

    async def recommend(
        self,
        account: str,
        openid: str,
        count: int,
        *,
        question: str = "",
        records: bool = True,
        limits: ItemLimits = ALL_ITEMS,
    ) -> Recommendation:
        """At most `count` items within the limits. `question`: what is asked for.

        With `records` each item is an exposure, which counts for the frequency cap, and to the
        follower's variant where recommending is tested. A visitor of the playground has none.
        """
        embedding = await self.indexes.embedder.embed_question(question) if question else None
        pseudonym, now = make_pseudonym(openid, self.key), self.clock()
        index = await self.indexes.get_for_answer(account, pseudonym, embedding)
        variant = await self.find_variant(account, pseudonym, now)
        policy = adjust_policy(self.policy, variant.settings, min(count, MOST_ITEMS))
        query = None if embedding is None else ItemQuestion(question, embedding, limits.explains)
        policy = replace(policy, excluded=limits.excluded, dearer=limits.dearer)
        choice = choose_items(index, pseudonym, now, policy, self.rng, query)
        recommendation = Recommendation(
            id=secrets.token_hex(16),
            account=account,
            strategy=choice.items[0].strategy if choice.items else "none",
            explanation=choice.explanation,
            items=choice.items,
            experiment=variant.experiment,
            variant=variant.variant,
            nearest=choice.nearest,
        )
        if records and not is_trial(pseudonym):
            await self.record_exposures(recommendation, pseudonym, now)
        return recommendation

    async def choose(
        self, account: str, pseudonym: str, count: int, *, excluded: Collection[str] = ()
    ) -> Recommendation:
        """Items for a message to a follower: none that they were shown within CAP_DAYS, and none
        of the ids `excluded`. Nothing is recorded: it may never be sent.
        """
        index = await self.indexes.get_for_answer(account, pseudonym)
        selection = replace(self.policy.selection, count=count + len(excluded))
        policy = replace(self.policy, most_shown=1, selection=selection)
        choice = choose_items(index, pseudonym, self.clock(), policy, self.rng)
        items = [each for each in choice.items if each.item.id not in excluded][:count]
        return Recommendation(
            id=secrets.token_hex(16),
            account=account,
            strategy=items[0].strategy if items else "none",
            explanation=choice.explanation if items or not choice.items else ALL_SENT,
            items=items,
        )

    def is_warm(self, account: str) -> bool:
        """Whether an answer needs no loading first."""
        return self.indexes.is_warm(account)

    def has_name(self, account: str, name: str) -> bool:
        """Whether an indexed item has the name, a shorter one (炒锅 for 炒菜锅), or a word for it,
        in title or tags.
        """
        fitted = self.indexes.get_fitted(account)
        if fitted is None:
            return False
        related = [each for each in find_related_words(fold(name)) if each.word == fold(name)]
        is_named = fitted.words.has_name(name) or find_shorter_name(fold(name), fitted.words)
        return bool(is_named) or any(find_related_items(each, fitted.words) for each in related)

    async def load(self, accounts: Sequence[str], within: float) -> None:
        """Load the accounts' indexes, those that take longer than `within` seconds beside turns."""
        await self.indexes.load(accounts, within)

    async def refresh(self, accounts: Sequence[str]) -> None:
        """Keep the accounts' indexes warm and fitted."""
        await self.indexes.refresh(accounts)

    async def record_exposures(
        self, recommendation: Recommendation, pseudonym: str, now: float
    ) -> None:
        """Count the exposures in the index at once, then store them."""
        exposures = make_exposures(recommendation, pseudonym, now)
        self.indexes.record_events(
            recommendation.account, [describe_item_event(each) for each in exposures]
        )
        await self.events.write(exposures)


def make_exposures(
    recommendation: Recommendation, pseudonym: str, now: float
) -> list[MarketingEvent]:
    """An event for each item that the follower was shown at `now`, in s since 1970."""
    return [
        MarketingEvent(
            account=recommendation.account, id=f"{recommendation.id}-{place}",
            kind=EventKind.EXPOSURE, time=now, recorded=now, pseudonym=pseudonym,
            item=each.item.id, recommendation=recommendation.id, strategy=each.strategy,
            campaign=recommendation.campaign, experiment=recommendation.experiment,
            variant=recommendation.variant, properties={"place": place},
        )
        for place, each in enumerate(recommendation.items, start=1)
    ]  # fmt: skip
