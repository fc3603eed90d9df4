"""What is kept of turns, written down a second later: the record, what a model made, what was not
known."""

from dataclasses import dataclass, field
from typing import Any

from app.db.generations import Generation, GenerationLog
from app.db.turns import TurnLog
from app.dialogue import explain
from app.dialogue.context import Context
from app.dialogue.service import UNANSWERED, Turn
from app.knowledge.gaps import Gaps
from app.safety import label
from app.safety.pseudonym import pseudonym
from app.sessions import keys


@dataclass(slots=True)
class Records:
    """Safe to note from several tasks; `write` is called again and again."""

    redis: Any  # redis.asyncio.Redis that decodes; its stubs would have us check for bytes
    turns: TurnLog
    generations: GenerationLog
    gaps: Gaps
    key: str  # of pseudonyms
    _turns: list[dict[str, Any]] = field(default_factory=list)
    _cited: list[dict[str, Any]] = field(default_factory=list)
    _made: list[Generation] = field(default_factory=list)

    def note(self, heard: Context, turn: Turn, why: dict[str, Any]) -> None:
        """This turn was answered."""
        said = heard.said
        self._turns.append(explain.record(said, turn, why))
        self._cited += explain.citations(said, turn)
        if turn.made_by:
            name = pseudonym(said.openid, self.key)
            labelled = label.is_labelled(turn.answer)
            self._made.append(
                Generation(
                    said.id, said.account, name, turn.made_by, turn.answer, labelled, said.received
                )
            )
        judged = heard.judgement
        if turn.source in UNANSWERED and judged is not None and heard.reading:
            # A follow-up's vector is a blend, and no vector of this text.
            model = judged.model if len(heard.reading.texts) == 1 else ""
            self.gaps.note(said.account, (heard.reading.asks, judged.vector, model))

    async def write(self) -> None:
        """Put what was noted since the last time into the database."""
        turns, self._turns = self._turns, []
        cited, self._cited = self._cited, []
        made, self._made = self._made, []
        try:
            if turns:
                await self.turns.write(turns, cited)
                await self._forget_what_was_late(turns)
            await self.generations.write(made)
        except BaseException:
            self._turns, self._made = turns + self._turns, made + self._made
            self._cited = cited + self._cited
            raise

    async def _forget_what_was_late(self, rows: list[dict[str, Any]]) -> None:
        """Another worker may have erased a follower while rows of theirs waited here."""
        whose = sorted({(row["account"], row["openid"]) for row in rows})
        forgotten = await self.redis.mget([keys.forgotten(keys.user(*each)) for each in whose])
        for (account, openid), when in zip(whose, forgotten, strict=True):
            if when:
                await self.turns.erase(account, openid, float(when))
