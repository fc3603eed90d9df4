"""What the CMS asks, answered to the api process that waits."""

import json
import time
import uuid
from dataclasses import dataclass
from typing import Any, assert_never

from app import accounts
from app.accounts import Accounts
from app.dialogue import explain, service
from app.inference.ports import Classifier, Judgement, Unreadable
from app.jobs import ASK, Classify, Preview, Talk
from app.sessions import keys, store


@dataclass(frozen=True, slots=True)
class Asks:
    """Answers asks. Nothing is remembered."""

    redis: Any  # redis.asyncio.Redis that decodes; its stubs would have us check for bytes
    classifier: Classifier
    accounts: Accounts

    async def answer(self, job: str) -> None:
        """Do what the job asks and send it back."""
        ask = ASK.validate_json(job)
        match ask:
            case Classify():
                judged = await self.classifier.classify(ask.texts)
                found: Any = [_understood(j) for j in judged]
            case Preview():
                found = await self._preview(ask)
            case _:
                assert_never(ask)
        api, token = ask.waiter.split(" ")
        answer = json.dumps(found, ensure_ascii=False)
        await self.redis.xadd(keys.answers(api), {"t": token, "a": answer}, maxlen=10_000)

    async def _preview(self, ask: Preview) -> dict[str, Any]:
        account = accounts.get(self.accounts, ask.account)
        user = keys.user(ask.account, ask.openid)
        said = Talk(
            id=uuid.uuid4().hex,
            account=ask.account,
            openid=ask.openid,
            kind="text",
            text=ask.text,
            received=time.time(),
        )
        text = service.readable(said)
        judged = (await self.classifier.classify([text]))[0] if text else None
        session = store.read(await self.redis.get(keys.session(user)))
        turn = service.answer(said, account, session, judged)
        return {"reply": turn.answer} | explain.why(turn, self.classifier.version, said.received)


def _understood(judgement: Judgement | Unreadable) -> dict[str, Any] | None:
    return None if isinstance(judgement, Unreadable) else explain.judged(judgement)
