"""Random groups as tags of the platform, so that mass sends reach each variant's followers.

The jobs of an experiment: `write` makes a tag for each variant out of all followers or a segment,
`expose` records that the tags' followers were sent their variant (of those whose posts the job
names, when the post was sent; a control that is sent nothing, with the first of them), `remove`
deletes the tags.
"""

import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Literal

from app.account_rights.values import AccountRight
from app.accounts import Account, Accounts, get
from app.errors import Refusal
from app.marketing.events.repository import Events
from app.marketing.experiments.assigning import assign_variant
from app.marketing.experiments.exposing import make_exposure
from app.marketing.experiments.exposures import ExposureLog
from app.marketing.experiments.plans.plan import ExperimentPlan
from app.marketing.experiments.repository import ExperimentStore
from app.marketing.experiments.values import (
    STATE_TITLES,
    StoredExperiment,
    WrongExperimentState,
    WrongVariant,
)
from app.marketing.jobs.values import JsonObject, MarketingJob, RecordProgress
from app.privacy.pseudonym import make_pseudonym
from app.publishing.refusals import translating_refusals
from app.publishing.repository import Posts
from app.publishing.sending.follower_tags import FollowerTags

KIND = "experiment_groups"
EVENTS_AT_ONCE = 1_000
GroupAction = Literal["write", "expose", "remove"]


class PostNotSent(Refusal):
    """A variant's post that isn't sent yet, so that nobody was exposed to it."""

    status = 409
    name = "post_not_sent"


class GroupsNotAllowed(Refusal):
    """The account may not give followers tags; the message says what to do instead."""

    status = 403
    name = "groups_not_allowed"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupJobHandler:
    """Runs the jobs. `key` is that of pseudonyms. Each job may be repeated.

    read_members: the pseudonyms in a segment of an account, by its id; raises Refusal.
    """

    store: ExperimentStore
    accounts: Accounts
    tags: FollowerTags
    events: Events
    log: ExposureLog
    posts: Posts
    read_members: Callable[[str, str], Awaitable[AbstractSet[str]]]
    key: str
    clock: Callable[[], float] = time.time

    async def run(self, job: MarketingJob, record: RecordProgress) -> JsonObject:
        """The tags of the variants. Raises Refusal."""
        experiment = await self.store.get(job.account, job.request["experiment"])
        account = get(self.accounts, job.account)
        with translating_refusals():
            match job.request["action"]:
                case "write":
                    segment = job.request.get("segment")
                    members = await self.read_members(job.account, segment) if segment else None
                    return await self._write(account, experiment, members, record)
                case "expose":
                    times = await self._read_times(experiment, job.request.get("posts") or {})
                    return await self._expose(account, experiment, times, record)
                case _:
                    return await self._remove(account, experiment)

    async def _write(
        self,
        account: Account,
        experiment: StoredExperiment,
        members: AbstractSet[str] | None,
        record: RecordProgress,
    ) -> JsonObject:
        """Make the followers of each variant's tag exactly those that are assigned to it.

        members: pseudonyms of the segment that the groups are made of; None: all followers.
        """
        refuse_groups(account, experiment)
        groups = await self._assign_all(account, experiment, members)
        rows = []
        names = experiment.plan.variant_names
        for number, variant in enumerate(names, start=1):
            group = await self.tags.write_group(
                account, name_tag(experiment, variant), groups[variant]
            )
            row = {"variant": variant, "tag_id": group.tag_id, "followers": group.followers}
            rows.append(row | {"full": len(group.full), "gone": len(group.gone)})
            await record(number / len(names), {"groups": rows})
        return {"groups": rows}

    async def _read_times(
        self, experiment: StoredExperiment, posts: Mapping[str, str]
    ) -> dict[str, float]:
        """When each variant's post was sent, of those that are named; without any, now for all.

        A control that is sent nothing counts from the first of these posts on. Raises PostNotSent,
        WrongVariant.
        """
        plan = experiment.plan
        if not posts:
            return dict.fromkeys(plan.variant_names, self.clock())
        times = {}
        for variant, post_id in posts.items():
            _refuse_variant(plan, variant)
            post = await self.posts.get(experiment.account, post_id)
            if post.sent_at is None:
                raise PostNotSent(
                    f"the post {post_id} of the variant {variant!r} isn't sent yet",
                    chinese=f"方案“{variant}”的内容 {post_id} 还没有发出：请发出后再记曝光",
                )
            times[variant] = post.sent_at
        return dict.fromkeys(plan.unsent_variants, min(times.values())) | times

    async def _expose(
        self,
        account: Account,
        experiment: StoredExperiment,
        times: Mapping[str, float],
        record: RecordProgress,
    ) -> JsonObject:
        """Record an exposure of each follower with the tag of a variant in `times`."""
        refuse_groups(account, experiment)
        groups = []
        names = [name for name in experiment.plan.variant_names if name in times]
        for number, variant in enumerate(names, start=1):
            tag_id = await self.tags.find_tag(account, name_tag(experiment, variant))
            openids = await self.tags.read_group(account, tag_id) if tag_id is not None else ()
            await self._record_exposures(experiment, variant, sorted(openids), times[variant])
            groups.append({"variant": variant, "tag_id": tag_id, "followers": len(openids)})
            await record(number / len(names), {"groups": groups})
        return {"groups": groups}

    async def _remove(self, account: Account, experiment: StoredExperiment) -> JsonObject:
        groups = []
        for variant in experiment.plan.variant_names:
            tag_id = await self.tags.find_tag(account, name_tag(experiment, variant))
            if tag_id is not None:
                await self.tags.remove_group(account, tag_id)
            groups.append({"variant": variant, "tag_id": tag_id, "followers": 0})
        return {"groups": groups}

    async def _assign_all(
        self, account: Account, experiment: StoredExperiment, members: AbstractSet[str] | None
    ) -> Mapping[str, list[str]]:
        """The openids of each variant; who takes no part is in none."""
        first_variants: dict[str, str] = {}
        if experiment.plan.kind == "bandit":
            record = await self.log.read_exposures(experiment)
            first_variants = {each.pseudonym: each.variant for each in record.exposed}
        groups: dict[str, list[str]] = defaultdict(list)
        now = self.clock()
        for openid in await self.tags.list_followers(account):
            pseudonym = make_pseudonym(openid, self.key)
            if members is not None and pseudonym not in members:
                continue
            first = first_variants.get(pseudonym, "")
            groups[assign_variant(experiment, pseudonym, now, first).variant].append(openid)
        return groups

    async def _record_exposures(
        self, experiment: StoredExperiment, variant: str, openids: Sequence[str], sent_at: float
    ) -> None:
        now = self.clock()
        for start in range(0, len(openids), EVENTS_AT_ONCE):
            await self.events.write(
                replace(
                    make_exposure(experiment, make_pseudonym(openid, self.key), variant, sent_at),
                    recorded=now,
                )
                for openid in openids[start : start + EVENTS_AT_ONCE]
            )


