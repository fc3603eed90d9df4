"""Which items a question is about: those that may be shown, of its kind, and with its words."""

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np

from app.dialogue.understanding.entities.budgets import PriceLimits
from app.marketing.events.items import ItemKind
from app.marketing.recommend.fitting import FittedSignals
from app.marketing.recommend.index import AccountIndex
from app.marketing.recommend.questions.closeness import ItemQuestion
from app.marketing.recommend.questions.item_prices import (
    costs_less,
    find_nearest_price,
    fits_budget,
)
from app.marketing.recommend.questions.occasions import CHILDREN
from app.marketing.recommend.questions.word_matches import (
    WordMatches,
    find_kind,
    find_named,
    match_words,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class QuestionScope:
    """Masks (items,) of the fitted items: `visible` now, and `may_show` for the question.

    `unfitted_count`: how many items are shown that the last fit doesn't know yet. `budget`: what
    the question allows, where it says so; goods with another price aren't in `may_show`.
    `nearest`: the item of what is asked for whose price is nearest to what the question allows;
    None where it allows any, or no price is known.
    """

    visible: np.ndarray
    may_show: np.ndarray
    matches: WordMatches = field(default_factory=WordMatches)
    kind: ItemKind | None = None
    unfitted_count: int = 0
    budget: PriceLimits | None = None
    nearest: int | None = None


def find_scope(
    index: AccountIndex,
    fitted: FittedSignals,
    now: float,
    question: ItemQuestion | None,
    excluded: Collection[str] = (),
    dearer: Collection[str] = (),
) -> QuestionScope:
    """The scope of a question; everything shown without one, but the ids `excluded`.

    `dearer`: ids of items whose median price is too high; where they are what is asked for, so is
    what costs less. A present is chosen among goods, and one for a grown-up among those that aren't
    for children, unless the account has no others; where none is at the price, nothing else is one.
    """
    visible, unfitted = np.split(index.catalog.find_shown(now), [fitted.words.count])
    unfitted_count = int(unfitted.sum())
    may_show = visible.copy()
    may_show[_list_numbers(index, fitted, excluded)] = False
    if question is None:
        return QuestionScope(visible=visible, may_show=may_show, unfitted_count=unfitted_count)
    may_show &= find_kind(question.words, fitted.kinds, fitted.words)
    if question.explains:
        may_show &= fitted.kinds == ItemKind.ARTICLE.value
    if question.is_for_gift and question.words.kind is None:
        may_show = _select_gifts(may_show, fitted, question)
    matches = match_words(question.words, fitted.words)
    numbers = _list_numbers(index, fitted, dearer)
    at_any_price = _select_things(may_show, matches, numbers)
    is_named = bool(matches.scores) or question.is_general
    may_show = at_any_price & costs_less(fitted.prices, numbers) if numbers else may_show
    if (budget := question.words.budget) is not None:
        may_show &= fits_budget(fitted.prices, budget)
    is_limited = bool(numbers) or (budget is not None and budget.is_limited)
    if is_limited and not (may_show & at_any_price & ~np.isnan(fitted.prices)).any():
        is_gift = question.is_for_gift and bool(matches.scores)
        may_show &= at_any_price if is_gift else ~matches.mark_compounds(fitted.words.count)
    return QuestionScope(
        visible=visible,
        may_show=may_show,
        matches=matches,
        kind=question.words.kind,
        unfitted_count=unfitted_count,
        budget=budget,
        nearest=(
            find_nearest_price(fitted.prices, at_any_price, None if numbers else budget)
            if is_limited and is_named
            else None
        ),
    )


def _select_gifts(
    may_show: np.ndarray, fitted: FittedSignals, question: ItemQuestion
) -> np.ndarray:
    """(items,): goods, and for a grown-up none for children; each only where there are such."""
    goods = may_show & (fitted.kinds == ItemKind.PRODUCT.value)
    gifts = goods if goods.any() else may_show
    others = gifts & ~find_named(CHILDREN, fitted.words)
    return np.asarray(others if question.is_for_adult and others.any() else gifts)


def _list_numbers(index: AccountIndex, fitted: FittedSignals, ids: Collection[str]) -> list[int]:
    """The numbers of fitted items."""
    numbers = (index.catalog.numbers.get(each, fitted.words.count) for each in ids)
    return [number for number in numbers if number < fitted.words.count]


def _select_things(
    may_show: np.ndarray, matches: WordMatches, examples: Collection[int]
) -> np.ndarray:
    """(items,): what the question names; only the things themselves where an example is one, or
    there are no examples.
    """
    items = np.arange(len(may_show))
    things = may_show & matches.mark_things(items)
    if things.any() and (not examples or any(things[each] for each in examples)):
        return np.asarray(things)
    return np.asarray(may_show & matches.mark(items)) if matches.scores else may_show
