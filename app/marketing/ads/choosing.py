"""Chooses and ranks ads: pairs that are predicted to be clicked and that differ.

Clean ones are chosen first; those with something to mend only fill up, and come last.
"""

import uuid
from collections.abc import Sequence

from app.inference.click_ports import ClickPrediction
from app.marketing.ads.candidates import AdCandidate, RankedAd
from app.marketing.ads.ranking import rank_predictions
from app.marketing.content.variety import choose_different


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

    A title or a description comes again only after all others, and weak pairs after all of these.
    """
    strong_rows = [at for at in rows if not candidates[at].is_weak]
    if len(strong_rows) not in {0, len(rows)}:
        weak_rows = [at for at in rows if candidates[at].is_weak]
        chosen = _choose_rows(strong_rows, candidates, predictions, count)
        return chosen + _choose_rows(weak_rows, candidates, predictions, count - len(chosen))
    order = sorted(rows, key=lambda at: predictions[at].rate)
    values = {at: place / max(1, len(order) - 1) for place, at in enumerate(order)}
    texts = [candidates[at].text for at in rows]
    parts = [(candidates[at].title.text, candidates[at].description.text) for at in rows]
    scores = [values[at] for at in rows]
    return [rows[at] for at in choose_different(texts, count, scores, parts)]


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
