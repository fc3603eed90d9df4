"""Handles worker requests: does what an api process asks for REST, and sends it the result."""

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
from app.dialogue import service
from app.dialogue.account_context import AccountContexts
from app.dialogue.actions import ActionRunner
from app.dialogue.records import explain
from app.dialogue.understand import understand_messages
from app.errors import DatabaseUnavailable, Refusal, VersionsDiffer, WorkerFailed
from app.inference.ports import Classification, ClassificationFailed, Classifier
from app.jobs import (
    WORKER_REQUEST,
    AddVariant,
    ApproveGap,
    CheckArticles,
    ClassifyTexts,
    CreateQrChannel,
    DeleteEntry,
    DismissGap,
    DraftAnswer,
    ListEntries,
    ListGaps,
    ListIntents,
    MakeShortKey,
    ManageComments,
    ManageMassSpeed,
    ManageMenu,
    MarketingWork,
    MessageJob,
    PreviewOnPhone,
    PreviewPost,
    PreviewReply,
    ReadShortKey,
    RenewQrCode,
    SearchEntries,
    SendMarketingMessage,
    UpsertEntries,
    WorkerRequest,
)
from app.knowledge import requests as teaching
from app.knowledge.gaps import requests
from app.knowledge.gaps.suggestions import GapSuggestions
from app.knowledge.service import Knowledge
from app.marketing.requests import MarketingRequests
from app.observability import metrics
from app.publishing.requests import PublishingRequests
from app.redis import keys
from app.redis.client import RedisClient
from app.sessions import store
from app.touchpoints.requests import TouchpointRequests

# Types of requests that may wait for a language model, images, the platform or the click model.
SLOW_TYPES = {
    "draft", "preview", "check_articles", "preview_on_phone", "manage_comments",
    "create_qr_channel", "renew_qr_code", "manage_menu", "make_short_key", "read_short_key",
    "manage_mass_speed", "send_marketing_message", "import_briefs", "score_ads",
    "rank_ads", "read_click_model", "count_events", "export_events", "import_table",
}  # fmt: skip

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestHandler:
    """Answers worker requests; each is an entry of the stream `keys.REQUEST_STREAM`."""

    redis: RedisClient
    classifier: Classifier
    knowledge: Knowledge
    account_contexts: AccountContexts
    action_runner: ActionRunner
    suggestions: GapSuggestions
    publishing: PublishingRequests
    touchpoints: TouchpointRequests
    marketing: MarketingRequests

    def is_slow(self, fields: Mapping[str, str]) -> bool:
        """Whether the request may wait long for another server: others then run beside it."""
        return fields.get("type") in SLOW_TYPES

    async def answer_request(self, fields: Mapping[str, str]) -> None:
        """Handle the request and send its result, or the refusal, to the api process that waits.

        A request whose caller has timed out (`until`) is dropped. Raises RedisError.
        """
        if float(fields.get("until", "inf")) < time.time():
            metrics.REQUESTS_DROPPED.labels("late").inc()
            return
        answer = await self._try_request(fields)
        api, token = fields["waiter"].split(" ")
        content = json.dumps(answer, ensure_ascii=False)
        stream = keys.reply_stream(api)
        async with self.redis.pipeline(transaction=False) as pipe:
            pipe.xadd(stream, {"t": token, "a": content}, maxlen=keys.REPLIES_KEPT)
            pipe.pexpire(stream, keys.REPLY_STREAM_FOR)
            await pipe.execute()

    async def _try_request(self, fields: Mapping[str, str]) -> dict[str, Any]:
        try:
            return {
                "found": await self._handle_request(WORKER_REQUEST.validate_json(fields["job"]))
            }
        except RedisError:  # no result could be sent; the worker waits for Redis
            raise
        except UNAVAILABLE as error:
            log.error("database_away", error=str(error))
            return _describe_refusal(
                DatabaseUnavailable("the database can't be reached; try again shortly")
            )
        except Refusal as refusal:
            return _describe_refusal(refusal)
        except ValidationError:
            metrics.FAILURES.labels("request").inc()
            log.exception("request_unreadable")
            return _describe_refusal(
                VersionsDiffer("api and worker are of different versions: update both")
            )
        except Exception:
            number = uuid.uuid4().hex[:12]
            metrics.FAILURES.labels("request").inc()
            log.exception("request_failed", request=number)
            return _describe_refusal(
                WorkerFailed(f"the worker failed at it; its log says why at request={number}")
            )

    async def _handle_request(self, request: WorkerRequest) -> Any:  # noqa: PLR0911
        match request:
            case ClassifyTexts() | ListIntents():
                return await self._ask_classifier(request)
            case PreviewReply():
                return await self._preview_reply(request)
            case UpsertEntries() | DeleteEntry() | ListEntries() | SearchEntries():
                return await teaching.handle_request(self.knowledge, request)
            case ListGaps() | DraftAnswer() | ApproveGap() | DismissGap() | AddVariant():
                return await requests.handle_request(self.suggestions, request)
            case (
                CheckArticles()
                | PreviewPost()
                | PreviewOnPhone()
                | ManageComments()
                | ManageMassSpeed()
                | SendMarketingMessage()
            ):
                return await self.publishing.answer(request)
            case CreateQrChannel() | RenewQrCode() | ManageMenu() | MakeShortKey() | ReadShortKey():
                return await self.touchpoints.answer(request)
            case MarketingWork():
                return await self.marketing.answer(request)
            case _:
                assert_never(request)

    async def _ask_classifier(self, request: ClassifyTexts | ListIntents) -> list[Any]:
        if isinstance(request, ListIntents):
            return [asdict(intent) for intent in self.classifier.intents.values()]
        classifications = await self.classifier.classify(request.texts)
        return [_describe_classification(each) for each in classifications]

    async def _preview_reply(self, request: PreviewReply) -> dict[str, Any]:
        message_job = MessageJob(
            id=uuid.uuid4().hex,
            account=request.account,
            openid=request.openid,
            kind="text",
            text=request.text,
            received=time.time(),
        )
        session_json = await self.redis.get(
            keys.session(keys.user(request.account, request.openid))
        )
        context = self.account_contexts.prepare_message(
            message_job, store.parse_session(session_json), None
        )
        [context] = await understand_messages(self.classifier, self.knowledge, [context])
        turn = service.complete_turn(
            context, await self.action_runner.run(context, service.draft_reply(context))
        )
        return {"reply": turn.text} | explain.explain_turn(
            turn, self.classifier.version, message_job.received
        )


def _describe_classification(
    classification: Classification | ClassificationFailed,
) -> dict[str, Any] | None:
    return (
        None
        if isinstance(classification, ClassificationFailed)
        else explain.describe_classification(classification)
    )


def _describe_refusal(refusal: Refusal) -> dict[str, Any]:
    return {
        "refused": str(refusal), "chinese": refusal.chinese, "status": refusal.status,
        "name": refusal.name,
    }  # fmt: skip
