"""Care alerts for operators: log, metric, and the channels that notify people."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog

from app.dialogue.care import care_replies
from app.inference.ports import CareKind
from app.jobs import MessageJob
from app.observability import metrics
from app.safety import care
from app.safety.care import Urgency

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A follower in need of care; without message text and openid."""

    account: str
    kind: CareKind
    urgency: Urgency
    title: str  # in Chinese, for people
    delivery: str  # the message's id
    conversation: str  # its id, "" where the account has no agents


Channel = Callable[[Alert], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Alerts:
    """Raises alerts in the log, the metrics and every channel."""

    channels: Sequence[Channel] = ()

    async def raise_alert(self, alert: Alert) -> None:
        """Log and count the alert and tell every channel; a channel's failure is only logged."""
        metrics.CARE.labels(alert.kind).inc()
        log.warning(
            "care", account=alert.account, kind=alert.kind, urgency=alert.urgency,
            delivery=alert.delivery, conversation=alert.conversation,
        )  # fmt: skip
        for tell in self.channels:
            try:
                await tell(alert)
            except Exception as error:  # noqa: BLE001 - whatever a channel raises
                metrics.FAILURES.labels("alert").inc()
                log.warning("alert_failed", delivery=alert.delivery, error=repr(error))


def build_alert(message: MessageJob, kind: CareKind, conversation: str) -> Alert:
    """The alert of one message."""
    return Alert(
        account=message.account,
        kind=kind,
        urgency=care.urgency(kind),
        title=care_replies.alert_title(kind),
        delivery=message.id,
        conversation=conversation,
    )
