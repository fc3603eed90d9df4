"""Chooses items for a follower: strategy, ranking, selection and reasons. No I/O."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from app.kit.text import fold
from app.marketing.events.items import Item, ItemKind
from app.marketing.experiments.plans.recommendation_settings import Ranking, RecommendationSettings
from app.marketing.recommend import explanations
from app.marketing.recommend.describing import ItemChoice, describe_items, describe_nothing
from app.marketing.recommend.explanations import EXPLANATIONS, TEST_EXPLANATIONS
from app.marketing.recommend.fitting import FittedSignals
from app.marketing.recommend.index import AccountIndex
from app.marketing.recommend.lessons.rankers import SHIPPED, Base, Ranker, choose_base
from app.marketing.recommend.questions.closeness import ItemQuestion, find_near_items
from app.marketing.recommend.questions.item_prices import list_by_price, weigh_prices
from app.marketing.recommend.questions.scopes import QuestionScope, find_scope
from app.marketing.recommend.ranking.candidates import PER_SOURCE, CandidateItems, find_candidates
from app.marketing.recommend.ranking.context import Moment, compute_context
from app.marketing.recommend.ranking.selection import SelectedItem, SelectionPolicy, select_items
from app.marketing.recommend.ranking.signals import ItemSignals
from app.marketing.recommend.values import Strategy

WORD_WEIGHT = 20.0  # of a question's rare word in an item's title or tags
LEAD_WEIGHT = 100.0  # of the best item of each alternative: 吉他或者尤克里里
THING_WEIGHT = 10.0  # of what a question for goods names, before what only goes with it
GOODS_WEIGHT = 5.0  # of goods, where they are asked for; coupons and topics stand behind
QUESTION_WEIGHT = 8.0  # of the cosine of question and item
BESIDE_QUESTION = 0.3  # of the ranker's score
MOST_SHOWN = 3  # exposures of an item to a follower in CAP_DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class RecommendationPolicy:
    """How often an item is shown to a follower, and how items are ranked and selected.

    `excluded`: ids of items that aren't shown. `dearer`: of items that are too dear.
    """

    most_shown: int = MOST_SHOWN
    ranking: Ranking = "usual"
    selection: SelectionPolicy = field(default_factory=SelectionPolicy)
    excluded: frozenset[str] = frozenset()
    dearer: frozenset[str] = frozenset()


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


def choose_items(
    index: AccountIndex,
    pseudonym: str,
    now: float,
    policy: RecommendationPolicy,
    rng: np.random.Generator,
    question: ItemQuestion | None = None,
) -> ItemChoice:
    """Items for a follower. `question`: only items that have its words or are near to it; where it
    is a general one and there are none, those for the follower.
    """
    if index.fitted is None or not index.catalog.items:
        return ItemChoice([], explanations.NO_ITEMS)
    if question is not None and question.is_refusal:
        return ItemChoice([], explanations.REFUSED)
    scope = find_scope(index, index.fitted, now, question, policy.excluded, policy.dearer)
    if question is not None and question.is_plain:
        question = None
    history = index.list_history(pseudonym)
    may_show = scope.may_show.copy()
    may_show[index.list_capped(pseudonym, now, policy.most_shown)] = False
    candidates = find_candidates(
        index.fitted.signals,
        history,
        may_show,
        None if question is None else question.embedding,
        _list_named(index.fitted, scope, may_show),
    )
    near, near_question = _match_question(index.fitted, candidates, scope, question)
    if not len(near.items):
        is_any_left = bool(len(candidates.items))
        count, most_shown = policy.selection.count, policy.most_shown
        return describe_nothing(index, scope, history, count, most_shown, is_any_left=is_any_left)
    base = _choose_base(near, history, near_question, policy.ranking)
    ranker = (SHIPPED if policy.ranking == "shipped" else index.fitted.rankers)[base]
    scores = _score(
        index, near, ranker, index.describe_moment(pseudonym, now), scope, near_question
    )
    # Who asks wants an answer, so nothing is explored then.
    selection = policy.selection if question is None else replace(policy.selection, exploration=0.0)
    selected = _select(index, near, scores, selection, rng)
    strategy: Strategy = base if near_question is None else "question"
    items = describe_items(index, history, strategy, selected, scope)
    by_test = TEST_EXPLANATIONS.get(strategy) if strategy == policy.ranking else None
    return ItemChoice(items, f"{by_test or EXPLANATIONS[strategy]}；{ranker.describe()}")


def _list_named(fitted: FittedSignals, scope: QuestionScope, may_show: np.ndarray) -> np.ndarray:
    """The items that the question names by words, and those of its budget."""
    named = scope.matches.list_best(may_show, PER_SOURCE)
    if scope.budget is None:
        return named
    mask = may_show.copy()
    if scope.matches.scores:
        mask &= scope.matches.mark(np.arange(len(mask)))
    return np.union1d(named, list_by_price(fitted.prices, mask, scope.budget, PER_SOURCE))


def _match_question(
    fitted: FittedSignals,
    candidates: CandidateItems,
    scope: QuestionScope,
    question: ItemQuestion | None,
) -> tuple[CandidateItems, ItemQuestion | None]:
    """The candidates near to the question; all, and no question, for a general one without any."""
    if question is None:
        return candidates, None
    is_near = find_near_items(
        question, candidates.items, fitted.words, scope.matches, fitted.signals.facts.vectors
    )
    if not is_near.any() and question.is_general:
        return candidates, None
    return candidates.select_items(is_near), question


def _score(
    index: AccountIndex,
    candidates: CandidateItems,
    ranker: Ranker,
    moment: Moment,
    scope: QuestionScope,
    question: ItemQuestion | None,
) -> np.ndarray:
    """(c,): the ranker's scores of the candidates; for a question its words count most, then
    closeness.
    """
    assert index.fitted is not None
    signals = index.fitted.signals
    context = compute_context(signals, candidates.items, candidates.features, moment)
    scores = ranker.score(candidates.features, context)
    by_words = scope.matches.weigh(candidates.items)
    by_price = _weigh_prices(index.fitted, candidates, scope, by_words)
    if question is None:
        return np.asarray(scores + by_price)
    kinds = [index.catalog.items[item].kind for item in candidates.items]
    goods = np.array([kind is ItemKind.PRODUCT and question.words.buys for kind in kinds])
    offers = np.array([kind in {ItemKind.COUPON, ItemKind.TOPIC} for kind in kinds])
    by_kind = GOODS_WEIGHT * (goods.astype(float) - offers)
    closeness = _compare(question.embedding, candidates, signals)
    things = scope.matches.mark_things(candidates.items) & goods
    by_question = closeness + by_kind + THING_WEIGHT * things + WORD_WEIGHT * by_words + by_price
    return _lead_alternatives(BESIDE_QUESTION * scores + by_question, candidates.items, scope)


def _lead_alternatives(scores: np.ndarray, items: np.ndarray, scope: QuestionScope) -> np.ndarray:
    """(c,): the scores, with the best item of each alternative before all others."""
    leads = set()
    for alternative in scope.matches.alternatives:
        places = np.flatnonzero(np.isin(items, list(alternative)))
        if places.size:
            leads.add(int(places[np.argmax(scores[places])]))
    scores = scores.copy()
    scores[sorted(leads)] += LEAD_WEIGHT if len(leads) > 1 else 0.0
    return scores


def _weigh_prices(
    fitted: FittedSignals, candidates: CandidateItems, scope: QuestionScope, by_words: np.ndarray
) -> np.ndarray:
    """(c,): what the prices add to the scores; 0 where the question names no budget."""
    if scope.budget is None:
        return np.zeros(len(candidates.items))
    prices = fitted.prices[candidates.items]
    things = scope.matches.mark_things(candidates.items) & ~np.isnan(prices)
    return weigh_prices(prices, scope.budget, by_words * things if things.any() else by_words)


def _select(
    index: AccountIndex,
    candidates: CandidateItems,
    scores: np.ndarray,
    selection: SelectionPolicy,
    rng: np.random.Generator,
) -> list[SelectedItem]:
    """The items that are shown, of each title one."""
    assert index.fitted is not None
    places = _drop_equal_titles(index.catalog.items, candidates.items, scores)
    numbers = candidates.items[places]
    vectors = index.fitted.signals.facts.vectors
    exposures = index.fitted.exposures[numbers]
    return select_items(numbers, scores[places], exposures, selection, vectors, rng)


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
