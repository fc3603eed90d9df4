"""Lets the search model process an account's candidates before a question needs them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.inference.ports import Candidate, SearchModel

MOST_PREPARED = 3_000  # candidates of an account; more are processed when a question needs them
AT_ONCE = 8  # candidates in one call of the model

Revisions = tuple[int, int]  # of an account's entries and of its chunks


@dataclass(slots=True)
class PreparedCandidates:
    """Which candidates of each account the search model has processed."""

    _prepared: dict[str, set[Candidate]] = field(default_factory=dict)
    _complete_at: dict[str, Revisions] = field(default_factory=dict)

    def is_complete(self, account: str, revisions: Revisions) -> bool:
        """Whether nothing is left to process of the account at these revisions."""
        return self._complete_at.get(account) == revisions

    async def prepare(
        self,
        search: SearchModel,
        account: str,
        revisions: Revisions,
        candidates: Sequence[Candidate],
    ) -> bool:
        """Process up to `AT_ONCE` new candidates of all that the account has.

        Returns False if there were none; then the account is complete at these revisions.
        Candidates that the account doesn't have any more are forgotten.
        """
        few = len(candidates) <= MOST_PREPARED
        prepared = self._prepared.get(account, set()).intersection(candidates if few else ())
        new = [each for each in candidates if each not in prepared][:AT_ONCE] if few else []
        if new:
            await search.prepare(new)
        else:
            self._complete_at[account] = revisions
        self._prepared[account] = prepared.union(new)
        return bool(new)
