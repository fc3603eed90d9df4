"""The error of an endpoint that gave no answer, with hints for retries and the breaker."""


class EndpointFault(Exception):
    """An endpoint gave no answer. The message says why, without the prompt's text or the key."""

    def __init__(
        self, reason: str, *, retry: bool = True, blame: bool = True, rest: float = 0.0
    ) -> None:
        super().__init__(reason)
        self.retry = retry  # the same request may succeed at this endpoint
        self.blame = blame  # the endpoint's fault, not the request's: counts for the breaker
        self.rest = rest  # seconds to wait as the endpoint asked, 0 for none