def refuse_account_without_tags(account: Account) -> None:
    """Raise GroupsNotAllowed for an account that can't send to groups."""
    if not account.may(AccountRight.TAGS):
        raise GroupsNotAllowed(
            "this account lacks the right to give followers tags, which verified accounts have, so"
            " its mass sends can't go to groups: plan the experiment with unit day, which compares"
            " days and not people",
            chinese="这个公众号没有给粉丝打标签的权限（需完成微信认证），不能按组群发："
            "请用 unit 为 day 的计划，比较的是日子而不是人",
        )


def refuse_groups(account: Account, experiment: StoredExperiment) -> None:
    """Raise GroupsNotAllowed, or WrongExperimentState where the experiment has no groups now."""
    refuse_account_without_tags(account)
    if experiment.plan.unit == "day":
        raise WrongExperimentState(
            "the variants alternate by day: there are no groups to tag",
            chinese="方案按天轮换：没有要打标签的分组",
        )
    if experiment.state != "running":
        raise WrongExperimentState(
            f"the experiment is {experiment.state}: only a running one has groups",
            chinese=f"实验{STATE_TITLES[experiment.state]}，只有进行中的实验才有分组",
        )


def _refuse_variant(plan: ExperimentPlan, variant: str) -> None:
    """Raise WrongVariant for a variant that has no post."""
    if variant not in plan.variant_names:
        names = ", ".join(plan.variant_names)
        raise WrongVariant(
            f"there is no variant {variant!r}; there are {names}",
            chinese=f"没有方案“{variant}”，现有：{names}",
        )
    if variant in plan.unsent_variants:
        raise WrongVariant(
            f"the variant {variant!r} is sent nothing: leave it out of `posts`",
            chinese=f"方案“{variant}”什么也不发：请不要写在 posts 里",
        )


def name_tag(experiment: StoredExperiment, variant: str) -> str:
    """The tag of a variant, within the platform's 30 characters."""
    place = experiment.plan.variant_names.index(variant) + 1
    return f"实验{experiment.id[:8]}-{place}"
