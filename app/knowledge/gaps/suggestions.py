"""Builds suggestions for operators from clusters of gaps, and drafts answers to them."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from app.errors import DraftingFailed
from app.jobs import GapReason
from app.knowledge.gaps.agent_answers import read_answers
from app.knowledge.gaps.clusters import Cluster, Gap, build_clusters, pick_distinct
from app.knowledge.gaps.reasons import DOUBTFUL, read_reasons
from app.knowledge.gaps.service import DOUBLE, VARIANTS, Gaps
from app.knowledge.gaps.values import AgentAnswer
from app.knowledge.values import Hit, SearchResult
from app.messages.lengths import clip
from app.messages.values import Text

DraftWriter = Callable[[str, Sequence[Hit]], Awaitable[str]]

ALIKE = 0.65  # mean similarity from which groups merge: docs/decisions/0011
NEAR = 0.02  # probability from which the nearest entry is shown
SEARCHED_AT_ONCE = 64
PASSAGES = 3  # shown to the model that drafts


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A cluster as shown to an operator; `nearest` is an entry that may need a variant only."""

    cluster: Cluster
    variants: tuple[str, ...]
    nearest: Hit | None
    reasons: Mapping[str, int] = field(default_factory=dict)  # reason -> how often
    answer: AgentAnswer | None = None  # the latest answer of an agent


@dataclass(frozen=True, slots=True)
class DraftedAnswer:
    """An answer for an operator to judge: an agent's, or a model's with its passages."""

    answer: str
    passages: tuple[Hit, ...]
    agent: str = ""  # the agent who answered; "" for a model


@dataclass(slots=True)
class GapSuggestions:
    """Suggestions of all accounts. Clusters and searches are cached until their inputs change."""

    gaps: Gaps
    write: DraftWriter | None = None  # None: no generator is configured
    within: float = 30.0  # seconds for a draft: an operator waits for it
    _clustered: dict[str, tuple[object, list[Cluster]]] = field(default_factory=dict)
    _searched: dict[str, tuple[object, dict[str, SearchResult]]] = field(default_factory=dict)

    async def page(
        self, account: str, limit: int, reason: GapReason | None = None
    ) -> tuple[list[Suggestion], int]:
        """The `limit` most asked clusters, and how many gaps still have no vector.

        With `reason`, only clusters that hold a gap with that reason.

        Closes gaps that the knowledge base answers by now.
        """
        await self.gaps.knowledge.refresh()
        await self.gaps.embed()
        looked = limit
        while True:
            reasons = await read_reasons(self.gaps.store.engine, account)
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
            looked *= 8  # grows fast, since each round clusters all gaps anew
        waiting = await self.gaps.store.count_stale(account, self._search_version)
        answers = await read_answers(self.gaps.store.engine, account)
        return [
            _build_suggestion(each, results[each.centre.id], reasons, answers)
            for each in clusters[:limit]
        ], waiting

    async def draft(self, account: str, gap: str) -> DraftedAnswer:
        """An agent's latest answer to the gap or its cluster, else an answer by the model. No
        follower sees it.

        Raises UnknownGap, and DraftingFailed if there is no generator or it writes nothing.
        """
        [question] = await self.gaps.open(account, gap)
        answers = await read_answers(self.gaps.store.engine, account)
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
        """Gap id -> search result; cached until the entries or the model change."""
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
        """Close gaps that an entry answers by now; returns whether there were any.

        A gap with a reason of `DOUBTFUL` is closed only if the entry changed after it was asked.
        """
        entries = {gap: each.hits[0].id for gap, each in results.items() if each.answerable}
        changed_at = await self.gaps.knowledge.store.change_times(account, {*entries.values()})
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
    """The latest answer of an agent to one of these gaps."""
    theirs = [answers[gap.id] for gap in gaps if gap.id in answers]
    return max(theirs, key=lambda answer: answer.at, default=None)
