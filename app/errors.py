"""Refusals: errors of the caller or the surroundings, each with an HTTP status and a name.

docs/errors.md lists them all; it is written by `python -m tests.api.error_table`.
"""


class Refusal(Exception):
    """A refused request. The message says what was wrong and what to do.

    `status` is the HTTP status; `name` is the `code` of the response body, in snake case. Programs
    compare it, so it stays when the class is renamed. It is not ApiError's `code`, the platform's
    number.

    chinese: the same message for operators; "" where the message itself is Chinese, or only
    programmers meet it.
    """

    status = 400
    name = "refused"

    def __init__(self, *message: object, chinese: str = "") -> None:
        super().__init__(*message)
        self.chinese = chinese

    @property
    def for_operators(self) -> str:
        """The message in Chinese where there is one."""
        return self.chinese or str(self)


class BadSettings(Refusal):
    """A setting is wrong or missing; one sentence per fault."""

    status = 500
    name = "bad_settings"

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class Unauthorized(Refusal):
    """The API key is missing or wrong."""

    status = 401
    name = "unauthorized"


class Forbidden(Refusal):
    """The request isn't signed, too old, or not from this machine."""

    status = 403
    name = "forbidden"


class NoSuchPath(Refusal):
    """No route has this path, or the id in it is empty."""

    status = 404
    name = "no_such_path"


class MethodNotAllowed(Refusal):
    """The path has no such method."""

    status = 405
    name = "method_not_allowed"


class TooLarge(Refusal):
    """The body has more bytes than the path takes."""

    status = 413
    name = "too_large"


class InvalidRequest(Refusal):
    """Fields don't fit the path's schema; `detail` is then a list, a fault of a field each."""

    status = 422
    name = "invalid_request"


class Failed(Refusal):
    """A fault of this service; its log says more."""

    status = 500
    name = "failed"


class WorkerFailed(Refusal):
    """A worker failed at the request; its log says more at the number in `detail`."""

    status = 500
    name = "worker_failed"


class RowRefused(Refusal):
    """The database refused what this service wrote or asked; the log says more."""

    status = 500
    name = "row_refused"


class QueueUnavailable(Refusal):
    """Redis doesn't answer: try again shortly."""

    status = 503
    name = "queue_unavailable"


class DatabaseUnavailable(Refusal):
    """The database doesn't answer in time, closed the connection, or refuses connections.

    Raised with the driver's message, for the log; it contains no values of rows.
    """

    status = 503
    name = "database_unavailable"


class VersionsDiffer(Refusal):
    """The api process and the worker are of different versions: update both."""

    status = 503
    name = "versions_differ"


class Overloaded(Refusal):
    """The queue is full, or no worker answered in time: try again later."""

    status = 503
    name = "overloaded"


class JobNotStored(Refusal):
    """A job without a reply can be neither queued nor stored: WeChat has to send it again."""

    status = 503
    name = "job_not_stored"


class UnknownAccount(Refusal):
    """The service has no account of this name."""

    status = 404
    name = "unknown_account"


class StaleRevision(Refusal):
    """The document was changed by another request meanwhile."""

    status = 409
    name = "stale_revision"


class UnreadableRules(Refusal):
    """The stored rules were written by another version of this program."""

    status = 409
    name = "unreadable_rules"


class UnknownPhrase(Refusal):
    """No phrase has this id."""

    status = 404
    name = "unknown_phrase"


class BadPhrase(Refusal):
    """A wording that may not replace the phrase."""

    status = 422
    name = "bad_phrase"


class UnknownEntry(Refusal):
    """The account has no entry of this id."""

    status = 404
    name = "unknown_entry"


class EmbeddingFailed(Refusal):
    """The model failed to embed a text of an entry."""

    status = 422
    name = "embedding_failed"


class UnknownDocument(Refusal):
    """The account has no document of this id."""

    status = 404
    name = "unknown_document"


class UnknownImport(Refusal):
    """The account has no import of this id."""

    status = 404
    name = "unknown_import"


class BadFiles(Refusal):
    """The upload of an import can't be read as files."""

    status = 422
    name = "bad_files"


class UnknownGap(Refusal):
    """No open gap has this id: it was answered, dismissed or displaced by newer ones."""

    status = 404
    name = "unknown_gap"


class DraftingFailed(Refusal):
    """No language model is configured, or it wrote nothing."""

    status = 503
    name = "drafting_failed"


class AlreadyKnown(Refusal):
    """An entry of this question exists, with another answer."""

    status = 409
    name = "already_known"


class UnknownReply(Refusal):
    """No message of this id was received in the last ten minutes."""

    status = 404
    name = "unknown_reply"


class UnknownConversation(Refusal):
    """No conversation has this id."""

    status = 404
    name = "unknown_conversation"


class ConversationTaken(Refusal):
    """Another agent has the conversation, or it is closed."""

    status = 409
    name = "conversation_taken"


class IdempotencyKeyReused(Refusal):
    """The idempotency key was used before with other content."""

    status = 422
    name = "idempotency_key_reused"
