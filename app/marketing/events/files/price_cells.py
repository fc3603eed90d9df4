"""Writes the prices of an items file into the items' texts, where recommendations read them."""

import math
import re
from collections.abc import Mapping
from typing import Any

from app.kit.text import fold

TITLES: Mapping[str, str] = {"price": "价格", "list_price": "原价"}  # by a column's field
_AMOUNT = re.compile(r"[¥￥]?\s*(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*(?:元|rmb)?")


def write_prices(cells: Mapping[str, Any]) -> dict[str, Any]:
    """The cells without those of prices, which begin the text unless it tells them already."""
    prices = {title: cells[field] for field, title in TITLES.items() if _has(cells, field)}
    others = {field: cell for field, cell in cells.items() if field not in TITLES}
    text = others.get("text", "")
    if not prices or not isinstance(text, str):
        return others
    lines = [f"{title}：{_format(price)}" for title, price in prices.items()]
    missing = [line for line in lines if not _tells(text, line)]
    return others | {"text": "\n".join([*missing, text] if text else missing)}


def _has(cells: Mapping[str, Any], field: str) -> bool:
    price = cells.get(field)  # pandas writes NaN for none
    return price is not None and not (isinstance(price, float) and math.isnan(price))


def _format(price: Any) -> str:
    """`1680 元` of ¥1,680; what is no amount in yuan (面议, 39 元起) as it is."""
    amount = _AMOUNT.fullmatch(fold(str(price)).strip())
    return f"{float(amount[1].replace(',', '')):.10g} 元" if amount else str(price).strip()


def _tells(text: str, line: str) -> bool:
    """Whether a text tells the amount of a line as a price already."""
    amount = line.partition("：")[2].removesuffix(" 元")
    number = rf"(?<![\d.,]){re.escape(amount)}(?:\.0+)?(?![\d.])"
    return bool(re.search(rf"{number}\s*(?:元|块)|[价¥￥格]\s*[:：为]?\s*{number}", text))
