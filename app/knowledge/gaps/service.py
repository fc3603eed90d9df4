"""What followers asked and nothing answered: collected, and decided by a person."""

import hashlib
import re
import unicodedata
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import structlog

from app.errors import AlreadyKnown, UnknownEntry, UnknownGap
from app.inference.ports import Unreadable
from app.jobs import GapReason
from app.knowledge.gaps.clusters import Gap, distinct
from app.knowledge.gaps.repository import Approval, GapStore, Met
from app.knowledge.service import Knowledge
from app.knowledge.values import Entry

log = structlog.get_logger()

Mask = Callable[[str], str]

SHORTEST, LONGEST = 2, 200  # letters, characters: a sigh and a story are no standard questions
MARK = re.compile(r"\[[^\[\]]*\]")  # in the place of what was masked
NOTED = 1_000  # questions of an account that wait to be written down
EMBEDDED_AT_ONCE = 256
DOUBLE = 0.97  # cosine; the same words but for a particle
VARIANTS = 20  # of a cluster, that an entry gets
VARIANTS_KEPT = 50  # of an entry


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it comes in.

    `times` is 0 where the asking was counted before, and only the reason is new.
    """

    text: str
    reason: GapReason = "unanswered"
    times: int = 1


@dataclass(slots=True)
class Gaps:
    """Questions that found nothing, or no sure answer, of all accounts.

    Nothing tells whose a question was, and `mask` takes personal data out of its text: when a
    follower leaves, there is nothing to erase here. Safe to ask from several tasks.
    """

    store: GapStore
    knowledge: Knowledge
    mask: Mask
    _noted: dict[str, deque[Asked]] = field(default_factory=dict)

    # --- Coming in -----------------------------------------------------------------------------

    def note(self, account: str, asked: Asked) -> None:
        """Have it collected by the next `record`; of too many the oldest is dropped."""
        self._noted.setdefault(account, deque(maxlen=NOTED)).append(asked)

    async def record(self) -> None:
        """Collect what was noted since the last time."""
        while self._noted:
            account, asked = self._noted.popitem()
            try:
                await self.collect(account, asked)
            except BaseException:
                self._noted[account] = deque([*asked, *self._noted.get(account, ())], NOTED)
                raise

    async def collect(self, account: str, asked: Sequence[Asked]) -> None:
        """Count questions up; what only punctuation and spaces tell apart is one question."""
        met: dict[str, Met] = {}
        reasons: dict[str, Counter[GapReason]] = {}
        for each in asked:
            if question := self._met(each):
                before = met.get(question.id)
                times = question.times + (before.times if before else 0)
                reasons.setdefault(question.id, Counter())[each.reason] += 1
                met[question.id] = replace(question, times=times)
        if met:
            rows = [replace(each, reasons=reasons[each.id]) for each in met.values()]
            await self.store.add(account, rows)

    async def embed(self) -> int:
        """Make vectors that are missing, or were another model's; how many there were to make."""
        search = self.knowledge.search
        stale = await self.store.stale(search.version, EMBEDDED_AT_ONCE)
        if stale:
            rows = await search.embed([text for _, _, text in stale])
            read = [None if isinstance(each, Unreadable) else each for each in rows]
            model = next((each.model for each in read if each), search.version)
            vectors = [each.vector if each else None for each in read]
            await self.store.embed(
                [(*row, vector) for row, vector in zip(stale, vectors, strict=True)], model
            )
            log.info("gaps_embedded", questions=len(stale), model=model)
        return len(stale)

    # --- Decided -------------------------------------------------------------------------------

    async def approve(
        self, account: str, gap: str, shown: Sequence[str], entry: Entry, approved_by: str
    ) -> None:
        """Teach the entry; the questions shown are answered by it.

        Raises UnknownGap, AlreadyKnown for an entry that is there with another answer, and
        Unteachable.
        """
        closed = await self.open(account, gap, shown)
        there = await self.knowledge.store.get(account, entry.id)
        if there and there.answer != entry.answer:
            raise AlreadyKnown(
                f"entry {entry.id!r} has this question: add to it, change it, or ask otherwise"
            )
        await self.knowledge.learn(account, [entry])
        approval = Approval(gap, entry.id, entry.question, entry.answer, approved_by)
        await self.store.approve(account, [each.id for each in closed], approval)

    async def add_to(self, account: str, gap: str, shown: Sequence[str], entry: str) -> Entry:
        """Have an entry found by the questions too; it, as it is now.

        Raises UnknownGap, UnknownEntry and Unteachable.
        """
        closed = await self.open(account, gap, shown)
        there = await self.knowledge.store.get(account, entry)
        if there is None:
            raise UnknownEntry(f"account {account!r} has no entry {entry!r}")
        known = {plain(text) for text in there.texts}
        wordings = await self._wordings(account, closed)
        new = [text for text in wordings if plain(text) not in known]
        room = max(0, VARIANTS_KEPT - len(there.variants))
        changed = replace(there, variants=(*there.variants, *new[:room]))
        await self.knowledge.learn(account, [changed])
        await self.store.close(account, [each.id for each in closed], "answered", entry)
        return changed

    async def dismiss(self, account: str, gap: str, shown: Sequence[str]) -> None:
        """Offer the questions never again. Raises UnknownGap."""
        closed = await self.open(account, gap, shown)
        await self.store.close(account, [each.id for each in closed], "dismissed")

    async def open(self, account: str, gap: str, shown: Sequence[str] = ()) -> list[Gap]:
        """The gap, and those of the others shown that are open still. Raises UnknownGap."""
        found = await self.store.get(account, [gap, *shown])
        if not found or found[0].id != gap:
            raise UnknownGap(f"account {account!r} has no open question {gap!r}: list them again")
        return found

    async def _wordings(self, account: str, gaps: Sequence[Gap]) -> list[str]:
        """The most asked of them, without doubles."""
        model = self.knowledge.search.version
        wanted = {gap.id for gap in gaps}
        known = {gap.id: gap for gap in await self.store.open(account, model) if gap.id in wanted}
        read = [known[gap.id] for gap in gaps if gap.id in known]
        # Another model was promoted a moment ago: doubles can't be told before it has read them.
        chosen = distinct(read, VARIANTS, DOUBLE) if read else gaps[:VARIANTS]
        return [gap.text for gap in chosen]

    def question(self, text: str) -> str:
        """As it is kept, without personal data; "" for what is no question of an entry's."""
        masked = self.mask(text).strip()
        letters = plain(MARK.sub("", masked))  # a bare order number is no question
        return masked if len(letters) >= SHORTEST and len(masked) <= LONGEST else ""

    def _met(self, asked: Asked) -> Met | None:
        masked = self.question(asked.text)
        return Met(identity(masked), masked, asked.times) if masked else None


def plain(text: str) -> str:
    """Its letters and digits, in small letters and half width."""
    normal = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in normal if letter.isalnum())


def identity(text: str) -> str:
    """A question's id: the same for the same letters."""
    return hashlib.sha256(plain(text).encode()).hexdigest()[:16]
