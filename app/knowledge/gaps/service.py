"""Collects questions that got no sure answer, and carries out operators' decisions on them."""

import hashlib
import re
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import structlog

from app.errors import AlreadyKnown, UnknownEntry, UnknownGap
from app.inference.ports import ClassificationFailed
from app.jobs import GapReason
from app.kit.text import fold_to_letters
from app.knowledge.gaps.clusters import Gap, pick_distinct
from app.knowledge.gaps.repository import GapStore
from app.knowledge.gaps.values import Approval, SeenQuestion
from app.knowledge.service import Knowledge
from app.knowledge.values import Entry

log = structlog.get_logger()

Mask = Callable[[str], str]

SHORTEST, LONGEST = 2, 200  # fewest letters and most characters of a question that is collected
MARK = re.compile(r"\[[^\[\]]*\]")  # a placeholder such as [电话] left by `mask`
NOTED = 1_000  # questions per account held in memory until `record`
EMBEDDED_AT_ONCE = 256
DOUBLE = 0.97  # cosine from which two questions differ by a particle only
VARIANTS = 20  # of a cluster, offered for an entry
VARIANTS_KEPT = 50  # the most that an entry has


@dataclass(frozen=True, slots=True)
class UnansweredQuestion:
    """A question to collect.

    `times` is 0 if the question was counted before and only the reason is new.
    """

    text: str
    reason: GapReason = "unanswered"
    times: int = 1


