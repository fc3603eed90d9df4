"""The plan of an experiment: what is compared, on whom, by which metric, and how it is analysed.

A plan that contradicts itself is refused with a sentence that names the place. Nothing of it is
repaired: shares are never rescaled, a name is never given twice.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from app.kit.field_faults import BilingualError
from app.marketing.experiments.plans.bandit_settings import BanditSettings
from app.marketing.experiments.plans.plan_parts import PlanPart
from app.marketing.experiments.plans.recommendation_settings import RecommendationSettings
from app.marketing.experiments.plans.reply_targets import list_target_faults

Subject = Literal["title", "copy", "reply", "recommendation", "send_time"]
# What a follower does that counts; each is the kind of an event.
MetricKind = Literal[
    "follow", "unfollow", "message", "menu", "scan", "view", "click", "share", "like", "comment",
    "conversion",
]  # fmt: skip
EVENT_TITLES: dict[MetricKind, str] = {
    "follow": "关注", "unfollow": "取消关注", "message": "发消息", "menu": "点菜单",
    "scan": "扫码", "view": "阅读", "click": "点击", "share": "分享", "like": "点赞",
    "comment": "留言", "conversion": "成交",
}  # fmt: skip
Method = Literal["fixed", "sequential", "anytime", "bayesian"]
Name = Annotated[
    str,
    StringConstraints(
        min_length=1, max_length=64, strip_whitespace=True, pattern=r"^[^\x00-\x1f\x7f]+$"
    ),
]
SHARES_TOLERANCE = 1e-6


class PlannedVariant(PlanPart):
    """One of the things compared; `content` is what is shown, such as a title or an hour.

    item: the id of the item that is shown, where it is one. recommendation: how its followers are
    recommended items, of subject recommendation. predicted: the rate that is expected before there
    are data; a bandit's prior.
    """

    name: Name
    share: Annotated[float, Field(ge=0, le=1)]
    content: Annotated[str, StringConstraints(max_length=2_000)] = ""
    item: Annotated[str, StringConstraints(max_length=64)] = ""
    recommendation: RecommendationSettings | None = None
    predicted: Annotated[float, Field(gt=0, lt=1)] | None = None


class PlannedMetric(PlanPart):
    """A follower converts with an event of this kind up to `hours` after the first exposure."""

    event: MetricKind
    hours: Annotated[float, Field(gt=0, le=24 * 60)] = 72


class Guardrail(PlanPart):
    """A metric that must not get worse by `margin` or more, relative to the control."""

    event: MetricKind
    hours: Annotated[float, Field(gt=0, le=24 * 60)] = 72
    margin: Annotated[float, Field(gt=0, le=1)]
    better: Literal["higher", "lower"] = "higher"


class ExperimentPlan(PlanPart):
    """What is compared and how. Raises ValueError where it contradicts itself.

    The first variant is the control. unit: what is assigned; `day` alternates the variants in time,
    for accounts that may not address groups. namespace: experiments of one namespace never share a
    follower. target: the reply that the variants word, of subject reply: `intent.ID` or `entry.ID`.
    share: of the namespace's followers. lift: the smallest relative lift worth finding.
    past_days: days before the start whose behaviour removes variance (CUPED); 0: none.
    """

    name: Name
    subject: Subject
    hypothesis: Annotated[str, StringConstraints(max_length=1_000)] = ""
    kind: Literal["ab", "bandit"] = "ab"
    unit: Literal["follower", "day"] = "follower"
    target: Annotated[str, StringConstraints(max_length=200)] = ""
    namespace: Name = "default"
    share: Annotated[float, Field(gt=0, le=1)] = 1.0
    holdout: Annotated[float, Field(ge=0, lt=1)] = 0.0
    variants: Annotated[tuple[PlannedVariant, ...], Field(min_length=2, max_length=20)]
    metric: PlannedMetric
    more_metrics: Annotated[tuple[PlannedMetric, ...], Field(max_length=10)] = ()
    guardrails: Annotated[tuple[Guardrail, ...], Field(max_length=10)] = ()
    method: Method = "sequential"
    alpha: Annotated[float, Field(gt=0, le=0.5)] = 0.05
    power: Annotated[float, Field(gt=0.5, lt=1)] = 0.8
    lift: Annotated[float, Field(gt=0, le=10)] = 0.1
    past_days: Annotated[int, Field(ge=0, le=90)] = 0
    bandit: BanditSettings = BanditSettings()

    @model_validator(mode="after")
    def _check(self) -> Self:
        self._check_variants()
        self._check_metrics()
        self._check_target()
        self._check_recommendations()
        if self.kind == "bandit":
            self._check_bandit()
        if self.unit == "day":
            self._check_days()
        return self

    @property
    def shares(self) -> tuple[float, ...]:
        """The configured shares in the order of the variants."""
        return tuple(variant.share for variant in self.variants)

    @property
    def variant_names(self) -> tuple[str, ...]:
        """The names in their order; the first is the control."""
        return tuple(variant.name for variant in self.variants)

    @property
    def compared_variants(self) -> tuple[str, ...]:
        """The names of the variants that are compared with the control: those with a share."""
        return tuple(variant.name for variant in self.variants[1:] if variant.share)

    @property
    def is_served(self) -> bool:
        """Whether the product itself shows the variants and records the exposures."""
        return bool(self.target) or self.variants[0].recommendation is not None

    @property
    def unsent_variants(self) -> frozenset[str]:
        """Variants whose followers are sent nothing: a control of copy that has no text."""
        control = self.variants[0]
        is_empty = not control.content.strip() and not control.item
        is_unsent = self.subject == "copy" and is_empty
        return frozenset({control.name} if is_unsent else ())

    def find_content(self, variant: str) -> str | None:
        """What a variant shows; None for "" or a name that isn't there."""
        return next((each.content for each in self.variants if each.name == variant), None)

    def find_item(self, variant: str) -> str:
        """The id of the item that a variant shows; "" for none."""
        return next((each.item for each in self.variants if each.name == variant), "")

    def find_recommendation(self, variant: str) -> RecommendationSettings | None:
        """How a variant recommends; None for "" and in other experiments."""
        return next((each.recommendation for each in self.variants if each.name == variant), None)

    def _check_variants(self) -> None:
        names = self.variant_names
        for name in names:
            if names.count(name) > 1:
                raise BilingualError(
                    f"two variants have the name {name!r}: rename one",
                    f"有两个方案都叫“{name}”：请改名",
                )
        if abs(sum(self.shares) - 1) > SHARES_TOLERANCE:
            raise BilingualError(
                f"the variants' shares sum to {sum(self.shares):g}; they must sum to 1",
                f"各方案的比例合计为 {sum(self.shares):g}，应为 1",
            )
        if not self.variants[0].share:
            raise BilingualError(
                f"the control {names[0]!r} has the share 0: nothing can be compared",
                f"对照组“{names[0]}”的比例是 0：无法比较",
            )

    def _check_metrics(self) -> None:
        metrics = [self.metric, *self.more_metrics]
        if len(set(metrics)) < len(metrics):
            raise BilingualError(
                "a metric is given twice: leave one out", "同一个指标写了两次：请去掉一个"
            )

    def _check_target(self) -> None:
        if self.subject != "reply":
            if self.target:
                raise BilingualError(
                    "only variants of a reply have a target: leave it out",
                    "只有回复实验才有 target：请不填",
                )
            return
        if not self.target:
            return  # the texts are shown by somebody else, who reports the exposures
        for variant in self.variants:
            for fault in list_target_faults(self.target, variant.content):
                raise ValueError(f"variant {variant.name!r}: {fault}")

    def _check_recommendations(self) -> None:
        settings = [variant.recommendation for variant in self.variants]
        if any(settings) and self.subject != "recommendation":
            raise BilingualError(
                "only variants of subject recommendation have recommendation settings",
                "只有推荐实验的方案才有 recommendation 设置",
            )
        if any(settings) and not all(settings):
            raise BilingualError(
                "a variant has recommendation settings and another has none: give each its own;"
                " {} recommends as usual",
                "有的方案有 recommendation 设置，有的没有：请每个方案都写，{} 表示照常推荐",
            )
        if len(set(settings)) < len(settings) and any(settings):
            raise BilingualError(
                "two variants have the same recommendation settings: change one",
                "有两个方案的 recommendation 设置相同：请改一个",
            )

    def _check_bandit(self) -> None:
        if self.unit == "day":
            raise BilingualError(
                "a bandit assigns followers, not days: use unit follower",
                "多臂老虎机按粉丝分配，不能按天：请用 unit 为 follower",
            )
        if self.bandit.floor * len(self.variants) > 1:
            raise BilingualError(
                f"a floor of {self.bandit.floor:g} for each of {len(self.variants)} variants"
                " exceeds 1",
                f"{len(self.variants)} 个方案各保底 {self.bandit.floor:g}，合计超过 1",
            )
        if any(share < self.bandit.floor for share in self.shares):
            raise BilingualError(
                f"a variant's first share is below the floor {self.bandit.floor:g}",
                f"有方案的起始比例低于保底 {self.bandit.floor:g}",
            )

    def _check_days(self) -> None:
        if self.past_days:
            raise BilingualError(
                "days have no past of their own: leave past_days out",
                "按天轮换没有各自的过去：请不填 past_days",
            )
        if len({share for share in self.shares if share}) > 1:
            raise BilingualError(
                "days alternate in turn: give each variant the same share, or 0",
                "按天轮换时各方案轮流：请给每个方案相同的比例，或 0",
            )
