"""Which items have the words of a question, and how much these speak for each. No I/O."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from app.marketing.recommend.questions.item_words import ItemWords
from app.marketing.recommend.questions.question_words import QuestionWords, find_core, list_readings
from app.marketing.recommend.questions.related_words import (
    WORD_END,
    RelatedWords,
    find_related_words,
)

# Weights of a name: of an occasion's word, in title or tags, in pieces (低因咖啡豆 in 低因哥伦比亚
# 咖啡豆), of a related word, its end (磨豆机 of 电动磨豆机), in the text alone.
OCCASION, WHOLE, PIECES, RELATED, END, IN_TEXT = 1.5, 1.0, 0.9, 0.8, 0.5, 0.4
_NO_THINGS = frozenset("人天事时年月日家点钱货样种上下里")  # one letter that names no goods
_DIMINUTIVE = "子"  # 豆子 and 豆 are looked for as a word's end: 咖啡豆
# A letter before a noun that leaves it the same thing (热咖啡); any other makes it another one:
# 台钓竿 is no 船钓竿, though it ends the same.
_QUALITIES = frozenset(
    "大小新旧黑白红黄蓝绿粉紫灰冷热冰温凉甜咸辣酸苦软硬厚薄长短"
    "高低轻重粗细老嫩干湿生熟好浓淡鲜真男女双单"
)

# Letters before a noun that exclude each other: 大提琴 is no 小提琴.
_OPPOSITES = dict(zip("大小男女长短", "小大女男短长", strict=True))


@dataclass(slots=True, kw_only=True)
class WordMatches:
    """`scores`: how much the words speak for an item, by its number; `reasons`: by the best one.

    `things`: the items whose titles end a word with what is asked for, so that they are it:
    民谣吉他 for 吉他, not 吉他弦, which is one of the `compounds`. `in_names`: those with a word in
    title or tags. `alternatives`: the items of each alternative of the question.
    `is_of_other_kind`: a name asks for another kind of what the items are: 船钓竿.
    """

    scores: dict[int, float] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)
    things: set[int] = field(default_factory=set)
    compounds: set[int] = field(default_factory=set)
    in_names: set[int] = field(default_factory=set)
    alternatives: list[set[int]] = field(default_factory=list)
    is_of_other_kind: bool = False
    _best: dict[int, float] = field(default_factory=dict)

    def add(self, items: Iterable[int], reason: str, score: float) -> None:
        """Count a word for items."""
        for item in items:
            self.scores[item] = self.scores.get(item, 0.0) + score
            if score > self._best.get(item, 0.0):
                self._best[item], self.reasons[item] = score, reason

    def list_best(self, may_show: np.ndarray, count: int) -> np.ndarray:
        """(n,): the `count` best items of the mask (items,)."""
        items = [item for item in self.scores if item < len(may_show) and may_show[item]]
        return np.array(sorted(items, key=lambda item: -self.scores[item])[:count], np.int64)

    def mark(self, items: np.ndarray) -> np.ndarray:
        """(c,): which of the items (c,) have a word."""
        return np.isin(items, np.fromiter(self.scores, np.int64, len(self.scores)))

    def mark_things(self, items: np.ndarray) -> np.ndarray:
        """(c,): which of the items (c,) are what is asked for."""
        return np.isin(items, np.fromiter(self.things & self.scores.keys(), np.int64))

    def mark_compounds(self, count: int) -> np.ndarray:
        """(count,): which of the first items are compounds."""
        return np.isin(np.arange(count), np.fromiter(self.compounds, np.int64))

    def weigh(self, items: np.ndarray) -> np.ndarray:
        """(c,): the scores of the items (c,); 0 without a word."""
        return np.array([self.scores.get(int(item), 0.0) for item in items])


def match_words(question: QuestionWords, item_words: ItemWords) -> WordMatches:
    """The items that have words of the question; a rare word counts more than a common one."""
    matches = WordMatches()
    for name in question.names:
        _match_name(matches, name, question, item_words)
    for related in question.related:
        if related.is_thing:
            words = (word.removesuffix(WORD_END) for word in related.item_words)
            matches.things |= {item for word in words for item in item_words.titles.find_ends(word)}
        items = find_related_items(related, item_words)
        rarity = _rate_rarity(len(items), item_words.count)
        matches.add(items, f"和你问的“{related.word}”有关", RELATED * rarity)
        matches.in_names |= set(items)
    for occasion in question.occasions:
        fitting = {item for word in occasion.words for item in item_words.names.find_items(word)}
        matches.add(fitting, occasion.reason, OCCASION)
    matches.compounds -= matches.things
    return matches


def _match_name(
    matches: WordMatches, name: str, question: QuestionWords, item_words: ItemWords
) -> None:
    """Count the items that have a name of the question."""
    query_words = {related.word for related in question.related}
    places, core = _find_name(name, item_words), find_core(name)
    things = _find_things(core, item_words)
    matches.things |= things
    matches.compounds |= set(item_words.titles.find_items(core)) if core else set()
    matches.is_of_other_kind |= not places and is_of_other_kind(core, item_words)
    if name in question.alternatives:
        matches.alternatives.append(things or {item for each in places for item in each[0]})
    for items, word, weight in places:
        if word in query_words and weight < WHOLE:
            continue
        rarity = _rate_rarity(len(items), item_words.count)
        matches.add(items, f"和你问的“{word}”有关", weight * rarity)
        matches.in_names |= set(items) if weight > IN_TEXT else set()


def find_kind(question: QuestionWords, kinds: np.ndarray, item_words: ItemWords) -> np.ndarray:
    """(items,): which items are of the kind that the question names, or have its word at the end of
    one in title or tags, or the whole phrase; all without a kind. What the question excludes is
    none of them.
    """
    mask = np.ones(len(kinds), bool) if question.kind is None else kinds == question.kind.value
    if question.kind is not None:
        mask[item_words.names.find_ends(question.kind_word)] = True
        if question.kind_phrase != question.kind_word:
            mask[item_words.names.find_items(question.kind_phrase)] = True
    mask &= ~np.isin(kinds, [kind.value for kind in question.excluded_kinds])
    for word in question.excluded:
        mask[item_words.names.find_items(word)] = False
        for related in find_related_words(word):
            mask[find_related_items(related, item_words)] = False
    return mask


def find_named(words: Iterable[str], item_words: ItemWords) -> np.ndarray:
    """(items,): which items have one of the words in title or tags."""
    mask = np.zeros(item_words.count, bool)
    mask[item_words.names.find_any(words)] = True
    return mask


def find_related_items(related: RelatedWords, item_words: ItemWords) -> list[int]:
    """The items with a related word in title or tags; where there are none, in their texts."""
    for texts in (item_words.names, item_words.texts):
        items = {
            item
            for word in related.item_words
            for item in (
                texts.find_ends(word.removesuffix(WORD_END))
                if word.endswith(WORD_END)
                else texts.find_items(word)
            )
        }
        if items:
            return sorted(items)
    return []


def _find_name(name: str, item_words: ItemWords) -> list[tuple[list[int], str, float]]:
    """Where a name is: in titles and tags if it is anywhere there, else in texts, else its end."""
    readings = list_readings(name)
    for reading in readings:
        whole = item_words.names.find_items(reading)
        pieces = sorted(_find_pieces(reading, item_words) - set(whole))
        if whole or pieces:
            return [(whole, reading, WHOLE), (pieces, reading, PIECES)]
    for reading in readings:
        if items := item_words.texts.find_items(reading):
            return [(items, reading, IN_TEXT)]
    core = find_core(name)
    if shorter := find_shorter_name(core, item_words):
        return [(item_words.names.find_ends(shorter), shorter, RELATED)]
    return _find_end(core, item_words)


def find_shorter_name(name: str, item_words: ItemWords) -> str:
    """A word's end of titles and tags that is a Chinese name without one of its inner letters, so
    that the noun at its end stays: 炒锅 for 炒菜锅; "" for none.
    """
    cuts = () if name.isascii() or name.endswith(_DIMINUTIVE) else range(1, len(name) - 1)
    shorter = (f"{name[:cut]}{name[cut + 1 :]}" for cut in cuts)
    return next((each for each in shorter if item_words.names.find_ends(each)), "")


def _find_pieces(name: str, item_words: ItemWords) -> set[int]:
    """The items whose title and tags have both parts of a name of four characters or more."""
    items: set[int] = set()
    for cut in range(2, len(name) - 1):
        if begins := set(item_words.names.find_items(name[:cut])):
            items |= begins & set(item_words.names.find_items(name[cut:]))
    return items


def _find_end(name: str, item_words: ItemWords) -> list[tuple[list[int], str, float]]:
    """Where the end of a name is, its longest part first: the noun of a compound is at its end."""
    if is_of_other_kind(name, item_words):
        return []
    for begin in range(1, 0 if name.isascii() else len(name) - 1):
        end = name[begin:]
        if len(end) * 2 >= len(name) and (items := item_words.names.find_items(end)):
            return [(items, end, END)]
    if len(name.removesuffix(_DIMINUTIVE)) != 1 or name in _NO_THINGS:
        return []
    return [(item_words.names.find_ends(name[0]), name, END)]


def _find_things(name: str, item_words: ItemWords) -> set[int]:
    """The items whose titles end a word with the name, else with the longest end of it."""
    ends = (item_words.titles.find_ends(name[begin:]) for begin in range(max(len(name) - 1, 0)))
    return set(next((items for items in ends if items), ()))


def is_of_other_kind(name: str, item_words: ItemWords) -> bool:
    """Whether a name differs from one of the items by the letter before it: 船钓竿, 台钓竿; 大提琴,
    where only 小提琴 is there.
    """
    if len(name) > 2 and (opposite := _OPPOSITES.get(name[0])):
        alike = item_words.names.find_items(name[1:])
        return bool(alike) and alike == item_words.names.find_items(f"{opposite}{name[1:]}")
    is_compound = len(name) > 2 and not name.isascii() and name[0] not in _QUALITIES
    return is_compound and bool(item_words.names.find_items(name[1:]))


def _rate_rarity(count: int, of: int) -> float:
    """1 for a word of one item, falling to 0.2 for one that every item has."""
    return 1.0 if count <= 1 else 1.0 - 0.8 * float(np.log(count) / np.log(max(of, 2)))