@dataclass(slots=True)
class Gaps:
    """The gaps of all accounts: questions with no answer or an unsure one.

    Gaps don't record the follower, and `mask` removes personal data from the text, so there is
    nothing to erase when a follower leaves. Safe for concurrent use.
    """

    store: GapStore
    knowledge: Knowledge
    mask: Mask
    _noted: dict[str, deque[UnansweredQuestion]] = field(default_factory=dict)

    # --- Coming in -----------------------------------------------------------------------------

    def note(self, account: str, question: UnansweredQuestion) -> None:
        """Queue a question for the next `record`. Beyond `NOTED` the oldest is dropped."""
        self._noted.setdefault(account, deque(maxlen=NOTED)).append(question)

    async def record(self) -> None:
        """Store the queued questions; they are queued again if that fails."""
        while self._noted:
            account, questions = self._noted.popitem()
            try:
                await self.collect(account, questions)
            except BaseException:
                self._noted[account] = deque([*questions, *self._noted.get(account, ())], NOTED)
                raise

    async def collect(self, account: str, questions: Sequence[UnansweredQuestion]) -> None:
        """Store or count questions. Texts that differ in punctuation or spaces only are one."""
        seen_questions: dict[str, SeenQuestion] = {}
        reasons: dict[str, Counter[GapReason]] = {}
        for each in questions:
            if question := self._to_seen_question(each):
                before = seen_questions.get(question.id)
                times = question.times + (before.times if before else 0)
                reasons.setdefault(question.id, Counter())[each.reason] += 1
                seen_questions[question.id] = replace(question, times=times)
        if seen_questions:
            rows = [replace(each, reasons=reasons[each.id]) for each in seen_questions.values()]
            await self.store.add(account, rows)

    async def embed(self) -> int:
        """Embed up to `EMBEDDED_AT_ONCE` gaps without a vector of this model; returns how many."""
        search = self.knowledge.search
        stale = await self.store.stale(search.version, EMBEDDED_AT_ONCE)
        if stale:
            rows = await search.embed([text for _, _, text in stale])
            read = [None if isinstance(each, ClassificationFailed) else each for each in rows]
            model = next((each.model for each in read if each), search.version)
            vectors = [each.vector if each else None for each in read]
            await self.store.embed(
                [(*row, vector) for row, vector in zip(stale, vectors, strict=True)], model
            )
            log.info("gaps_embedded", questions=len(stale), model=model)
        return len(stale)

    # --- Decided -------------------------------------------------------------------------------

    async def approve(
        self, account: str, gap: str, shown_ids: Sequence[str], entry: Entry, approved_by: str
    ) -> None:
        """Store the entry, close the questions shown as answered, and record who approved it.

        Raises UnknownGap, AlreadyKnown if the entry exists with another answer, and
        EmbeddingFailed.
        """
        gaps = await self.open(account, gap, shown_ids)
        there = await self.knowledge.store.get(account, entry.id)
        if there and there.answer != entry.answer:
            raise AlreadyKnown(
                f"entry {entry.id!r} has this question: add to it, change it, or ask otherwise"
            )
        await self.knowledge.upsert_entries(account, [entry])
        approval = Approval(gap, entry.id, entry.question, entry.answer, approved_by)
        await self.store.approve(account, [each.id for each in gaps], approval)

    async def add_to(self, account: str, gap: str, shown_ids: Sequence[str], entry: str) -> Entry:
        """Add the questions shown to an entry as variants, and close them. Returns the new entry.

        Raises UnknownGap, UnknownEntry and EmbeddingFailed.
        """
        gaps = await self.open(account, gap, shown_ids)
        there = await self.knowledge.store.get(account, entry)
        if there is None:
            raise UnknownEntry(f"account {account!r} has no entry {entry!r}")
        known_texts = {fold_to_letters(text) for text in there.texts}
        wordings = await self._choose_wordings(account, gaps)
        new = [text for text in wordings if fold_to_letters(text) not in known_texts]
        room = max(0, VARIANTS_KEPT - len(there.variants))
        updated_entry = replace(there, variants=(*there.variants, *new[:room]))
        await self.knowledge.upsert_entries(account, [updated_entry])
        await self.store.close(account, [each.id for each in gaps], "answered", entry)
        return updated_entry

    async def dismiss(self, account: str, gap: str, shown_ids: Sequence[str]) -> None:
        """Close the questions shown for good. Raises UnknownGap."""
        gaps = await self.open(account, gap, shown_ids)
        await self.store.close(account, [each.id for each in gaps], "dismissed")

    async def open(self, account: str, gap: str, shown_ids: Sequence[str] = ()) -> list[Gap]:
        """The gap, and those of `shown_ids` that are still open. Raises UnknownGap if it is not."""
        gaps = await self.store.get(account, [gap, *shown_ids])
        if not gaps or gaps[0].id != gap:
            raise UnknownGap(f"account {account!r} has no open question {gap!r}: list them again")
        return gaps

    async def _choose_wordings(self, account: str, gaps: Sequence[Gap]) -> list[str]:
        """The texts of up to `VARIANTS` gaps, in the order given, without near-doubles."""
        model = self.knowledge.search.version
        gap_ids = {gap.id for gap in gaps}
        gaps_by_id = {
            gap.id: gap for gap in await self.store.open(account, model) if gap.id in gap_ids
        }
        read = [gaps_by_id[gap.id] for gap in gaps if gap.id in gaps_by_id]
        # No vectors of a model that was just promoted: doubles can't be found yet.
        distinct_gaps = pick_distinct(read, VARIANTS, DOUBLE) if read else gaps[:VARIANTS]
        return [gap.text for gap in distinct_gaps]

    def question(self, text: str) -> str:
        """The masked text as it is stored; "" if it is too short or too long for an entry."""
        masked = self.mask(text).strip()
        letters = fold_to_letters(MARK.sub("", masked))  # a bare order number is no question
        return masked if len(letters) >= SHORTEST and len(masked) <= LONGEST else ""

    def _to_seen_question(self, question: UnansweredQuestion) -> SeenQuestion | None:
        masked = self.question(question.text)
        return SeenQuestion(make_gap_id(masked), masked, question.times) if masked else None


def make_gap_id(text: str) -> str:
    """A gap's id (16 hex digits), the same for texts with the same letters and digits."""
    return hashlib.sha256(fold_to_letters(text).encode()).hexdigest()[:16]
