"""Refusals: errors of the caller or the surroundings, each with an HTTP status."""


class Refusal(Exception):
    """A refused request. `status` is the HTTP status; the message says why and what to do."""

    status = 400


class BadSettings(Refusal):
    """A setting is wrong or missing; one sentence per fault."""

    status = 500

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class UnknownAccount(Refusal):
    status = 404


class UnknownPhrase(Refusal):
    """No phrase has that id."""

    status = 404


class BadPhrase(Refusal):
    """A wording that may not replace the phrase."""

    status = 422


class UnknownEntry(Refusal):
    status = 404


class StaleRevision(Refusal):
    """The document was changed by another request meanwhile."""

    status = 409


class EmbeddingFailed(Refusal):
    """The model failed to embed a text of an entry."""

    status = 422


class Forbidden(Refusal):
    status = 403


class TooLarge(Refusal):
    status = 413


class Overloaded(Refusal):
    """The queue is full, or no worker answered in time: try again later."""

    status = 503


class JobNotStored(Refusal):
    """A job without a reply can be neither queued nor stored: WeChat has to send it again."""

    status = 503


class DatabaseUnavailable(Refusal):
    """The database doesn't answer in time, closed the connection, or refuses connections. The
    message is the driver's, for the log; it contains no values of rows.
    """

    status = 503


class UnreadableRules(Refusal):
    """The stored rules were written by another version of this program."""

    status = 409


class UnknownConversation(Refusal):
    status = 404


class ConversationTaken(Refusal):
    """Another agent has the conversation, or it is closed."""

    status = 409


class IdempotencyKeyReused(Refusal):
    """The idempotency key was used before with other content."""

    status = 422


class UnknownReply(Refusal):
    """No message of that id was received in the last ten minutes."""

    status = 404


class UnknownGap(Refusal):
    """No open gap of that id: it was answered, dismissed or displaced by newer ones."""

    status = 404


class DraftingFailed(Refusal):
    """No language model is configured, or it wrote nothing."""

    status = 503


class AlreadyKnown(Refusal):
    """An entry of this question exists, with another answer."""

    status = 409


class UnknownImport(Refusal):
    status = 404


class UnknownDocument(Refusal):
    status = 404


class BadFiles(Refusal):
    """The upload of an import can't be read as files."""

    status = 422
