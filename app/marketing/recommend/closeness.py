"""Which items are near to what a follower asked. No I/O.

The thresholds are cosines of the encoder's embeddings, chosen on 2026-12-01 by 30 near and 30 far
questions to 60 items of a tea shop: the far ones reach 0.43, 29 near ones are above 0.45, and the
other one names an item. 15 questions for kinds of tea and the like that no title has reach 0.52;
near ones with a noun that no item has begin at 0.59. On 30 items of a clothes shop, which chose
nothing, the same rule answers 29 of 30 near questions and none of 30 far ones.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.dialogue.understanding.sentences.speech import find_nouns
from app.marketing.events.items import Item
from app.marketing.recommend.ranking.texts import ItemVectors
from app.marketing.recommend.vectors.item_vectors import describe_item_text

NEAR = 0.45
NEAR_WITH_UNKNOWN_NOUN = 0.55  # where the question names something that no item's text has
_GLUE = (
    "请问|可以|帮我|给我|为我|有没有|有啥|有什么|有哪些|什么|啥|哪些|推荐|介绍|一下|一些|几样|几款|一款|想要|"
    "想买|想看|看看|值得|买|好的|好|的|吗|呢|呀|啊|点|我|你们|您|么|有"
)
_NOTHING_SPECIAL = re.compile(rf"(?:{_GLUE}|[\s？?！!。，,～~])+")
_WISH = re.compile("推荐|什么|啥|哪些")
_GIFT = re.compile(
    r"^(?!.*(?:时候|送货|送到|配送|赠送))(?:.*送.*(?:什么|啥)|.*(?:什么|啥|推荐).*(?:送|礼物|礼品))"
)


@dataclass(frozen=True, slots=True)
class ItemQuestion:
    """What a follower asked, and its embedding (D,) of length 1."""

    text: str
    embedding: np.ndarray

    @property
    def is_plain(self) -> bool:
        """Whether it asks for anything, as 有什么推荐 does."""
        return bool(_WISH.search(self.text) and _NOTHING_SPECIAL.fullmatch(self.text))

    @property
    def is_general(self) -> bool:
        """Whether any good item is an answer: 有什么推荐, 送妈妈什么好."""
        return self.is_plain or bool(_GIFT.match(self.text))


def find_near_items(
    question: ItemQuestion, items: np.ndarray, catalog: Sequence[Item], vectors: ItemVectors | None
) -> np.ndarray:
    """(c,): which of the items (c,) are near by text, or have a noun of the question as a word.

    Where the question names what no item has (有没有普洱), an item has to be nearer.
    """
    nouns = find_nouns(question.text)
    names = [f"{catalog[at].title} {' '.join(catalog[at].tags)}" for at in items]
    has_noun = np.array([any(noun in name for noun in nouns) for name in names], bool)
    if vectors is None:
        return has_noun
    texts = [describe_item_text(catalog[at]) for at in items] if nouns else []
    is_known = all(any(noun in text for text in texts) for noun in nouns)
    closeness = vectors.measure_closeness(question.embedding, items)
    return np.asarray(has_noun | (closeness >= (NEAR if is_known else NEAR_WITH_UNKNOWN_NOUN)))
