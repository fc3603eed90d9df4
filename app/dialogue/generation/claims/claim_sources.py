"""The texts that claims in an answer are checked against, and what they say of the question."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import regex
import rjieba

from app.dialogue.generation.claims import trade_words as lists
from app.dialogue.generation.fact_checks.fact_values import Fact
from app.dialogue.generation.fact_checks.facts import find_facts
from app.safety.words.normalise import fold_for_patterns

HAN = regex.compile(r"\p{Han}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimSources:
    """The texts that an answer is checked against."""

    brand_texts: Sequence[str]  # written by the brand
    topics: Sequence[str]  # titles of passages, and how the brand describes itself
    follower_text: str  # written by the follower, in the turns shown
    question: str  # the follower's present question
    brand_names: Sequence[str]  # of the brand and of its persona
    about_brand: bool  # whether the intent can be answered by the brand only


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldedSources:
    """Sources with folded texts and extracted facts, for comparison."""

    text: str
    facts: frozenset[Fact]
    follower_text: str
    follower_facts: frozenset[Fact]  # without money and promises: naming a price isn't one
    names: Sequence[str]
    asks_brand: bool  # the question asks the brand itself
    about_goods: bool  # or the question is about goods or topics of the brand

    @classmethod
    def of(cls, sources: ClaimSources) -> Self:
        """The sources, folded and with their facts."""
        is_brand_question = asks_brand(sources.question, sources.brand_names)
        return cls(
            text=fold_for_patterns("\n".join(sources.brand_texts)),
            facts=frozenset(fact for part in sources.brand_texts for fact in find_facts(part)),
            follower_text=fold_for_patterns(sources.follower_text),
            follower_facts=frozenset(
                fact for fact in find_facts(sources.follower_text) if not fact.binding
            ),
            names=[fold_for_patterns(name) for name in sources.brand_names if name],
            asks_brand=is_brand_question,
            about_goods=is_brand_question or sources.about_brand or _names_goods(sources),
        )

    def has(self, word: str) -> bool:
        """Whether the brand's texts contain this word, or half of its pairs of characters."""
        if word in self.text:
            return True
        if not HAN.search(word):
            return any(each in self.text for each in lists.ENGLISH.get(_stem_word(word), ()))
        if any(word.replace(*pair) in self.text for pair in lists.OPPOSITES if pair[0] in word):
            return False
        parts = [word[at : at + 2] for at in range(len(word) - 1)]
        return len(word) > 2 and 2 * sum(part in self.text for part in parts) >= len(parts)


def asks_brand(text: str, brand_names: Sequence[str] = ()) -> bool:
    """Whether a message, by its words, asks what only the brand can answer."""
    plain = fold_for_patterns(text)
    named_in_it = any(name and fold_for_patterns(name) in plain for name in brand_names)
    return named_in_it or bool(lists.ASKS_BRAND.search(plain) or lists.TRADE.search(plain))


def _names_goods(sources: ClaimSources) -> bool:
    """Whether a noun of the question occurs in the titles or the brand's description."""
    topics = fold_for_patterns("\n".join(sources.topics))
    nouns = {word for word, tag in rjieba.tag(fold_for_patterns(sources.question)) if tag[0] == "n"}
    return any(len(noun) > 1 and noun in topics for noun in nouns - lists.NOTHING_SAID)


def _stem_word(word: str) -> str:
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) > 2:
            return word.removesuffix(ending)
    return word
