"""Questions of the corpus, each with the passages that a model is shown for it.

A question that the shop answers stands beside the passage that does, a near one beside the one
that seems to; both beside those of the shop that share most words with it, in any order, so that
only reading tells which passage answers, and whether one does.
"""

import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.dialogue import language
from app.dialogue.generation import compose, prompts
from app.dialogue.generation.passages import Passage
from app.dialogue.generation.values import Grounding, PromptPersona, Question
from app.knowledge.search.words import split_words
from models.search.shops import read_sections
from tests.bench.answers import matching
from tests.bench.answers.corpus import Case, Gold, Kind, Shop

LONGEST_PASSAGE = 300  # characters; longer sections are left out
BOUNDARY_BITS = 4 * prompts.BOUNDARY


@dataclass(frozen=True)
class Exercise:
    """A message and what is shown with it."""

    case: Case
    persona: PromptPersona
    passages: tuple[Passage, ...]
    source: Passage | None = None  # that answers; None: no passage does

    @property
    def text(self) -> str:
        """What the follower writes."""
        return self.case.turns[0]

    @property
    def facts(self) -> tuple[str, ...]:
        """That an answer must state."""
        return self.case.gold[0].facts if self.source else ()

    def prompt(self, letters: int, count: Callable[[str], int], dice: random.Random) -> Grounding:
        """As the service asks its model; the answer has `letters` characters at most."""
        boundary = f"{dice.getrandbits(BOUNDARY_BITS):0{prompts.BOUNDARY}x}"
        question = Question(text=self.text, passages=self.passages)
        return prompts.build_prompt(
            question, self.persona, compose.MAX_PROMPT_TOKENS, letters, count, boundary
        )


@dataclass(frozen=True)
class _Piece:
    """An entry or a section of a document."""

    passage: Passage
    document: str  # its file; "" for an entry
    words: frozenset[str]  # with those of all ways to ask


def build_exercises(
    shop: Shop, kind: Kind, sizes: Sequence[int], dice: random.Random
) -> Iterator[Exercise]:
    """A shop's questions of a kind, shuffled, each with as many passages as one of `sizes`.

    English ones are left out: their answers can't be cut out of Chinese passages.
    """
    pieces = [*_entries(shop), *_sections(shop)]
    persona = PromptPersona(shop.brand, about=shop.about)
    cases = [case for case in shop.cases if case.kind == kind]
    dice.shuffle(cases)
    for case in cases:
        if language.detect_language(case.turns[0]) == "english":
            continue
        ranking = _ranked(case.turns[0], pieces)
        first = _answering(case.gold[0], ranking) if case.gold else _tempting(case, ranking)
        if first is None:
            continue
        others = [piece.passage for piece in ranking if piece is not first]
        passages = [first.passage, *others[: dice.choice(sizes) - 1]]
        dice.shuffle(passages)
        yield Exercise(case, persona, tuple(passages), first.passage if case.gold else None)


def _entries(shop: Shop) -> Iterator[_Piece]:
    for entry in shop.entries:
        passage = Passage(entry.id, entry.answer, entry.question)
        terms = frozenset(split_words(" ".join([passage.whole, *entry.variants])))
        yield _Piece(passage, "", terms)


def _sections(shop: Shop) -> Iterator[_Piece]:
    for document, markdown in shop.documents.items():
        for title, text in read_sections(markdown):
            passage = Passage(f"{document}#{title}", text, title)
            if len(passage.whole) <= LONGEST_PASSAGE:
                yield _Piece(passage, document, frozenset(split_words(passage.whole)))


def _ranked(question: str, pieces: Sequence[_Piece]) -> list[_Piece]:
    """Those first that share most words with the question, rare words above all."""
    weights = {term: _rarity(term, pieces) for term in set(split_words(question))}
    return sorted(pieces, key=lambda piece: -_likeness(piece, weights))


def _rarity(term: str, pieces: Sequence[_Piece]) -> float:
    holders = sum(term in piece.words for piece in pieces)
    return math.log(1 + len(pieces) / holders) if holders else 0.0


def _likeness(piece: _Piece, weights: Mapping[str, float]) -> float:
    overlap = sum(weight for term, weight in weights.items() if term in piece.words)
    return overlap / math.sqrt(len(piece.words) or 1)


def _answering(gold: Gold, ranking: Sequence[_Piece]) -> _Piece | None:
    """The likest entry that is right; the section that states all facts."""
    for piece in ranking:
        passage = piece.passage
        if piece.document:
            is_right = piece.document == gold.document and gold.section in passage.title
        else:
            is_right = passage.id in gold.entries
        if is_right and matching.states_all(passage.whole, gold.facts):
            return piece
    return None


def _tempting(case: Case, ranking: Sequence[_Piece]) -> _Piece | None:
    return next((p for p in ranking if case.tempting in {p.passage.id, p.document}), None)
