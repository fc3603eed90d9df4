"""How many requests are tried again: a part, so that an outage doesn't double the load."""

from dataclasses import dataclass

SHARE = 0.1  # of the requests
MOST = 10.0  # retries that a quiet time saves up


@dataclass(slots=True)
class RetryBudget:
    """A bucket: each request puts a part of a retry in, each retry takes a whole one out."""

    share: float = SHARE
    most: float = MOST
    retries_left: float = MOST

    def record_request(self) -> None:
        """A first try."""
        self.retries_left = min(self.most, self.retries_left + self.share)

    def take_retry(self) -> bool:
        """Whether there is one more try; it is taken."""
        if self.retries_left < 1:
            return False
        self.retries_left -= 1
        return True
