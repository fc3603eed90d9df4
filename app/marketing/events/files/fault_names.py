"""Names the columns and words of a file in the Chinese sentences about its faulty rows."""

import functools
import re
from dataclasses import replace

from app.marketing.events.batches import RowFault
from app.marketing.events.files.cells import load_words
from app.marketing.events.files.orders import Holds

_FIELD = re.compile(r"(?:^|(?<=；))([a-z_]+)(?=：)")
_VALUE = re.compile(r"'([a-z_]+)'")


def name_in_chinese(fault: RowFault, holds: Holds) -> RowFault:
    """The fault with `类型（kind）：只能是 关注…` in place of `kind：只能是 'follow'…`."""
    titles, kinds = _load_names(holds)
    clauses = _FIELD.sub(
        lambda match: f"{titles[match[1]]}（{match[1]}）" if match[1] in titles else match[1],
        fault.chinese,
    )
    return replace(fault, chinese=_VALUE.sub(lambda match: kinds.get(match[1], match[0]), clauses))


@functools.cache
def _load_names(holds: Holds) -> tuple[dict[str, str], dict[str, str]]:
    """The first Chinese name of each column, and of each kind."""
    words = load_words(holds)
    columns, kinds = (
        {key: names[0] for key, names in words[field].items()} for field in ("columns", "kind")
    )
    return columns, kinds
