"""Comments of lives in danger and of injuries: agents hear of them as of messages, and the care
text is the reply, never copy.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.dialogue.account_context import AccountContexts, of_other_channels
from app.dialogue.care import care_replies
from app.dialogue.care.alerts import Alert, Alerts
from app.dialogue.care.care_phrases import choose_care_phrases
from app.dialogue.handoff.policy import choose_desk
from app.dialogue.language import detect_language
from app.inbox.service import Handoffs
from app.inbox.states import ConversationMessage, NewConversation
from app.inference.ports import CareKind, ClassificationFailed, Classifier
from app.marketing.content import templates
from app.marketing.content.copywriting import CopyVariant
from app.marketing.content.review import CopyReview
from app.marketing.content.writing.comment_signs import find_signs
from app.marketing.jobs.values import MarketingJob
from app.safety import care
from app.safety.care import Urgency
from app.sessions.channels import follower_id

CHANNEL = "comment"  # of conversations: whoever commented can't be written to from the inbox
FORM = "care"
SUMMARY_CHARACTERS = 200  # of the comment in the summary
MISTAKEN_FOR_GRIEF: frozenset[CareKind] = frozenset({"violence", "child_distress"})
REMARKS: Mapping[Urgency, str] = {
    "life": "这条留言说到有人的生命有危险：请马上安排人查看",
    "harm": "这条留言说到有人受伤：请尽快安排人查看",
}


async def find_danger(classifier: Classifier, text: str) -> CareKind | None:
    """The danger to a life or the injury that a comment speaks of, None for none: read as messages
    are, by word stems and the care head.

    Where somebody is mourned, the head alone tells of no violence and no child in need.
    """
    [result] = await classifier.classify([text])
    suspicion = None if isinstance(result, ClassificationFailed) else result.suspicion
    if suspicion and suspicion.kind in MISTAKEN_FOR_GRIEF and "loss" in find_signs(text):
        suspicion = None
    kind = care.recognise(text, suspicion)
    return kind if kind in care.LIVES | care.INJURIES else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentCare:
    """Answers such comments, and tells agents."""

    handoffs: Handoffs
    alerts: Alerts
    contexts: AccountContexts
    clock: Callable[[], float] = time.time

    async def answer(self, job: MarketingJob, text: str, kind: CareKind) -> CopyVariant:
        """Tell agents of the comment of a job; the care text as the only variant."""
        phrases = choose_care_phrases(text, kind, detect_language(text))
        reply = "\n".join(self.contexts.text(job.account, phrase) for phrase in phrases)
        conversation = await self._open_conversation(job, text, kind, reply)
        await self.alerts.raise_alert(
            Alert(
                account=job.account,
                kind=kind,
                urgency=care.urgency(kind),
                title=care_replies.alert_title(kind),
                delivery=job.id,
                conversation=conversation,
            )
        )
        review = CopyReview(findings=(), faults=(), claims=())
        return CopyVariant(
            text=reply, form=FORM, review=review, model=templates.MODEL, prompt=templates.MODEL,
            tokens=0, seconds=0.0, remark=REMARKS[care.urgency(kind)],
        )  # fmt: skip

    async def _open_conversation(
        self, job: MarketingJob, text: str, kind: CareKind, reply: str
    ) -> str:
        """The id of the conversation at the head of the inbox; "" where the account has no agents.

        A job that is run again opens none twice.
        """
        desk = choose_desk(of_other_channels(self.contexts.account(job.account)), open=False)
        if desk is None:
            return ""
        summary = (
            f"{care.headline(kind)}\n文章留言：{text[:SUMMARY_CHARACTERS]}\n"
            "请到文章的留言区找到这条留言并回复，这里回复不到本人。"
        )
        opening = NewConversation(
            account=job.account,
            openid=follower_id(CHANNEL, job.id),
            delivery=job.id,
            desk=desk,
            reason="care",
            title=care_replies.alert_title(kind),
            summary=summary,
            messages=(
                ConversationMessage(key=job.id, who="follower", text=text),
                ConversationMessage(key=f"{job.id}#bot", who="bot", text=reply),
            ),
            priority=care_replies.queue_priority(kind),
        )
        [handoff] = await self.handoffs.open([opening], self.clock())
        return handoff.conversation
