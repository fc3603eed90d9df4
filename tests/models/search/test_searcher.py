"""What is served computes what was trained, and verifies by what a candidate says."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from models.encoder import adapter as adapters
from models.encoder.adapter import LINEAR
from models.encoder.encoder import Encoder
from models.encoder.heads import IncompatibleHead
from models.hub.fetch import ensure_base
from models.hub.sources import E5_SMALL
from models.search import bundle
from models.search.bundle import SearchBundle
from models.search.candidates import SearchCandidate
from models.search.learner import SearchLearner
from models.search.lora import LowRank, UpperLayers
from models.search.material import Pairing, QuestionGroup, States
from models.search.network import Batch, Network, Shape
from models.search.searcher import MOST_APART, Searcher, lead_of_first
from models.search.shops import Shop, Unit

UNITS = (
    Unit("e1", ("几点关门", "营业到几点"), "每天 22:00 关门。"),
    Unit("e2", ("停车怎么收费",), "每小时 5 元，消费满 200 元免两小时。"),
    Unit("a.md#宠物", ("须知 > 宠物",), "小型犬可以进大厅。", is_chunk=True),
)
PAIRING = Pairing("晚上开到几点啊", "answerable", ((0, "营业到几点"), (1, "停车怎么收费"),
                  (2, "须知 > 宠物")), (True, False, False))  # fmt: skip
FACTS = {
    "temperature": 1.5, "bias": 0.25, "apart": 0.0, "sure": 0.6, "possible": 0.2, "method": "none",
    "date": "2026-11-29",
    "seed": 1, "data": {}, "metrics": {},
}  # fmt: skip

EVERY_PAIR = 2.0  # covers are cosines: with this distance every pair is read, as in training


def trained(folder: Path) -> tuple[SearchLearner, States]:
    """Upper layers and a network of random weights, in a folder as they are shipped."""
    torch.manual_seed(3)
    encoder = Encoder(ensure_base())
    states = States(Encoder(ensure_base()), 10)
    upper = UpperLayers(encoder, 2, 4, 0.0)
    for block in upper.layers:
        for name in LINEAR:
            change = getattr(block, name)
            assert isinstance(change, LowRank)
            change.outputs.data = torch.randn_like(change.outputs) * 0.02
    learner = SearchLearner(upper, Network(Shape())).eval()
    adapter = adapters.write_adapter(folder / adapters.FILE, upper.changes(), E5_SMALL)
    bundle.write_bundle(folder, learner.network, FACTS | {"adapter_sha256": adapter.sha256})
    return learner, states


def test_probabilities_are_those_of_training(tmp_path: Path) -> None:
    learner, states = trained(tmp_path)
    shop = Shop("tea", "train", UNITS, ())
    states.read([PAIRING.question, *(t for u in UNITS for t in (*u.headings, u.text))])
    with torch.inference_mode():
        logits = learner(QuestionGroup(shop, (PAIRING,)), states).logits / 1.5 + 0.25
    searcher = Searcher(SearchBundle.load(tmp_path), behind=EVERY_PAIR)
    candidates = [
        SearchCandidate((heading,), UNITS[at].text, UNITS[at].is_chunk)
        for at, heading in PAIRING.candidates
    ]

    verified = searcher.verify(PAIRING.question, candidates)

    assert [each.probability for each in verified] == pytest.approx(
        logits.sigmoid().tolist(), abs=0.02
    )
    assert [each.passage for each in verified] == [unit.text for unit in UNITS]


def test_the_network_reads_of_a_pair_what_it_read_in_training(tmp_path: Path) -> None:
    learner, states = trained(tmp_path)
    shop = Shop("tea", "train", UNITS, ())
    states.read([PAIRING.question, *(t for u in UNITS for t in (*u.headings, u.text))])
    searcher = Searcher(SearchBundle.load(tmp_path), behind=EVERY_PAIR)
    batches: list[Batch] = []
    for network in (learner.network, searcher.network):
        network.register_forward_pre_hook(lambda _, read: batches.append(read[0]))

    with torch.inference_mode():
        learner(QuestionGroup(shop, (PAIRING,)), states)
    searcher.verify(
        PAIRING.question,
        [SearchCandidate((h,), UNITS[at].text, UNITS[at].is_chunk) for at, h in PAIRING.candidates],
    )

    of_training, of_service = (batch.pairs[batch.pairs[:, 0].argsort()] for batch in batches)
    assert of_service == pytest.approx(of_training, abs=0.02)
    sums = [batch.covers.sum((0, 1)) for batch in batches]
    assert sums[1] == pytest.approx(sums[0], rel=0.01, abs=0.1)


def test_training_goes_on_from_the_weights_that_were_written(tmp_path: Path) -> None:
    learner, _ = trained(tmp_path)
    previous = SearchBundle.load(tmp_path)
    further = UpperLayers(Encoder(ensure_base()), 2, 4, 0.0)

    further.continue_from(previous.adapter)

    for name, change in learner.upper.changes().items():
        assert torch.equal(further.changes()[name][1].half(), change[1].half()), name


@pytest.mark.parametrize(
    ("logits", "expected"), [((0.0, 1.5), 1.5), ((1.0,), MOST_APART), ((9.0, -9.0), MOST_APART)]
)
def test_a_candidate_leads_by_what_the_second_is_behind(
    logits: Sequence[float], expected: float
) -> None:
    assert lead_of_first(logits) == expected


def test_only_the_best_candidate_is_likelier_for_its_lead(tmp_path: Path) -> None:
    trained(tmp_path)
    loaded = SearchBundle.load(tmp_path)
    apart = Searcher(replace(loaded, manifest=replace(loaded.manifest, apart=0.5)))
    candidates = [SearchCandidate(unit.headings, unit.text) for unit in UNITS]

    before = [e.probability for e in Searcher(loaded).verify(PAIRING.question, candidates)]
    after = [e.probability for e in apart.verify(PAIRING.question, candidates)]

    best = before.index(max(before))
    assert after[best] > before[best]
    assert [p for at, p in enumerate(after) if at != best] == [
        p for at, p in enumerate(before) if at != best
    ]


def test_what_is_far_behind_the_best_covering_candidates_is_not_read(shipped: Searcher) -> None:
    texts = {"羊毛大衣怎么洗": "请干洗。", "羊毛衫能水洗吗": "可以手洗。", "几点开门": "十点。"}
    candidates = [SearchCandidate((heading,), text) for heading, text in texts.items()]

    *_, opened = shipped.verify("羊毛大衣能水洗吗", candidates)

    assert opened.probability == 0.0


def test_a_manifest_of_other_weights_is_refused(tmp_path: Path) -> None:
    trained(tmp_path)
    (tmp_path / bundle.WEIGHTS).write_bytes(b"other")

    with pytest.raises(IncompatibleHead, match="not the file its manifest describes"):
        SearchBundle.load(tmp_path)


@pytest.fixture(scope="module")
def shipped() -> Searcher:
    return Searcher(SearchBundle.load())


def test_a_question_is_answered_by_what_speaks_of_it_and_not_by_what_is_near(
    shipped: Searcher,
) -> None:
    candidates = [SearchCandidate((*unit.headings,), unit.text, unit.is_chunk) for unit in UNITS]

    hours, dogs, wifi = (
        [each.probability for each in shipped.verify(question, candidates)]
        for question in ("你们晚上开到几点", "能带狗进去吗", "店里有无线网吗")
    )

    assert hours.index(max(hours)) == 0
    assert dogs.index(max(dogs)) == 2
    assert max(dogs) >= shipped.manifest.sure
    assert max(hours) >= shipped.manifest.possible
    assert max(wifi) < shipped.manifest.possible


def test_texts_are_read_once(shipped: Searcher) -> None:
    first = shipped.read(["几点关门"])[0]

    again = shipped.read(["几点关门"])[0]

    assert again is first
