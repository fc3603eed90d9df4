"""Variants that alternate from day to day, where an account may not address groups.

In each block of days every variant has one day, in an order that follows from the experiment's id:
weekdays and trends fall on all variants alike, in the long run.
"""

import hashlib
from datetime import UTC, datetime

from app.kit.clock import CHINA
from app.marketing.experiments.assignment import Allocation

FEWEST_DAYS = 10  # of each variant, before which the variance over days says little
# Said with every result: what a reader must know who compares days.
WEAKNESS = (
    "按天轮换：同一天的粉丝看到同一个方案，比较的是日子而不是人。节假日、热点和推送时间会混进差别里，"
    "同一位粉丝可能先后看到几个方案；有效样本是天数，要得到同样的把握需要更久。能按人分组时请按人分组。"
)


def number_day(time: float) -> int:
    """China's day of a time (seconds since 1970), counted from 1970."""
    return datetime.fromtimestamp(time, CHINA).date().toordinal() - _EPOCH


def choose_variant_of_day(day: int, allocation: Allocation) -> str:
    """The variant of a day; the same on every machine."""
    names = [variant.name for variant in allocation.variants if variant.share]
    block, place = divmod(day, len(names))
    order = sorted(names, key=lambda name: _draw(allocation.salt, block, name))
    return order[place]


def _draw(salt: str, block: int, name: str) -> bytes:
    return hashlib.blake2b(f"{salt}\0{block}\0{name}".encode(), digest_size=8).digest()


_EPOCH = datetime.fromtimestamp(0, UTC).date().toordinal()
