"""Finds items for conversations: the port that the dialogue asks for items."""

from dataclasses import dataclass

from app.dialogue.items import ItemAnswer, ItemRequest, OfferedItem
from app.marketing.recommend.item_links import ItemLinks
from app.marketing.recommend.questions.mentions import list_question_names, mentions_question
from app.marketing.recommend.questions.question_words import read_question
from app.marketing.recommend.service import ItemLimits, Recommender
from app.marketing.recommend.values import Recommendation, RecommendedItem
from app.privacy.pseudonym import make_pseudonym


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemOffers:
    """Items by the recommender; `records`: whether they, and taps on their links, count."""

    recommender: Recommender
    links: ItemLinks
    records: bool = True

    async def find_items(self, request: ItemRequest) -> ItemAnswer:
        """The items; none while the index is being loaded: the follower waits."""
        if not self.recommender.is_warm(request.account):
            return ItemAnswer()
        names = [self.recommender.has_name(request.account, name) for name in request.names]
        is_answered = bool(request.answer_text) and not self._is_beyond_answer(request)
        if is_answered or (names and not any(names)):
            return ItemAnswer()
        recommendation = await self.recommender.recommend(
            request.account,
            request.openid,
            request.count,
            question=request.question,
            records=self.records,
            limits=ItemLimits(
                excluded=frozenset(request.excluded),
                dearer=frozenset(request.dearer),
                explains=request.explains,
            ),
        )
        items = tuple(
            self._describe(recommendation, each, request.openid) for each in recommendation.items
        )
        # Nothing left for 有什么推荐 doesn't mean that the account has nothing.
        is_known = bool(items) or not read_question(request.question).is_plain
        if (nearest := recommendation.nearest) is not None:
            offered = self._describe(recommendation, nearest, request.openid)
            return ItemAnswer(items, is_known=True, nearest=offered)
        if request.dearer and not items:  # no price is known
            return ItemAnswer()
        return ItemAnswer(items, is_known=is_known or bool(request.excluded))

    def _is_beyond_answer(self, request: ItemRequest) -> bool:
        """Whether the answer's text doesn't mention what is asked for, and items have the name."""
        if mentions_question(request.answer_text, request.question):
            return False
        names = list_question_names(request.question)
        return not names or any(self.recommender.has_name(request.account, each) for each in names)

    def _describe(
        self, recommendation: Recommendation, entry: RecommendedItem, openid: str
    ) -> OfferedItem:
        return OfferedItem(
            title=entry.item.title,
            reason=entry.reason,
            link=self._make_address(recommendation, entry, openid),
            cover=entry.item.cover,
            id=entry.item.id,
            strategy=entry.strategy,
        )

    def _make_address(
        self, recommendation: Recommendation, entry: RecommendedItem, openid: str
    ) -> str:
        if not self.records:
            return entry.item.link
        pseudonym = make_pseudonym(openid, self.links.key)
        return self.links.make_address(recommendation, entry, pseudonym)
