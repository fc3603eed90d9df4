"""Refusals. Each has a status for HTTP; anything else that is raised is a bug."""


class Refusal(Exception):
    """A named no. `status` is the HTTP status, the message says what was wrong and what to do."""

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
    """No sentence of ours has that id."""

    status = 404


class BadPhrase(Refusal):
    """A wording that may not take the place of a phrase."""

    status = 422


class UnknownEntry(Refusal):
    status = 404


class StaleRevision(Refusal):
    """Somebody else changed it meanwhile."""

    status = 409


class EmbeddingFailed(Refusal):
    """The model can't read a text of an entry."""

    status = 422


class Forbidden(Refusal):
    status = 403


class TooLarge(Refusal):
    status = 413


class Overloaded(Refusal):
    """The queue is full, or no worker answered in time: try again later."""

    status = 503


class DatabaseUnavailable(Refusal):
    """The database doesn't answer in time, hung up, or refuses connections. The message is a
    driver's, for the log; it holds no values of rows.
    """

    status = 503


class UnreadableRules(Refusal):
    """What is kept was written by another version of this program."""

    status = 409


class UnknownConversation(Refusal):
    status = 404


class ConversationTaken(Refusal):
    """Another person has the conversation, or it is over."""

    status = 409


class IdempotencyKeyReused(Refusal):
    """The same idempotency key came with something else."""

    status = 422


class UnknownReply(Refusal):
    """No message of that id is being answered, or was within ten minutes."""

    status = 404


class UnknownGap(Refusal):
    """No open question of that id: it was answered, dismissed or crowded out meanwhile."""

    status = 404


class DraftingFailed(Refusal):
    """No generator is configured, or it wrote nothing."""

    status = 503


class AlreadyKnown(Refusal):
    """An entry of this question is there, and says something else."""

    status = 409


class UnknownImport(Refusal):
    status = 404


class UnknownDocument(Refusal):
    status = 404


class BadFiles(Refusal):
    """Files of an import that can't even be taken in."""

    status = 422
