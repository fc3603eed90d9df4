"""The search's model under training, over a small random base."""

from pathlib import Path

import torch

from models.encoder.encoder import Encoder
from models.search.learner import SearchLearner
from models.search.lora import UpperLayers
from models.search.material import Pairing, QuestionGroup, States
from models.search.network import Network, Shape
from models.search.shops import Shop, Unit
from tests.models.tiny import HIDDEN, tiny

UNITS = (Unit("a", ("什么时候",), "甲乙丙"), Unit("b", ("便宜点吗",), "丁戊己"))
PAIRINGS = (
    Pairing("什么时候发货", "answerable", ((0, "什么时候"), (1, "便宜点吗")), (True, False)),
    Pairing("能便宜点吗", "near", ((1, "便宜点吗"),), (False,)),
)
GROUP = QuestionGroup(Shop("shop", "train", UNITS, ()), PAIRINGS)


def test_pairs_are_scored_on_the_device_of_the_weights(tmp_path: Path) -> None:
    base = tiny(tmp_path / "tiny")
    states = States(Encoder(base), 1)
    states.read([text for unit in UNITS for text in (*unit.headings, unit.text)])
    states.read([pairing.question for pairing in PAIRINGS])
    network = Network(Shape(hidden=HIDDEN, width=16, heads=2))
    learner = SearchLearner(UpperLayers(Encoder(base), 1, 4, 0.1), network)

    scored = learner.to("meta")(GROUP, states)

    assert scored.logits.shape == scored.covers.shape == (3,)
    assert {scored.logits.device.type, scored.covers.device.type} == {"meta"}


def test_factors_are_the_same_for_a_seed_on_every_device(tmp_path: Path) -> None:
    encoder = Encoder(tiny(tmp_path / "tiny"))

    torch.manual_seed(7)
    upper = UpperLayers(encoder, 1, 4, 0.0)

    torch.manual_seed(7)
    first = torch.randn(4, HIDDEN) * HIDDEN**-0.5
    torch.testing.assert_close(upper.changes()["1.qkv"][0], first)
