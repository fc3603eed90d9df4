"""What the CMS asks, answered to the api process that waits."""

import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, assert_never

import structlog
from pydantic import ValidationError
from redis.exceptions import RedisError

from app.db.engines import UNAVAILABLE
from app.dialogue import explain, service
from app.dialogue.account_context import House
from app.dialogue.actions import Workshop
from app.dialogue.understand import understand
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
    Taxonomy,
    Unanswered,
    Unlearn,
)
from app.knowledge import requests as teaching
from app.knowledge.gaps import requests
from app.knowledge.gaps.suggestions import Offers
from app.knowledge.service import Knowledge
from app.observability import metrics
from app.redis import keys
from app.sessions import store

LONG = {"draft", "preview"}  # types of requests that may wait for a language model

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asks:
    """Answers requests of the CMS; each is an entry of the stream `keys.ASKS`."""

    redis: Any  # redis.asyncio.Redis that decodes; its stubs would have us check for bytes
    classifier: Classifier
    knowledge: Knowledge
    house: House
    workshop: Workshop
    offers: Offers

    def waits(self, fields: Mapping[str, str]) -> bool:
        """Whether it may wait for a language model for long, which leaves the encoder to others."""
        return fields.get("type") in LONG

    async def answer(self, fields: Mapping[str, str]) -> None:
        """Do what is asked, and tell the api process that waits what came of it.

        Whatever goes wrong, it hears so at once. A request whose caller has given up is dropped.
        """
        if float(fields.get("until", "inf")) < time.time():
            metrics.REQUESTS_DROPPED.labels("late").inc()
            return
        answer = await self._answer(fields)
        api, token = fields["waiter"].split(" ")
        content = json.dumps(answer, ensure_ascii=False)
        await self.redis.xadd(keys.answers(api), {"t": token, "a": content}, maxlen=10_000)

    async def _answer(self, fields: Mapping[str, str]) -> dict[str, Any]:
        try:
            return {"found": await self._found(ASK.validate_json(fields["job"]))}
        except RedisError:  # nobody could be told; the worker waits for Redis
            raise
        except UNAVAILABLE as error:
            log.error("database_away", error=str(error))
            return _refusal("the database can't be reached; try again shortly", 503)
        except Refusal as refusal:
            return _refusal(str(refusal), refusal.status)
        except ValidationError:
            metrics.FAILURES.labels("request").inc()
            log.exception("request_unreadable")
            return _refusal("api and worker are of different versions: update both", 503)
        except Exception:
            number = uuid.uuid4().hex[:12]
            metrics.FAILURES.labels("request").inc()
            log.exception("request_failed", request=number)
            return _refusal(f"the worker failed at it; its log says why at request={number}", 500)

    async def _found(self, ask: Ask) -> Any:
        match ask:
            case Classify():
                judged = await self.classifier.classify(ask.texts)
                return [_understood(j) for j in judged]
            case Taxonomy():
                return [asdict(intent) for intent in self.classifier.intents.values()]
            case Preview():
                return await self._preview(ask)
            case Learn() | Unlearn() | Browse() | Search():
                return await teaching.answer(self.knowledge, ask)
            case Unanswered() | Draft() | Approve() | Dismiss() | AddTo():
                return await requests.answer(self.offers, ask)
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
        return {"reply": turn.text} | explain.why(turn, self.classifier.version, said.received)


def _understood(judgement: Judgement | Unreadable) -> dict[str, Any] | None:
    return None if isinstance(judgement, Unreadable) else explain.judged(judgement)


def _refusal(reason: str, status: int) -> dict[str, Any]:
    return {"refused": reason, "status": status}
