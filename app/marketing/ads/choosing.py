"""Chooses and ranks ads: pairs that are predicted to be clicked and that differ.

Clean ones are chosen first; those with something to mend only fill up, and come last.
"""

import uuid
from collections import Counter
from collections.abc import Sequence

from app.inference.click_ports import ClickPrediction
from app.marketing.ads.candidates import AdCandidate, RankedAd
from app.marketing.ads.ranking import rank_predictions
from app.marketing.content.variety import choose_different

MOST_USES = 2  # of a title or a description among the ads of a group


def choose_ads(
    candidates: Sequence[AdCandidate], predictions: Sequence[ClickPrediction], count: int
) -> list[RankedAd]:
    """The best `count` that differ, ranked: none with something to mend is above a clean one."""
    fewest = sorted({candidate.problems for candidate in candidates})
    ranked: list[RankedAd] = []
    for problems in fewest:
        rows = [at for at, each in enumerate(candidates) if each.problems == problems]
        chosen = _choose_rows(rows, candidates, predictions, count - len(ranked))
        ranked += _rank_part(chosen, candidates, predictions)
    return ranked


def _choose_rows(
    rows: Sequence[int],
    candidates: Sequence[AdCandidate],
    predictions: Sequence[ClickPrediction],
    count: int,
) -> list[int]:
    """At most `count` of the rows by maximal marginal relevance, valued by predicted rate.

    Pairs that complete each other come first. No text is in more than MOST_USES of them while
    others are left.
    """
    chosen = list[int]()
    for most_uses in (MOST_USES, count):
        for weakness in sorted({candidates[at].weakness for at in rows}):
            group = [at for at in rows if candidates[at].weakness == weakness]
            chosen += _choose_equals(group, candidates, predictions, count, chosen, most_uses)
    return chosen


def _choose_equals(
    rows: Sequence[int],
    candidates: Sequence[AdCandidate],
    predictions: Sequence[ClickPrediction],
    count: int,
    chosen: Sequence[int],
    most_uses: int,
) -> list[int]:
    """Rows beside the chosen ones, up to `count` together, by maximal marginal relevance.

    A title or a description comes again only after all others, and `most_uses` times at most.
    """
    order = sorted(rows, key=lambda at: predictions[at].rate)
    values = {at: place / max(1, len(order) - 1) for place, at in enumerate(order)}
    left = [at for at in rows if at not in chosen]
    ranked = choose_different(
        [candidates[at].text for at in left],
        len(left),
        [values[at] for at in left],
        [_list_parts(candidates[at]) for at in left],
    )
    uses = Counter(part for at in chosen for part in _list_parts(candidates[at]))
    picked = list[int]()
    for at in (left[row] for row in ranked):
        parts = _list_parts(candidates[at])
        if len(chosen) + len(picked) < count and all(uses[part] < most_uses for part in parts):
            picked.append(at)
            uses.update(parts)
    return picked


def _list_parts(candidate: AdCandidate) -> tuple[str, str]:
    return candidate.title.text, candidate.description.text


def _rank_part(
    rows: Sequence[int],
    candidates: Sequence[AdCandidate],
    predictions: Sequence[ClickPrediction],
) -> list[RankedAd]:
    if not rows:
        return []
    ranking = rank_predictions([predictions[at] for at in rows], [(0, 0)] * len(rows))
    return [
        RankedAd(
            id=uuid.uuid4().hex,
            candidate=candidates[rows[place.row]],
            prediction=place.prediction,
            better_than_next=place.better_than_next,
            tied_with_next=place.tied_with_next,
        )
        for place in ranking
    ]
