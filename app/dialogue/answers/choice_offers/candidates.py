"""Selects the candidates that are offered as choices. No I/O."""

import math
from collections.abc import Sequence

from app.dialogue.answers.choice_offers import choices
from app.dialogue.generation.claims.trade_words import NOTHING_SAID
from app.dialogue.language import in_script
from app.dialogue.understanding import quoting
from app.dialogue.understanding.query_rewriting.subjects import MOMENT, PERSON
from app.dialogue.understanding.sentences import speech
from app.knowledge.search.words import HAN
from app.knowledge.values import Evidence

# A candidate is not offered if its logit is so much below the likeliest one's. On the tune shops
# three of 16 second and third candidates answered an unsure question, the last one 1.2 below.
BEHIND = 1.5
_LEAST = 1e-4  # probabilities are rounded to four digits


def select(likely: Sequence[Evidence]) -> list[Evidence]:
    """Select up to `choices.MOST` candidates to offer, from `likely` in descending probability:
    none `BEHIND` the first, and none with a label already used.
    """
    offered: list[Evidence] = []
    names: set[str] = set()
    for each in likely:
        name = choices.label_candidate(each)
        if not name or name in names:
            continue
        if offered and _compute_logit(offered[0]) - _compute_logit(each) > BEHIND:
            break
        offered.append(each)
        names.add(name)
    return offered[: choices.MOST]


def find_things(question: str) -> list[str]:
    """The nouns of a Chinese question of one clause; [] for other texts. In longer stories people
    use other words than the candidate, so their nouns prove nothing.
    """
    clause = in_script(quoting.only_clause(question), "simplified")
    if not HAN.search(clause):
        return []
    return [
        noun
        for noun in speech.find_nouns(clause)
        if noun not in NOTHING_SAID and not (MOMENT.fullmatch(noun) or PERSON.fullmatch(noun))
    ]


def speaks_of(text: str, things: Sequence[str]) -> bool:
    """Whether a text contains one of these things, two adjacent characters of its name, or all its
    characters apart (退票 in 票能退吗). True if `things` is empty.
    """
    plain = in_script(text, "simplified").casefold()
    return not things or any(_contains_word(plain, thing.casefold()) for thing in things)


def _contains_word(text: str, word: str) -> bool:
    if all(letter in text for letter in word) and HAN.fullmatch(word):
        return True
    if not HAN.fullmatch(word):
        return word in text
    return any(word[at : at + 2] in text for at in range(len(word) - 1))


def _compute_logit(candidate: Evidence) -> float:
    probability = min(max(candidate.probability, _LEAST), 1 - _LEAST)
    return math.log(probability / (1 - probability))
