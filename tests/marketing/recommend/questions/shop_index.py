"""The index of a small shop's items, for questions that are answered by their words alone."""

from collections.abc import Mapping, Sequence

from app.marketing.events.items import Item, ItemKind
from app.marketing.recommend.fitting import fit
from app.marketing.recommend.index import AccountIndex

NOW = 1_796_000_000.0


def read_priced_items(table: str, texts: Mapping[str, str] | None = None) -> list[Item]:
    """The items of lines `kind|title|tags|price`; `texts`: of titles without a price."""
    rows = [line.split("|") for line in table.strip().splitlines()]
    return [
        Item(
            account="default", id=f"i-{at}", kind=ItemKind(kind), title=title,
            tags=tuple(tags.split()), created=0.0, changed=0.0,
            text=f"价格：{price} 元" if price else (texts or {}).get(title, ""),
        )
        for at, (kind, title, tags, price) in enumerate(rows)
    ]  # fmt: skip


def fit_index(items: Sequence[Item]) -> AccountIndex:
    """An index that is fitted to the items."""
    index = AccountIndex()
    index.put_items(items)
    index.fitted = fit(index.copy_for_fit(NOW, learns=False))
    return index
