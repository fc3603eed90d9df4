"""Reads replies as they are stored in Redis, also those that another version has written."""

import structlog
from pydantic import ValidationError

from app.messages.values import Message, from_json
from app.observability import metrics

log = structlog.get_logger()


def parse_stored_reply(id: str, reply_json: str) -> Message | None:  # noqa: A002 - of the delivery
    """The reply; None where nothing is said, and, with a log entry, where this version can't read
    it: it then stays unconfirmed, and a worker that can moves it to the outbox.
    """
    try:
        return from_json(reply_json)
    except ValidationError as error:
        [first, *_] = error.errors(include_url=False, include_input=False, include_context=False)
        metrics.FAILURES.labels("reply").inc()
        log.error("reply_unreadable", delivery=id, error=first["msg"])
        return None
