"""What the CMS asks, answered to the api process that waits."""

import json
import time
import uuid
from dataclasses import dataclass
from typing import Any, assert_never

from app.dialogue import explain, service
from app.dialogue.house import House
from app.dialogue.listening import understand
from app.dialogue.workshop import Workshop
from app.errors import Refusal
from app.inference.ports import Classifier, Judgement, Unreadable
from app.jobs import (
    ASK,
    AddTo,
    Approve,
    Ask,
    Browse,
    Classify,
    Dismiss,
    Draft,
    Learn,
    Preview,
    Search,
    Talk,
    Unanswered,
    Unlearn,
)
from app.knowledge import asks as teaching
from app.knowledge import gap_asks
from app.knowledge.base import Knowledge
from app.knowledge.offers import Offers
from app.sessions import keys, store


@dataclass(frozen=True, slots=True)
class Asks:
    """Answers asks. Nothing is remembered."""

    redis: Any  # redis.asyncio.Redis that decodes; its stubs would have us check for bytes
    classifier: Classifier
    knowledge: Knowledge
    house: House
    workshop: Workshop
    offers: Offers

    def read(self, job: str) -> Ask:
        """Raises pydantic's ValidationError."""
        return ASK.validate_json(job)

    def waits(self, ask: Ask) -> bool:
        """Whether it may wait for a language model for long, which leaves the encoder to others."""
        return isinstance(ask, Draft | Preview)

    async def answer(self, ask: Ask) -> None:
        """Do what is asked and send back what came of it, or why it was refused."""
        try:
            answer = {"found": await self._found(ask)}
        except Refusal as refusal:
            answer = {"refused": str(refusal), "status": refusal.status}
        api, token = ask.waiter.split(" ")
        told = json.dumps(answer, ensure_ascii=False)
        await self.redis.xadd(keys.answers(api), {"t": token, "a": told}, maxlen=10_000)

    async def _found(self, ask: Ask) -> Any:
        match ask:
            case Classify():
                judged = await self.classifier.classify(ask.texts)
                return [_understood(j) for j in judged]
            case Preview():
                return await self._preview(ask)
            case Learn() | Unlearn() | Browse() | Search():
                return await teaching.answer(self.knowledge, ask)
            case Unanswered() | Draft() | Approve() | Dismiss() | AddTo():
                return await gap_asks.answer(self.offers, ask)
            case _:
                assert_never(ask)

    async def _preview(self, ask: Preview) -> dict[str, Any]:
        said = Talk(
            id=uuid.uuid4().hex,
            account=ask.account,
            openid=ask.openid,
            kind="text",
            text=ask.text,
            received=time.time(),
        )
        stored = await self.redis.get(keys.session(keys.user(ask.account, ask.openid)))
        heard = self.house.listen(said, store.read(stored), None)
        [heard] = await understand(self.classifier, self.knowledge, [heard])
        turn = service.turn(heard, await self.workshop.done(heard, service.draft(heard)))
        return {"reply": turn.answer} | explain.why(turn, self.classifier.version, said.received)


def _understood(judgement: Judgement | Unreadable) -> dict[str, Any] | None:
    return None if isinstance(judgement, Unreadable) else explain.judged(judgement)
