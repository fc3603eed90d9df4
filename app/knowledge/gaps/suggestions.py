"""Clusters of questions without an answer, as a person sees them, and drafts for them."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from app.errors import DraftingFailed
from app.jobs import GapReason
from app.knowledge.gaps.clusters import Cluster, Gap, build_clusters, pick_distinct
from app.knowledge.gaps.repository import DOUBTFUL, AgentAnswer
from app.knowledge.gaps.service import DOUBLE, VARIANTS, Gaps
from app.knowledge.values import Hit, SearchResult
from app.messages.lengths import clip
from app.messages.values import Text

DraftWriter = Callable[[str, Sequence[Hit]], Awaitable[str]]

ALIKE = 0.65  # two groups on average, to be one: docs/decisions/0011
NEAR = 0.02  # likelihood of an answer, from which an entry is worth a look
SEARCHED_AT_ONCE = 64
PASSAGES = 3  # that a draft may rest on


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A cluster as it is shown; `nearest`, if any, may only need another variant."""

    cluster: Cluster
    variants: tuple[str, ...]
    nearest: Hit | None
    reasons: Mapping[str, int] = field(default_factory=dict)  # why, and how often for that
    answer: AgentAnswer | None = None  # what a person answered last


@dataclass(frozen=True, slots=True)
class DraftedAnswer:
    """An answer for a person to judge: a colleague's, or a model's with what it was shown."""

    answer: str
    passages: tuple[Hit, ...]
    agent: str = ""  # who answered; "" for a model


