"""Training material of the search: the corpus's questions, each with hard candidates."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from models.encoder import embedding
from models.encoder.encoder import Encoder
from models.search.alignment import own_tokens
from models.search.shops import Shop, ShopQuestion
from models.search.spelling import Spelling, simplify_text

HARD = 6  # candidates a question: those of the best cover
READ_TOKENS = 3_000  # tokens of one encoder pass


@dataclass(frozen=True)
class Pairing:
    """A question with its candidates, (unit's index, heading), and whether each answers."""

    question: str
    kind: str
    candidates: tuple[tuple[int, str], ...]
    answers: tuple[bool, ...]

    def unanswered(self) -> "Pairing":
        """The same question with only the candidates that don't answer."""
        other_candidates = tuple(
            c for c, right in zip(self.candidates, self.answers, strict=True) if not right
        )
        return Pairing(self.question, self.kind, other_candidates, (False,) * len(other_candidates))


@dataclass(frozen=True)
class QuestionGroup:
    """Some questions of one shop, scored in one training step."""

    shop: Shop
    pairings: tuple[Pairing, ...]


class States:
    """Encodes texts; stores their token ids, and their states after `below` layers (`lower`)."""

    def __init__(self, encoder: Encoder, below: int) -> None:
        self.encoder, self.below = encoder, below
        self.spelling = Spelling(encoder.tokenizer)
        self.ids: dict[str, list[int]] = {}
        self.lower: dict[str, torch.Tensor] = {}  # (T, H) fp16

    @torch.inference_mode()
    def read(self, texts: Sequence[str]) -> dict[str, np.ndarray]:
        """Text -> last hidden states, (T, H) fp32 unit rows; also fills `ids` and `lower`."""
        texts = list(dict.fromkeys(texts))
        ids = self.encoder.tokenize([simplify_text(text) for text in texts])
        self.ids |= zip(texts, ids, strict=True)
        last: dict[str, np.ndarray] = {}
        for batch in embedding.batch_by_length(ids, READ_TOKENS):
            lower, upper = self._forward([ids[i] for i in batch])
            upper = functional.normalize(upper.float(), dim=1)
            at = 0
            for i in batch:
                rows = slice(at, at + len(ids[i]))
                self.lower[texts[i]] = lower[rows].half().clone()
                last[texts[i]] = upper[rows].cpu().numpy().copy()
                at += len(ids[i])
        return last

    def _forward(self, packed: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
        lower = x = self.encoder.embedded(packed)
        groups = self.encoder.groups(packed)
        for number, layer in enumerate(self.encoder.layers, 1):
            x = layer(x, groups)
            if number == self.below:
                lower = x
        return lower, x


def pair_up(shop: Shop, last: dict[str, np.ndarray], most: int = HARD) -> list[Pairing]:
    """Pair each question with the `most` candidates of the best cover, one an owner, and its gold.

    `last` gives each text's (T, H) states, as `States.read` returns them.
    """
    return [_pair_question(shop, question, last, most) for question in shop.questions]


def _pair_question(
    shop: Shop, shop_question: ShopQuestion, last: dict[str, np.ndarray], most: int
) -> Pairing:
    question = own_tokens(last[shop_question.text])
    scored: list[tuple[float, int, str]] = []
    for at, unit in enumerate(shop.units):
        by_text = (question @ own_tokens(last[unit.text]).T).max(1)
        ways = [
            (
                float(np.maximum((question @ own_tokens(last[heading]).T).max(1), by_text).mean()),
                heading,
            )
            for place, heading in enumerate(unit.headings)
            if shop_question.without != (at, place)
        ]
        if ways:
            cover, heading = max(ways)
            scored.append((cover, at, heading))
    scored.sort(reverse=True)
    best_candidates = _one_an_owner(shop, scored, most)
    gold = [each for each in scored if each[1] in shop_question.gold]
    if gold and not any(each[1] in shop_question.gold for each in best_candidates):
        best_candidates.append(gold[0])
    # Other windows of a section that answers may answer too, so they aren't negatives.
    owners = {shop.units[at].owner for at in shop_question.gold}
    candidates = [
        e
        for e in best_candidates
        if e[1] in shop_question.gold or shop.units[e[1]].owner not in owners
    ]
    return Pairing(
        shop_question.text,
        shop_question.kind,
        tuple((at, heading) for _, at, heading in candidates),
        tuple(at in shop_question.gold for _, at, _ in candidates),
    )


def _one_an_owner(
    shop: Shop, scored: Sequence[tuple[float, int, str]], most: int
) -> list[tuple[float, int, str]]:
    owners: set[str] = set()
    best_candidates: list[tuple[float, int, str]] = []
    for each in scored:
        owner = shop.units[each[1]].owner
        if owner not in owners and len(best_candidates) < most:
            owners.add(owner)
            best_candidates.append(each)
    return best_candidates


def group_questions(
    pairings: Sequence[tuple[Shop, Sequence[Pairing]]], size: int, chance: random.Random
) -> Iterator[QuestionGroup]:
    """All questions that have candidates, in groups of up to `size` of one shop, shuffled."""
    groups = []
    for shop, some in pairings:
        mixed = [each for each in some if each.candidates]
        chance.shuffle(mixed)
        groups += [
            QuestionGroup(shop, tuple(mixed[at : at + size])) for at in range(0, len(mixed), size)
        ]
    chance.shuffle(groups)
    return iter(groups)


def texts_of(shop: Shop) -> list[str]:
    """All texts of a shop: headings and texts of units, and questions."""
    units = [text for unit in shop.units for text in (*unit.headings, unit.text)]
    return [*units, *(question.text for question in shop.questions)]
