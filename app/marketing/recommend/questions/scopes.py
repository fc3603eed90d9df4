"""Which items a question is about: those that may be shown, of its kind, and with its words."""

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np

from app.dialogue.understanding.entities.budgets import PriceLimits
from app.marketing.events.items import ItemKind
from app.marketing.recommend.fitting import FittedSignals
from app.marketing.recommend.index import AccountIndex
from app.marketing.recommend.questions.closeness import ItemQuestion
from app.marketing.recommend.questions.item_prices import fits_budget
from app.marketing.recommend.questions.word_matches import WordMatches, find_kind, match_words


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class QuestionScope:
    """Masks (items,) of the fitted items: `visible` now, and `may_show` for the question.

    `unfitted_count`: how many items are shown that the last fit doesn't know yet. `budget`: what
    the question allows, where it says so; goods with another price aren't in `may_show`.
    """

    visible: np.ndarray
    may_show: np.ndarray
    matches: WordMatches = field(default_factory=WordMatches)
    kind: ItemKind | None = None
    unfitted_count: int = 0
    budget: PriceLimits | None = None


def find_scope(
    index: AccountIndex,
    fitted: FittedSignals,
    now: float,
    question: ItemQuestion | None,
    excluded: Collection[str] = (),
) -> QuestionScope:
    """The scope of a question; everything shown without one, but the ids `excluded`.

    A present is chosen among goods, unless the account has none.
    """
    visible, unfitted = np.split(index.catalog.find_shown(now), [fitted.words.count])
    unfitted_count = int(unfitted.sum())
    numbers = [index.catalog.numbers.get(each, fitted.words.count) for each in excluded]
    may_show = visible.copy()
    may_show[[number for number in numbers if number < fitted.words.count]] = False
    if question is None:
        return QuestionScope(visible=visible, may_show=may_show, unfitted_count=unfitted_count)
    kinds = [item.kind for item in index.catalog.items[: fitted.words.count]]
    may_show &= find_kind(question.words, kinds, fitted.words)
    if question.explains:
        may_show &= np.array([kind is ItemKind.ARTICLE for kind in kinds], bool)
    if question.is_for_gift and question.words.kind is None:
        goods = may_show & np.array([kind is ItemKind.PRODUCT for kind in kinds], bool)
        may_show = goods if goods.any() else may_show
    if (budget := question.words.budget) is not None:
        may_show &= fits_budget(fitted.prices, budget)
    matches = match_words(question.words, fitted.words)
    return QuestionScope(
        visible=visible,
        may_show=may_show,
        matches=matches,
        kind=question.words.kind,
        unfitted_count=unfitted_count,
        budget=budget,
    )
