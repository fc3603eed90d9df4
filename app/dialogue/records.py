"""What is kept of a turn: the record, what it cites, what a model made, what was not known."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from app.db.generations import Generation, GenerationLog
from app.db.turns import TurnLog
from app.dialogue import explain
from app.dialogue.context import Context
from app.dialogue.drafts import UNANSWERED, Turn
from app.jobs import Talk
from app.knowledge.gaps import Gaps
from app.safety import label
from app.safety.pseudonym import pseudonym
from app.sessions import keys
from app.sessions.mailbox import Mailboxes


@dataclass(frozen=True, slots=True)
class Records:
    """A turn's record goes into Redis with its answer; `write` takes it to the database."""

    redis: Any  # redis.asyncio.Redis that decodes; its stubs would have us check for bytes
    turns: TurnLog
    generations: GenerationLog
    gaps: Gaps
    key: str  # of pseudonyms

    def of(self, heard: Context, turn: Turn, why: dict[str, Any]) -> str:
        """The record of this turn, as JSON; what nothing answered is noted besides."""
        said, judged = heard.said, heard.judgement
        if turn.source in UNANSWERED and judged is not None and heard.reading:
            # A follow-up's vector is a blend, and no vector of this text.
            model = "" if heard.reading.before else judged.model
            self.gaps.note(said.account, (heard.reading.asks, judged.vector, model))
        made = asdict(self._made(said, turn)) if turn.made_by else None
        record = {
            "turn": explain.record(said, turn, why),
            "cited": explain.citations(said, turn),
            "made": made,
        }
        return json.dumps(record, ensure_ascii=False)

    async def write(self) -> None:
        """Put what was answered since the last time into the database."""
        mailboxes = Mailboxes(self.redis)
        while records := await mailboxes.records():
            found = [json.loads(record) for record in records]
            turns = [each["turn"] for each in found]
            await self.turns.write(turns, [row for each in found for row in each["cited"]])
            await self.generations.write([Generation(**e["made"]) for e in found if e["made"]])
            await self._forget_what_was_late(turns)
            await mailboxes.recorded(records)

    def _made(self, said: Talk, turn: Turn) -> Generation:
        name, labelled = pseudonym(said.openid, self.key), label.is_labelled(turn.answer)
        return Generation(
            said.id, said.account, name, turn.made_by, turn.answer, labelled, said.received
        )

    async def _forget_what_was_late(self, rows: list[dict[str, Any]]) -> None:
        """Another worker may have erased a follower while rows of theirs waited here."""
        whose = sorted({(row["account"], row["openid"]) for row in rows})
        forgotten = await self.redis.mget([keys.forgotten(keys.user(*each)) for each in whose])
        for (account, openid), when in zip(whose, forgotten, strict=True):
            if when:
                await self.turns.erase(account, openid, float(when))
