"""The refusal that counts end in which no method can analyse."""

import contextlib
from collections.abc import Iterator

from app.errors import Refusal


class UnusableCounts(Refusal):
    """Counts or settings that no method can analyse."""

    status = 422
    name = "unusable_counts"


@contextlib.contextmanager
def refusing_bad_counts() -> Iterator[None]:
    """Raise UnusableCounts where the statistics raise BadCounts."""
    # Imported here: the statistics are loaded at their first use.
    from app.marketing.experiments.stats.values import BadCounts

    try:
        yield
    except BadCounts as error:
        raise UnusableCounts(str(error), chinese=error.chinese) from None
