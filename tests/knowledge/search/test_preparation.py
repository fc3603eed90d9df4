"""What the search model is given before a question needs it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.inference.fakes import FakeClassifier
from app.inference.ports import Candidate
from app.knowledge.search.preparation import AT_ONCE, MOST_PREPARED, PreparedCandidates


@dataclass
class PreparationRecorder(FakeClassifier):
    """Records the candidates that it prepared."""

    prepared: list[Candidate] = field(default_factory=list)

    async def prepare(self, candidates: Sequence[Candidate]) -> None:
        self.prepared += candidates


def build_candidates(count: int) -> list[Candidate]:
    return [Candidate((f"第{number}号商品多重",), "见详情。") for number in range(count)]


async def test_a_few_candidates_are_prepared_at_a_time_and_each_once() -> None:
    search, prepared, candidates = PreparationRecorder(), PreparedCandidates(), build_candidates(9)

    steps = [await prepared.prepare(search, "tea", (1, 1), candidates) for _ in range(3)]

    assert steps == [True, True, False]
    assert search.prepared == candidates
    assert len(candidates) == AT_ONCE + 1
    assert prepared.is_complete("tea", (1, 1))
    assert not prepared.is_complete("tea", (2, 1))


async def test_candidates_that_are_gone_are_forgotten() -> None:
    search, prepared = PreparationRecorder(), PreparedCandidates()
    first, second = build_candidates(2)

    for revision, candidate in enumerate((first, second, first)):
        await prepared.prepare(search, "tea", (revision, 0), [candidate])

    assert search.prepared == [first, second, first]


async def test_an_account_with_too_many_candidates_has_none_prepared() -> None:
    search, prepared = PreparationRecorder(), PreparedCandidates()

    step = await prepared.prepare(search, "tea", (1, 1), build_candidates(MOST_PREPARED + 1))

    assert (step, search.prepared) == (False, [])
    assert prepared.is_complete("tea", (1, 1))
