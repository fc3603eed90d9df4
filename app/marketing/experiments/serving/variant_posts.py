"""Posts of an experiment: a draft for each variant, to the variant's group and at its hour.

A post goes the usual way: a named person approves it, who didn't write it, and schedules it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, tzinfo

from app.accounts import Account
from app.errors import Refusal
from app.kit.clock import CHINA
from app.marketing.experiments.alternation import choose_variant_of_day, number_day
from app.marketing.experiments.groups import KIND, refuse_account_without_tags
from app.marketing.experiments.plans.plan import PlannedVariant
from app.marketing.experiments.plans.variant_texts import HOUR
from app.marketing.experiments.values import STATE_TITLES, StoredExperiment, WrongExperimentState
from app.marketing.jobs.queue import MarketingJobs
from app.publishing.service import PostContent, PostService
from app.publishing.values import Audience, Post, PostArticle

MOST_JOBS = 200  # jobs on groups that are looked through, the latest first


class NoVariantGroups(Refusal):
    """The experiment's groups aren't tags of the platform yet."""

    status = 409
    name = "no_variant_groups"


class NoVariantPost(Refusal):
    """No post can be made of a variant; the message says why."""

    status = 422
    name = "no_variant_post"


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantPost:
    """A variant's draft, the tag it goes to (None: all followers), and when (None: at any time)."""

    variant: str
    post: Post
    tag_id: int | None
    send_at: float | None  # seconds since 1970


@dataclass(frozen=True, slots=True)
class VariantPosts:
    """Makes the drafts. `zone`: of the account's calendar, in which hours are read."""

    account: Account
    posts: PostService
    jobs: MarketingJobs
    zone: tzinfo = CHINA

    async def create(
        self, experiment: StoredExperiment, author: str, article: PostArticle, day: date | None
    ) -> list[VariantPost]:
        """A mass message for each variant with a share: its title, text or hour over the article.

        None for a control that is sent nothing. Of an experiment that alternates by day, the post
        of that day's variant to all followers.
        Raises WrongExperimentState, GroupsNotAllowed, NoVariantGroups, NoVariantPost, BadContent.
        """
        _refuse_other(experiment)
        plan = experiment.plan
        variants = [
            each for each in plan.variants if each.share and each.name not in plan.unsent_variants
        ]
        tags: Mapping[str, int] = {}
        if plan.unit == "day":
            if day is None:
                raise NoVariantPost(
                    "the variants alternate by day: say which `day` it is for",
                    chinese="方案按天轮换：请写明是哪一天（day）",
                )
            variants = [find_variant_of_day(experiment, day)]
        else:
            refuse_account_without_tags(self.account)
            tags = await self._find_tags(experiment)
        drafts = [
            (
                each,
                _make_content(experiment, each, article, tags),
                self._read_hour(experiment, each, day),
            )
            for each in variants
        ]
        return [
            VariantPost(
                variant=variant.name,
                post=await self.posts.create(experiment.account, author, content),
                tag_id=tags.get(variant.name),
                send_at=send_at,
            )
            for variant, content, send_at in drafts
        ]

    async def _find_tags(self, experiment: StoredExperiment) -> Mapping[str, int]:
        """The tags of the variants, as the last job wrote them. Raises NoVariantGroups."""
        for job in await self.jobs.list_page(experiment.account, KIND, limit=MOST_JOBS):
            is_of_tags = job.request["action"] in {"write", "remove"}
            if job.request["experiment"] == experiment.id and is_of_tags and job.state == "done":
                if job.request["action"] == "remove":
                    break
                return {row["variant"]: row["tag_id"] for row in job.result["groups"]}
        raise NoVariantGroups(
            "the variants' groups aren't tags yet: queue a job on its groups with the action write,"
            " and wait until it is done",
            chinese="各方案的分组还没有写成标签：请先提交 action 为 write 的分组任务，等它完成",
        )

    def _read_hour(
        self, experiment: StoredExperiment, variant: PlannedVariant, day: date | None
    ) -> float | None:
        """When the variant's post goes out, in seconds since 1970; None where that isn't tested."""
        if experiment.plan.subject != "send_time":
            return None
        hour = HOUR.fullmatch(variant.content.strip())
        if hour is None:
            raise NoVariantPost(
                f"the content of the variant {variant.name!r} is no hour of the day: write 20"
                " or 20:30",
                chinese=f"方案“{variant.name}”的内容不是钟点：请写成 20 或 20:30",
            )
        if day is None:
            raise NoVariantPost(
                "the variants are hours: say on which `day` the posts go out",
                chinese="方案是发送时间：请写明哪一天（day）发送",
            )
        moment = time(int(hour[1]), int(hour[2] or 0))
        return datetime.combine(day, moment, self.zone).timestamp()


def _refuse_other(experiment: StoredExperiment) -> None:
    plan = experiment.plan
    if plan.subject not in {"title", "copy", "send_time"}:
        raise WrongExperimentState(
            f"an experiment on {plan.subject} is not sent by posts",
            chinese=f"{plan.subject} 实验不通过群发的内容进行",
        )
    if experiment.state != "running":
        raise WrongExperimentState(
            f"the experiment is {experiment.state}: only a running one has followers to send to",
            chinese=f"实验{STATE_TITLES[experiment.state]}，只有进行中的实验才有要发送的粉丝",
        )


def find_variant_of_day(experiment: StoredExperiment, day: date) -> PlannedVariant:
    """The variant that has a day of China's time. Raises WrongExperimentState for an experiment
    that assigns followers, or was never started.
    """
    if experiment.plan.unit != "day" or not experiment.periods:
        raise WrongExperimentState(
            "only a started experiment of unit day has a variant a day",
            chinese="只有开始过的、按天轮换的实验才有每天的方案",
        )
    noon = datetime.combine(day, time(12), CHINA).timestamp()
    name = choose_variant_of_day(number_day(noon), experiment.allocation_at(noon))
    return next(each for each in experiment.plan.variants if each.name == name)


def _make_content(
    experiment: StoredExperiment,
    variant: PlannedVariant,
    article: PostArticle,
    tags: Mapping[str, int],
) -> PostContent:
    """The article with what the variant changes, as a mass message to its group."""
    if not variant.content.strip():
        raise NoVariantPost(
            f"the variant {variant.name!r} has no content to send",
            chinese=f"方案“{variant.name}”没有可发送的内容",
        )
    match experiment.plan.subject:
        case "title":
            article = replace(article, title=variant.content)
        case "copy":
            article = replace(article, source=variant.content)
    tag_ids = (tags[variant.name],) if tags else ()
    return PostContent(articles=(article,), channel="mass", audience=Audience(tag_ids=tag_ids))
