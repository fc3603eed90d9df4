"""What the network reads of a candidate beside its rivals."""

import numpy as np
import pytest

from models.encoder.encoder import Encoder
from models.hub.fetch import ensure_base
from models.search.alignment import (
    UNCOVERED,
    Aligned,
    Tokens,
    align_candidate,
    features_of,
    spread_cosines,
)
from models.search.spelling import Spelling


def tokens(encoder: Encoder, text: str) -> Tokens:
    ids = encoder.tokenize([text])
    states, _ = encoder.hidden_states(ids)
    unit = (states / states.norm(dim=1, keepdim=True)).numpy()
    pooled = unit.mean(0) / np.linalg.norm(unit.mean(0))
    return Tokens(tuple(ids[0]), unit, unit[:, :8], pooled)


def test_a_candidate_is_read_beside_the_best_of_its_rivals() -> None:
    encoder = Encoder(ensure_base())
    spelling = Spelling(encoder.tokenizer)
    question, text = tokens(encoder, "龙井多少钱"), tokens(encoder, "一罐 88 元")
    rivals = [
        Aligned(heading, text, align_candidate(question, heading, text))
        for heading in (tokens(encoder, "龙井价格"), tokens(encoder, "碧螺春多少钱"))
    ]

    right, other = features_of(spelling, question, rivals, 2)
    [alone] = features_of(spelling, question, rivals[:1], 1)

    count = len(question.ids)
    assert right.tokens[:count, 8] == pytest.approx(other.tokens[:count, 2])
    assert other.tokens[:count, 8] == pytest.approx(right.tokens[:count, 2])
    assert right.pair[5] == pytest.approx(-other.pair[5])
    assert alone.tokens[:count, 8] == pytest.approx(spread_cosines(np.full(count, UNCOVERED)))
    assert right.tokens[:count, 9] == pytest.approx(other.tokens[:count, 5:7].max(1))
    assert len(features_of(spelling, question, rivals, 1)) == 1
