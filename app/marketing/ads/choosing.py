"""Chooses and ranks ads: pairs that are predicted to be clicked and that differ.

Clean ones are chosen first; those with something to mend only fill up, and come last.
"""

import uuid
from collections import Counter
from collections.abc import Sequence

from app.inference.click_ports import ClickPrediction
from app.marketing.ads.candidates import MOST_WEAKNESS, AdCandidate, RankedAd
from app.marketing.ads.ranking import rank_predictions
from app.marketing.content.variety import choose_different

# How often a title and a description are used among the ads of a group, in steps: offers are few.
MOST_USES = ((1, 2), (2, 2))


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

    Pairs that complete each other come first, those that say a thing twice last. Among either no
    text is used more often than a step of MOST_USES allows, before other texts are.
    """
    chosen = list[int]()
    weak_rows = [at for at in rows if candidates[at].weakness == MOST_WEAKNESS]
    for part in ([at for at in rows if at not in weak_rows], weak_rows):
        for most_uses in (*MOST_USES, (count, count)):
            for weakness in sorted({candidates[at].weakness for at in part}):
                group = [at for at in part if candidates[at].weakness == weakness]
                order = _order_rows(group, candidates, predictions, chosen)
                chosen += _take_rows(order, candidates, count, chosen, most_uses)
    return chosen


def _order_rows(
    rows: Sequence[int],
    candidates: Sequence[AdCandidate],
    predictions: Sequence[ClickPrediction],
    chosen: Sequence[int],
) -> list[int]:
    """The rows beside the chosen ones by maximal marginal relevance."""
    other_rows = [at for at in rows if at not in chosen]
    order = sorted(rows, key=lambda at: predictions[at].rate)
    values = {at: place / max(1, len(order) - 1) for place, at in enumerate(order)}
    ranked = choose_different(
        [candidates[at].text for at in other_rows],
        len(other_rows),
        [values[at] for at in other_rows],
        [_list_parts(candidates[at]) for at in other_rows],
    )
    return [other_rows[row] for row in ranked]


def _take_rows(
    rows: Sequence[int],
    candidates: Sequence[AdCandidate],
    count: int,
    chosen: Sequence[int],
    most_uses: tuple[int, int],
) -> list[int]:
    """The first of the rows, up to `count` with the chosen ones, as far as their texts may be used
    again.
    """
    titles = Counter(candidates[at].title.text for at in chosen)
    descriptions = Counter(candidates[at].description.text for at in chosen)
    additions = list[int]()
    for at in rows:
        title, description = _list_parts(candidates[at])
        has_uses = titles[title] < most_uses[0] and descriptions[description] < most_uses[1]
        if has_uses and len(chosen) + len(additions) < count:
            additions.append(at)
            titles[title] += 1
            descriptions[description] += 1
    return additions


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
