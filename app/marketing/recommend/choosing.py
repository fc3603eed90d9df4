"""Chooses items for a follower: strategy, ranking, selection and reasons. No I/O."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from app.kit.text import fold
from app.marketing.events.items import Item
from app.marketing.experiments.plans.recommendation_settings import Ranking, RecommendationSettings
from app.marketing.recommend.activity import CAP_DAYS
from app.marketing.recommend.closeness import (
    NEAR,
    NEAR_WITH_UNKNOWN_NOUN,
    ItemQuestion,
    find_near_items,
)
from app.marketing.recommend.index import AccountIndex
from app.marketing.recommend.lessons.rankers import SHIPPED, Base, Ranker, choose_base
from app.marketing.recommend.ranking.candidates import CandidateItems, find_candidates
from app.marketing.recommend.ranking.context import Moment, compute_context
from app.marketing.recommend.ranking.selection import SelectedItem, SelectionPolicy, select_items
from app.marketing.recommend.ranking.signals import ItemSignals
from app.marketing.recommend.reasons import explain_item
from app.marketing.recommend.values import RecommendedItem, Strategy

QUESTION_WEIGHT = 8.0  # of the cosine of question and item
BESIDE_QUESTION = 0.3  # of the ranker's score
MOST_SHOWN = 3  # exposures of an item to a follower in CAP_DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class RecommendationPolicy:
    """How often an item is shown to a follower, and how items are ranked and selected."""

    most_shown: int = MOST_SHOWN
    ranking: Ranking = "usual"
    selection: SelectionPolicy = field(default_factory=SelectionPolicy)


def adjust_policy(
    policy: RecommendationPolicy, settings: RecommendationSettings, count: int
) -> RecommendationPolicy:
    """The policy for so many items, with what an experiment's variant changes."""
    usual = policy.selection
    selection = replace(
        usual,
        count=count,
        exploration=usual.exploration if settings.exploration is None else settings.exploration,
        diversity=usual.diversity if settings.diversity is None else settings.diversity,
    )
    return replace(policy, ranking=settings.ranking, selection=selection)


@dataclass(frozen=True, slots=True)
class ItemChoice:
    """What is recommended, and the sentence for the operator on how it was found."""

    items: list[RecommendedItem]
    explanation: str


def choose_items(
    index: AccountIndex,
    pseudonym: str,
    now: float,
    policy: RecommendationPolicy,
    rng: np.random.Generator,
    question: ItemQuestion | None = None,
) -> ItemChoice:
    """Items for a follower. `question`: only items near to it; where it is a general one and
    nothing is near, those for the follower.
    """
    if index.fitted is None or not index.catalog.items:
        return ItemChoice([], "这个账号还没有内容：请先通过 /api/v1/items 录入")
    question = None if question is not None and question.is_plain else question
    signals = index.fitted.signals
    history = index.list_history(pseudonym)
    may_show = index.catalog.find_shown(now)[: len(signals.readers)]
    shown_count = int(may_show.sum())
    may_show[index.list_capped(pseudonym, now, policy.most_shown)] = False
    embedding = None if question is None else question.embedding
    candidates = find_candidates(signals, history, may_show, embedding)
    if not len(candidates.items):
        read_count = int(index.catalog.find_shown(now)[history].sum())
        return ItemChoice([], _explain_nothing(shown_count, read_count, policy))
    candidates, question = _match_question(index, candidates, question)
    if not len(candidates.items):
        return ItemChoice([], _NOTHING_NEAR)
    base = _choose_base(candidates, history, question, policy.ranking)
    ranker = (SHIPPED if policy.ranking == "shipped" else index.fitted.rankers)[base]
    moment = index.describe_moment(pseudonym, now)
    scores = _score(signals, candidates, ranker, moment, question)
    places = _drop_equal_titles(index.catalog.items, candidates.items, scores)
    numbers = candidates.items[places]
    # Who asks wants an answer, so nothing is explored then.
    selection = policy.selection if question is None else replace(policy.selection, exploration=0.0)
    selected = select_items(
        numbers,
        scores[places],
        index.fitted.exposures[numbers],
        selection,
        signals.facts.vectors,
        rng,
    )
    strategy: Strategy = base if question is None else "question"
    items = [_describe(index, signals, history, strategy, each) for each in selected]
    by_test = _TEST_EXPLANATIONS.get(strategy) if strategy == policy.ranking else None
    return ItemChoice(items, f"{by_test or _EXPLANATIONS[strategy]}；{ranker.describe()}")