@dataclass(slots=True)
class GapSuggestions:
    """What could become an entry. Clusters and searches are remembered until something changes."""

    gaps: Gaps
    write: DraftWriter | None = None  # None: no generator is configured
    within: float = 30.0  # seconds for a draft; a person waits for it
    _clustered: dict[str, tuple[object, list[Cluster]]] = field(default_factory=dict)
    _searched: dict[str, tuple[object, dict[str, SearchResult]]] = field(default_factory=dict)

    async def page(
        self, account: str, limit: int, reason: GapReason | None = None
    ) -> tuple[list[Suggestion], int]:
        """The most asked clusters, and how many questions still wait for their vectors.

        With `reason`, those that hold a question which is offered for it.

        Questions that the knowledge base answers by now are closed on the way.
        """
        await self.gaps.knowledge.refresh()
        await self.gaps.embed()
        looked = limit
        while True:
            reasons = await self.gaps.store.reasons(account)
            clusters = [
                each
                for each in await self._get_clusters(account)
                if reason is None or any(reason in reasons.get(gap.id, {}) for gap in each.gaps)
            ]
            results = await self._search_gaps(
                account, [g for c in clusters[:looked] for g in c.gaps]
            )
            if not await self._close_answered(account, results, clusters[:looked], reasons):
                break
            looked *= 8  # where much is answered by now, few rounds: each puts all together anew
        waiting = await self.gaps.store.count_stale(account, self._search_version)
        answers = await self.gaps.store.answers(account)
        return [
            _build_suggestion(each, results[each.centre.id], reasons, answers)
            for each in clusters[:limit]
        ], waiting

    async def draft(self, account: str, gap: str) -> DraftedAnswer:
        """What a colleague answered to it, or to one like it; else a model's answer, which is said
        to nobody.

        Raises UnknownGap, and Undrafted where there is no generator or it writes nothing.
        """
        [question] = await self.gaps.open(account, gap)
        answers = await self.gaps.store.answers(account)
        clusters = await self._get_clusters(account)
        alike = next((c.gaps for c in clusters if any(g.id == gap for g in c.gaps)), (question,))
        if (own := answers.get(gap) or _find_latest_answer(alike, answers)) is not None:
            return DraftedAnswer(own.text, (), own.agent)
        if self.write is None:
            raise DraftingFailed("no generator is configured: write the answer yourself")
        passages = await self._find_passages(account, question.text)
        try:
            async with asyncio.timeout(self.within):
                text = (await self.write(question.text, passages)).strip()
        except TimeoutError:
            raise DraftingFailed(f"the generator wrote nothing in {self.within:g} s") from None
        if not text:
            raise DraftingFailed("the generator had nothing to say: write the answer yourself")
        return DraftedAnswer(clip(text), tuple(passages))

    @property
    def _search_version(self) -> str:
        return self.gaps.knowledge.search.version

    async def _get_clusters(self, account: str) -> list[Cluster]:
        gaps = await self.gaps.store.open(account, self._search_version)
        state = self._search_version, tuple((gap.id, gap.times, gap.last) for gap in gaps)
        if account not in self._clustered or self._clustered[account][0] != state:
            self._clustered[account] = state, await asyncio.to_thread(build_clusters, gaps, ALIKE)
        return self._clustered[account][1]

    async def _search_gaps(self, account: str, gaps: Sequence[Gap]) -> dict[str, SearchResult]:
        """By id; what was searched before is not searched again until the entries change."""
        revisions = await self.gaps.knowledge.store.revisions()
        state = self.gaps.knowledge.search.version, revisions.get(account, 0)
        if account not in self._searched or self._searched[account][0] != state:
            self._searched[account] = state, {}
        results_by_gap = self._searched[account][1]
        new = [gap for gap in gaps if gap.id not in results_by_gap]
        for at in range(0, len(new), SEARCHED_AT_ONCE):
            some = new[at : at + SEARCHED_AT_ONCE]
            results = await self.gaps.knowledge.find_answers(account, [gap.text for gap in some], 1)
            results_by_gap |= {gap.id: each for gap, each in zip(some, results, strict=True)}
        return {gap.id: results_by_gap[gap.id] for gap in gaps}

    async def _close_answered(
        self,
        account: str,
        results: Mapping[str, SearchResult],
        clusters: Sequence[Cluster],
        reasons: Mapping[str, Mapping[str, int]],
    ) -> bool:
        """Questions with an answer are answered; whether there were any.

        One whose answer was in doubt is, once the entry has changed since.
        """
        entries = {gap: each.hits[0].id for gap, each in results.items() if each.answerable}
        changed_at = await self.gaps.store.entries_changed(account, sorted(set(entries.values())))
        last = {gap.id: gap.last for each in clusters for gap in each.gaps}
        by_entry: dict[str, list[str]] = {}
        for gap, entry in entries.items():
            doubtful = not DOUBTFUL.isdisjoint(reasons.get(gap, {}))
            if not doubtful or changed_at.get(entry, 0.0) > last.get(gap, 0.0):
                by_entry.setdefault(entry, []).append(gap)
        if by_entry:
            await self.gaps.store.close_answered(account, by_entry)
        return bool(by_entry)

    async def _find_passages(self, account: str, text: str) -> list[Hit]:
        knowledge = self.gaps.knowledge
        [query] = await knowledge.build_queries([(account, text)])
        if query is None:
            return []
        [evidence] = await knowledge.find_evidence([(account, query)])
        return [
            Hit(id=e.id, question=e.title, answer=Text(content=e.text), score=e.probability)
            for e in evidence[:PASSAGES]
        ]


def _build_suggestion(
    each: Cluster,
    result: SearchResult,
    reasons: Mapping[str, Mapping[str, int]],
    answers: Mapping[str, AgentAnswer],
) -> Suggestion:
    counts: Counter[str] = Counter()
    for gap in each.gaps:
        counts.update(reasons.get(gap.id) or {"unanswered": gap.times})
    variant_gaps = pick_distinct(each.gaps, VARIANTS + 1, DOUBLE)[
        1:
    ]  # the first is the centre itself
    nearest = result.hits[0] if result.hits and result.hits[0].score >= NEAR else None
    texts = tuple(gap.text for gap in variant_gaps)
    return Suggestion(each, texts, nearest, dict(counts), _find_latest_answer(each.gaps, answers))


def _find_latest_answer(
    gaps: Sequence[Gap], answers: Mapping[str, AgentAnswer]
) -> AgentAnswer | None:
    """What a person answered last to one of these."""
    theirs = [answers[gap.id] for gap in gaps if gap.id in answers]
    return max(theirs, key=lambda answer: answer.at, default=None)
