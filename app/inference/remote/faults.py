"""Why an endpoint gave no answer, and what follows from it."""


class EndpointFault(Exception):
    """The message says why, and never holds what was asked or a key."""

    def __init__(
        self, reason: str, *, retry: bool = True, blame: bool = True, rest: float = 0.0
    ) -> None:
        super().__init__(reason)
        self.retry = retry  # the same request may succeed here
        self.blame = blame  # it is the endpoint's fault, not the request's: the breaker counts it
        self.rest = rest  # seconds that the endpoint wants to be left alone
