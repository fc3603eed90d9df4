"""Which items are near to what a follower asked, by their words and by embeddings. No I/O.

The thresholds are cosines of the encoder's embeddings, chosen on 2026-12-01 by 30 near and 30 far
questions to 60 items of a tea shop: the far ones reach 0.43, 29 near ones are above 0.45, and the
other one names an item. 15 questions for kinds of tea and the like that no title has reach 0.52;
near ones with a noun that no item has begin at 0.59. On 30 items of a clothes shop, which chose
nothing, the same rule answers 29 of 30 near questions and none of 30 far ones.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.dialogue.understanding.item_wishes import normalise_wish, refuses_items
from app.dialogue.understanding.sentences.speech import find_nouns
from app.marketing.recommend.questions.item_words import ItemWords
from app.marketing.recommend.questions.occasions import GIFT, is_for_adult
from app.marketing.recommend.questions.question_words import QuestionWords, read_question
from app.marketing.recommend.questions.word_matches import WordMatches
from app.marketing.recommend.ranking.texts import ItemVectors

NEAR = 0.45
NEAR_WITH_UNKNOWN_NOUN = 0.55  # where the question names something that no item's text has


@dataclass(frozen=True)
class ItemQuestion:
    """What a follower asked, and its embedding (D,) of length 1. `explains`: it asks how, so that
    only articles with its words in title or tags answer it.
    """

    text: str
    embedding: np.ndarray
    explains: bool = False

    @cached_property
    def words(self) -> QuestionWords:
        """The words of the question."""
        return read_question(self.text)

    @cached_property
    def is_refusal(self) -> bool:
        """Whether nothing is to be recommended."""
        return refuses_items(self.text)

    @property
    def is_plain(self) -> bool:
        """Whether it asks for anything, as 有什么推荐 does."""
        return self.words.is_plain

    @property
    def is_for_gift(self) -> bool:
        """Whether it asks for a present: 送妈妈什么好."""
        return GIFT in self.words.occasions

    @property
    def is_for_adult(self) -> bool:
        """Whether it asks for a present for a grown-up: 送朋友什么好."""
        return self.is_for_gift and is_for_adult(normalise_wish(self.text))

    @property
    def is_general(self) -> bool:
        """Whether any good item of its kind is an answer: 有什么推荐, 送妈妈什么好, 有什么活动."""
        return self.is_plain or self.is_for_gift or self.words.kind is not None


def find_near_items(
    question: ItemQuestion,
    items: np.ndarray,
    item_words: ItemWords,
    matches: WordMatches,
    vectors: ItemVectors | None,
) -> np.ndarray:
    """(c,): which of the items (c,) have a word of the question, or are near by embedding.

    Where the question names what no item has (有没有普洱), or the items that have it may be too
    dear, an item has to be nearer; an English noun isn't missing because the items are told in
    Chinese. An item with hardly a word is near to nothing, and none is to 船钓竿 by 台钓竿.
    """
    if question.explains:
        return np.isin(items, np.fromiter(matches.in_names, np.int64))
    has_word = matches.mark(items)
    if vectors is None or matches.is_of_other_kind:
        return has_word
    nouns = find_nouns(question.text)
    is_known = all(
        noun.isascii() or item_words.names.find_items(noun) or item_words.texts.find_items(noun)
        for noun in nouns
    )
    closeness = vectors.measure_closeness(question.embedding, items)
    is_named = question.words.budget is not None and bool(matches.scores)
    is_near = closeness >= (NEAR if is_known and not is_named else NEAR_WITH_UNKNOWN_NOUN)
    return np.asarray(has_word | (is_near & item_words.readable[items]))