def _match_question(
    index: AccountIndex, candidates: CandidateItems, question: ItemQuestion | None
) -> tuple[CandidateItems, ItemQuestion | None]:
    """The candidates near to the question; all, and no question, for a general one without any."""
    if question is None:
        return candidates, None
    assert index.fitted is not None
    is_near = find_near_items(
        question, candidates.items, index.catalog.items, index.fitted.signals.facts.vectors
    )
    if not is_near.any() and question.is_general:
        return candidates, None
    return candidates.select_items(is_near), question


def _score(
    signals: ItemSignals,
    candidates: CandidateItems,
    ranker: Ranker,
    moment: Moment,
    question: ItemQuestion | None,
) -> np.ndarray:
    """(c,): the ranker's scores of the candidates, and closeness to the question."""
    context = compute_context(signals, candidates.items, candidates.features, moment)
    scores = ranker.score(candidates.features, context)
    if question is None:
        return scores
    return BESIDE_QUESTION * scores + _compare(question.embedding, candidates, signals)


def _drop_equal_titles(
    catalog: Sequence[Item], items: np.ndarray, scores: np.ndarray
) -> np.ndarray:
    """The places in `items` (c,) of the best scored item of each title, rising."""
    places: dict[str, int] = {}
    for place in np.argsort(-scores, kind="stable"):
        places.setdefault(fold(catalog[items[place]].title).strip(), int(place))
    return np.array(sorted(places.values()), np.int64)


def _choose_base(
    candidates: CandidateItems, history: np.ndarray, question: ItemQuestion | None, ranking: Ranking
) -> Base:
    """How the items are ranked; a question goes before what an experiment asks for."""
    if question is not None:  # its words are the text
        return "behaviour" if candidates.by_behaviour else "popular"
    if ranking == "popular":
        return "popular"
    return choose_base(candidates, history, counts_behaviour=ranking != "text")


def _compare(
    question: np.ndarray, candidates: CandidateItems, signals: ItemSignals
) -> np.ndarray | float:
    """(c,): what closeness to the question adds to the scores."""
    if signals.facts.vectors is None:
        return 0.0
    return QUESTION_WEIGHT * signals.facts.vectors.compare(question, candidates.items)


def _describe(
    index: AccountIndex,
    signals: ItemSignals,
    history: np.ndarray,
    base: Strategy,
    selected: SelectedItem,
) -> RecommendedItem:
    items: list[Item] = index.catalog.items
    strategy, because = explain_item(signals, history, selected.item, base)
    if selected.is_explored:
        strategy, because = "explored", None
    reason = _REASONS[strategy].format(title=items[because].title if because is not None else "")
    return RecommendedItem(items[selected.item], strategy, reason)


def _explain_nothing(shown_count: int, read_count: int, policy: RecommendationPolicy) -> str:
    if not shown_count:
        return "没有可以展示的内容：全部已隐藏、过期、删除或尚未发布"
    capped = f"{CAP_DAYS:.0f} 天内已推荐过 {policy.most_shown} 次"
    if not read_count:
        return f"可以展示的 {shown_count} 条内容，{capped}"
    if read_count >= shown_count:
        return f"可以展示的 {shown_count} 条内容，这位粉丝都读过"
    return f"可以展示的 {shown_count} 条内容，这位粉丝读过 {read_count} 条，其余的 {capped}"


_NOTHING_NEAR = (
    f"没有和提问相近、可以展示的内容：相近程度要达到 {NEAR:.2f}，"
    f"提到的名称哪条内容都没有时要达到 {NEAR_WITH_UNKNOWN_NOUN:.2f}"
)
_REASONS: dict[Strategy, str] = {
    "behaviour": "因为你读过《{title}》",
    "text": "和你读过的《{title}》内容相近",
    "question": "和你问的相近",
    "picked": "编辑精选",
    "popular": "最近大家都在看",
    "newest": "新上的内容",
    "explored": "换个口味看看",
}
_EXPLANATIONS: dict[Strategy, str] = {
    "behaviour": "按这位粉丝的阅读记录，和读过相同内容的人的行为推荐",
    "text": "读过的内容还没有行为数据，按内容的相近程度推荐",
    "question": "按提问和内容的相近程度推荐",
    "popular": "没有这位粉丝的阅读记录，按编辑精选、近期热度和新鲜度推荐",
}
# Where an experiment asks for no more.
_TEST_EXPLANATIONS: dict[Strategy, str] = {
    "text": "推荐策略的实验：只按内容的相近程度推荐",
    "popular": "推荐策略的实验：只按编辑精选、近期热度和新鲜度推荐",
}
