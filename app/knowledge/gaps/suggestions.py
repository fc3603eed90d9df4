"""Clusters of questions without an answer, as a person sees them, and drafts for them."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from app.errors import Undrafted
from app.jobs import GapReason
from app.knowledge.gaps.clusters import Cluster, Gap, cluster, distinct
from app.knowledge.gaps.repository import DOUBTFUL, AgentAnswer
from app.knowledge.gaps.service import DOUBLE, VARIANTS, Gaps
from app.knowledge.values import Found, Hit
from app.messages.lengths import clip
from app.messages.values import Text

Write = Callable[[str, Sequence[Hit]], Awaitable[str]]

ALIKE = 0.65  # two groups on average, to be one: docs/decisions/0011
NEAR = 0.02  # likelihood of an answer, from which an entry is worth a look
SEARCHED_AT_ONCE = 64
PASSAGES = 3  # that a draft may rest on


@dataclass(frozen=True, slots=True)
class Offer:
    """A cluster as it is shown; `nearest`, if any, may only need another variant."""

    cluster: Cluster
    variants: tuple[str, ...]
    nearest: Hit | None
    reasons: Mapping[str, int] = field(default_factory=dict)  # why, and how often for that
    answer: AgentAnswer | None = None  # what a person answered last


@dataclass(frozen=True, slots=True)
class Drafted:
    """An answer for a person to judge: a colleague's, or a model's with what it was shown."""

    answer: str
    passages: tuple[Hit, ...]
    agent: str = ""  # who answered; "" for a model


@dataclass(slots=True)
class Offers:
    """What could become an entry. Clusters and searches are remembered until something changes."""

    gaps: Gaps
    write: Write | None = None  # None: no generator is configured
    within: float = 30.0  # seconds for a draft; a person waits for it
    _clustered: dict[str, tuple[object, list[Cluster]]] = field(default_factory=dict)
    _searched: dict[str, tuple[object, dict[str, Found]]] = field(default_factory=dict)

    async def page(
        self, account: str, limit: int, reason: GapReason | None = None
    ) -> tuple[list[Offer], int]:
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
                for each in await self._clusters(account)
                if reason is None or any(reason in reasons.get(gap.id, {}) for gap in each.gaps)
            ]
            found = await self._find(account, [g for c in clusters[:looked] for g in c.gaps])
            if not await self._close(account, found, clusters[:looked], reasons):
                break
            looked *= 8  # where much is answered by now, few rounds: each puts all together anew
        waiting = await self.gaps.store.count_stale(account, self._model)
        answers = await self.gaps.store.answers(account)
        return [
            _offer(each, found[each.centre.id], reasons, answers) for each in clusters[:limit]
        ], waiting

    async def draft(self, account: str, gap: str) -> Drafted:
        """What a colleague answered to it, or to one like it; else a model's answer, which is said
        to nobody.

        Raises UnknownGap, and Undrafted where there is no generator or it writes nothing.
        """
        [asked] = await self.gaps.open(account, gap)
        answers = await self.gaps.store.answers(account)
        clusters = await self._clusters(account)
        alike = next((c.gaps for c in clusters if any(g.id == gap for g in c.gaps)), (asked,))
        if (own := answers.get(gap) or _latest(alike, answers)) is not None:
            return Drafted(own.text, (), own.agent)
        if self.write is None:
            raise Undrafted("no generator is configured: write the answer yourself")
        passages = await self._passages(account, asked.text)
        try:
            async with asyncio.timeout(self.within):
                text = (await self.write(asked.text, passages)).strip()
        except TimeoutError:
            raise Undrafted(f"the generator wrote nothing in {self.within:g} s") from None
        if not text:
            raise Undrafted("the generator had nothing to say: write the answer yourself")
        return Drafted(clip(text), tuple(passages))

    @property
    def _model(self) -> str:
        return self.gaps.knowledge.search.version

    async def _clusters(self, account: str) -> list[Cluster]:
        gaps = await self.gaps.store.open(account, self._model)
        state = self._model, tuple((gap.id, gap.times, gap.last) for gap in gaps)
        if account not in self._clustered or self._clustered[account][0] != state:
            self._clustered[account] = state, await asyncio.to_thread(cluster, gaps, ALIKE)
        return self._clustered[account][1]

    async def _find(self, account: str, gaps: Sequence[Gap]) -> dict[str, Found]:
        """By id; what was searched before is not searched again until the entries change."""
        revisions = await self.gaps.knowledge.store.revisions()
        state = self.gaps.knowledge.search.version, revisions.get(account, 0)
        if account not in self._searched or self._searched[account][0] != state:
            self._searched[account] = state, {}
        known = self._searched[account][1]
        new = [gap for gap in gaps if gap.id not in known]
        for at in range(0, len(new), SEARCHED_AT_ONCE):
            some = new[at : at + SEARCHED_AT_ONCE]
            found = await self.gaps.knowledge.answers(account, [gap.text for gap in some], 1)
            known |= {gap.id: each for gap, each in zip(some, found, strict=True)}
        return {gap.id: known[gap.id] for gap in gaps}

    async def _close(
        self,
        account: str,
        found: Mapping[str, Found],
        clusters: Sequence[Cluster],
        reasons: Mapping[str, Mapping[str, int]],
    ) -> bool:
        """Questions with an answer are answered; whether there were any.

        One whose answer was in doubt is, once the entry has changed since.
        """
        entries = {gap: each.hits[0].id for gap, each in found.items() if each.answerable}
        changed = await self.gaps.store.entries_changed(account, sorted(set(entries.values())))
        last = {gap.id: gap.last for each in clusters for gap in each.gaps}
        by_entry: dict[str, list[str]] = {}
        for gap, entry in entries.items():
            doubtful = not DOUBTFUL.isdisjoint(reasons.get(gap, {}))
            if not doubtful or changed.get(entry, 0.0) > last.get(gap, 0.0):
                by_entry.setdefault(entry, []).append(gap)
        if by_entry:
            await self.gaps.store.close_answered(account, by_entry)
        return bool(by_entry)

    async def _passages(self, account: str, text: str) -> list[Hit]:
        knowledge = self.gaps.knowledge
        [query] = await knowledge.queries([(account, text)])
        if query is None:
            return []
        [evidence] = await knowledge.evidence([(account, query)])
        return [
            Hit(id=e.id, question=e.title, answer=Text(content=e.text), score=e.probability)
            for e in evidence[:PASSAGES]
        ]


def _offer(
    each: Cluster,
    found: Found,
    reasons: Mapping[str, Mapping[str, int]],
    answers: Mapping[str, AgentAnswer],
) -> Offer:
    counts: Counter[str] = Counter()
    for gap in each.gaps:
        counts.update(reasons.get(gap.id) or {"unanswered": gap.times})
    shown = distinct(each.gaps, VARIANTS + 1, DOUBLE)[1:]  # the first is the centre itself
    nearest = found.hits[0] if found.hits and found.hits[0].score >= NEAR else None
    texts = tuple(gap.text for gap in shown)
    return Offer(each, texts, nearest, dict(counts), _latest(each.gaps, answers))


def _latest(gaps: Sequence[Gap], answers: Mapping[str, AgentAnswer]) -> AgentAnswer | None:
    """What a person answered last to one of these."""
    theirs = [answers[gap.id] for gap in gaps if gap.id in answers]
    return max(theirs, key=lambda answer: answer.at, default=None)
