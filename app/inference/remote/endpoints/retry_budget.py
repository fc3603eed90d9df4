"""Limits retries to a share of the requests, so that an outage doesn't multiply the load."""

from dataclasses import dataclass

SHARE = 0.1  # retries per request
MOST = 10.0  # retries that can be saved up


@dataclass(slots=True)
class RetryBudget:
    """A token bucket: each request adds `share` of a retry, each retry takes one."""

    share: float = SHARE
    most: float = MOST
    retries_left: float = MOST

    def record_request(self) -> None:
        """Count a request's first attempt."""
        self.retries_left = min(self.most, self.retries_left + self.share)

    def take_retry(self) -> bool:
        """Take one retry; False if none is left."""
        if self.retries_left < 1:
            return False
        self.retries_left -= 1
        return True
