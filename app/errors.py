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


class UnknownEntry(Refusal):
    status = 404


class Stale(Refusal):
    """Somebody else changed it meanwhile."""

    status = 409


class Unteachable(Refusal):
    """The model can't read a text of an entry."""

    status = 422


class Forbidden(Refusal):
    status = 403


class TooLarge(Refusal):
    status = 413


class Overloaded(Refusal):
    """The queue is full, or no worker answered in time: try again later."""

    status = 503


class UnknownImport(Refusal):
    status = 404


class UnknownDocument(Refusal):
    status = 404


class BadFiles(Refusal):
    """Files of an import that can't even be taken in."""

    status = 422
