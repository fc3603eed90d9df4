"""Describes what was chosen, each item with its reason, or why nothing was."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.marketing.events.items import Item, ItemKind
from app.marketing.recommend import explanations
from app.marketing.recommend.index import AccountIndex
from app.marketing.recommend.questions.scopes import QuestionScope
from app.marketing.recommend.ranking.selection import SelectedItem
from app.marketing.recommend.reasons import explain_item
from app.marketing.recommend.values import RecommendedItem, Strategy


@dataclass(frozen=True, slots=True)
class ItemChoice:
    """What is recommended, and the sentence for the operator on how it was found; `nearest`: of
    what was asked for, the one nearest to the price, where nothing is at it.
    """

    items: list[RecommendedItem]
    explanation: str
    nearest: RecommendedItem | None = None


def describe_items(
    index: AccountIndex,
    history: np.ndarray,
    base: Strategy,
    selected: Sequence[SelectedItem],
    scope: QuestionScope,
) -> list[RecommendedItem]:
    """The selected items with their reasons, which name different items read where they can."""
    assert index.fitted is not None
    items: list[Item] = index.catalog.items
    described, reasons_before = [], list[int]()
    for each in selected:
        strategy, because = explain_item(
            index.fitted.signals, history, each.item, base, reasons_before
        )
        if each.is_explored:
            strategy, because = "explored", None
        reasons_before += [] if because is None else [because]
        read = None if because is None else items[because]
        reason = explanations.word_reason(
            strategy, read.title if read else "", read.kind if read else None
        )
        if strategy == "question":
            reason = scope.matches.reasons.get(each.item, reason)
        price = index.fitted.prices[each.item]
        if scope.budget is not None and price > 0:
            reason = f"{reason}，{price:g} 元"
        described.append(RecommendedItem(items[each.item], strategy, reason))
    return described


def describe_nothing(
    index: AccountIndex,
    scope: QuestionScope,
    history: np.ndarray,
    count: int,
    most_shown: int,
    *,
    is_any_left: bool,
) -> ItemChoice:
    """The goods that the question names although the follower has seen them; else no item, and why.

    `is_any_left`: whether items are left that have nothing to do with the question.
    """
    if items := _find_seen_goods(index, scope, count):
        return ItemChoice(items, explanations.SEEN_BEFORE)
    is_limited = scope.budget is not None and scope.budget.is_limited and scope.visible.any()
    if is_limited or scope.nearest is not None:
        return ItemChoice([], explanations.NO_SUCH_PRICE, _describe_nearest(index, scope))
    if is_any_left:
        return ItemChoice([], explanations.NOTHING_NEAR)
    if scope.visible.any() and not scope.may_show.any():
        return ItemChoice([], explanations.explain_kind(scope.kind))
    read_count, shown_count = int(scope.visible[history].sum()), int(scope.visible.sum())
    return ItemChoice(
        [], explanations.explain_nothing(shown_count, read_count, most_shown, scope.unfitted_count)
    )


def _describe_nearest(index: AccountIndex, scope: QuestionScope) -> RecommendedItem | None:
    number = scope.nearest
    if index.fitted is None or number is None:
        return None
    reason = scope.matches.reasons.get(number, explanations.LOWEST_PRICE)
    price = f"{index.fitted.prices[number]:g} 元"
    return RecommendedItem(index.catalog.items[number], "question", f"{reason}，{price}")


def _find_seen_goods(
    index: AccountIndex, scope: QuestionScope, count: int
) -> list[RecommendedItem]:
    best = scope.matches.list_best(scope.may_show, count)
    return [
        RecommendedItem(index.catalog.items[each], "question", scope.matches.reasons[int(each)])
        for each in best
        if index.catalog.items[each].kind is not ItemKind.ARTICLE
    ]
