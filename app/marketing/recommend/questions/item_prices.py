"""Finds the price of an item in its title and text, and compares it with a budget. No I/O."""

import re
from collections.abc import Collection, Sequence

import numpy as np

from app.dialogue.understanding.entities.budgets import PriceLimits
from app.kit.text import fold
from app.marketing.events.items import Item, ItemKind

LONGEST_TEXT = 500  # characters of an item's text in which its price is looked for
PRICED = 5.0  # what a price that fits adds to the score
NEAREST = 5.0  # what lies between an amount asked for and one 100 % off
IN_ORDER = 100.0  # a place in the order of prices
AS_GOOD = 0.5  # of the best score by words, from which on items are put in the order of prices
_PRICED_KINDS = frozenset({ItemKind.PRODUCT, ItemKind.EVENT})
_NUMBER = r"(?P<n>\d[\d,]*(?:\.\d+)?)(?!\d|\.\d)"
_UNIT = r"\s*(?:元|块|rmb|cny|yuan)"
_SIGN = r"\s*(?:¥|rmb|cny)?\s*"
_OTHER_UNIT = r"(?!\s*[克斤升寸岁天年月人位枚条只支枝米厘毫码颗抽张粒个%折])"
_PRICES = (
    re.compile(
        rf"(?:现价|特价|到手价?|活动价|券后价?|优惠价|折后价?)(?:[:是为]|\s)*{_SIGN}{_NUMBER}{_OTHER_UNIT}"
    ),
    re.compile(
        rf"(?<![原差底])(?:价格|售价|单价|价钱|定价|价|price)(?:[:是为]|\s)*{_SIGN}{_NUMBER}{_OTHER_UNIT}"
    ),
    re.compile(rf"(?:¥|rmb|cny)\s*{_NUMBER}"),
    re.compile(rf"{_NUMBER}{_UNIT}(?!券|红包|运费|押金)"),
)
_BESIDE = re.compile(
    r"(?:满|减|立减|立省|省|返|抵|押金|定金|运费|邮费|配送费|补差|原价|市场价|门店价|加|赠)[:是价为\s¥]*$"
)


def read_prices(items: Sequence[Item]) -> np.ndarray:
    """(items,): prices in yuan, NaN where none is told. Only products and events have one."""
    return np.array([_find_price(item) for item in items], np.float64)


def fits_budget(prices: np.ndarray, budget: PriceLimits) -> np.ndarray:
    """(items,): whether the prices are within the budget; an unknown one is."""
    return np.asarray(np.isnan(prices) | ((prices >= budget.least) & (prices <= budget.most)))


def costs_less(prices: np.ndarray, examples: Collection[int]) -> np.ndarray:
    """(items,): whether the prices are known, and below the median of those of the examples; none
    is where no example has a price.
    """
    priced = prices[list(examples)]
    priced = priced[~np.isnan(priced)]
    if not priced.size:
        return np.zeros(len(prices), bool)
    return np.asarray(~np.isnan(prices) & (prices < np.median(priced)))


def find_nearest_price(
    prices: np.ndarray, mask: np.ndarray, budget: PriceLimits | None
) -> int | None:
    """The item of the mask (items,) whose price is nearest to the budget, the cheapest without one;
    None where no price is known.
    """
    items = np.flatnonzero(mask & ~np.isnan(prices))
    limits = budget if budget is not None and budget.is_limited else PriceLimits(most=0.0)
    below, above = limits.least - prices[items], prices[items] - limits.most
    return int(items[np.argmin(np.maximum(below, above))]) if items.size else None


def list_by_price(
    prices: np.ndarray, mask: np.ndarray, budget: PriceLimits, count: int
) -> np.ndarray:
    """(n,): the `count` items of the mask (items,) whose prices suit the budget best."""
    items = np.flatnonzero(mask & ~np.isnan(prices))
    keys = prices[items]
    if budget.order == "dearest":
        keys = -keys
    elif budget.aim:
        keys = np.abs(keys - budget.aim)
    return np.asarray(items[np.argsort(keys, kind="stable")[:count]])


def weigh_prices(prices: np.ndarray, budget: PriceLimits, by_words: np.ndarray) -> np.ndarray:
    """(c,): what the prices (c,) add to scores; `by_words` (c,) says how well the words fit.

    Items without a price get nothing. The order of prices goes before everything else, among the
    items whose words fit about as well as the best.
    """
    has_price = ~np.isnan(prices)
    scores = np.where(has_price, PRICED, 0.0)
    if budget.aim:
        scores = scores - NEAREST * np.nan_to_num(np.abs(prices - budget.aim) / budget.aim)
    if budget.order:
        is_as_good = has_price & (by_words >= AS_GOOD * by_words.max(initial=0.0))
        keys = np.where(is_as_good, prices if budget.order == "cheapest" else -prices, np.inf)
        places = np.argsort(np.argsort(keys, kind="stable"), kind="stable")
        scores = scores + np.where(is_as_good, IN_ORDER * (len(prices) - places), 0.0)
    return np.asarray(scores)


def _find_price(item: Item) -> float:
    if item.kind not in _PRICED_KINDS:
        return np.nan
    text = fold(f"{item.title}\n{item.text[:LONGEST_TEXT]}")
    for pattern in _PRICES:
        for match in pattern.finditer(text):
            if not _BESIDE.search(text, max(0, match.start() - 6), match.start("n")):
                return float(match["n"].replace(",", ""))
    return np.nan
