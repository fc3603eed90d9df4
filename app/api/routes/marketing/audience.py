"""REST for the audience: followers' profiles, and segments by a rule."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

from fastapi import Path, Query

from app.api.parameters import RecordId
from app.api.schemas.marketing.audience import (
    AudienceSummaryResponse,
    CreateSegmentRequest,
    EditSegmentRequest,
    PreviewSegmentRequest,
    PreviewSegmentResponse,
    ProfileResponse,
    SegmentListResponse,
    SegmentMembersResponse,
    SegmentResponse,
    SegmentTagRequest,
    SegmentTagResponse,
    describe_segment,
    describe_tag_job,
    warn_of_size,
)
from app.deps import ServedAccount, State, api_router
from app.marketing.audience.churn_reasons import explain_churn_risk
from app.marketing.audience.jobs import SEGMENT_TAG, TagOrder
from app.marketing.audience.profile_repository import FollowerProfiles
from app.marketing.audience.rule_language import parse_rule
from app.marketing.audience.rule_queries import build_condition, describe_rule
from app.marketing.audience.segment_repository import NewSegment, Segments
from app.marketing.audience.segment_tags import refuse_tags
from app.marketing.audience.values import Segment
from app.marketing.jobs.queue import MarketingJobs, UnknownJob
from app.privacy.pseudonym import make_pseudonym

router = api_router("/api/v1/audience", "audience", "audience")


@router.get("/summary")
async def summarize_audience(state: State, account: ServedAccount) -> AudienceSummaryResponse:
    """How many followers are known, by stage of the life cycle."""
    summary = await FollowerProfiles(state.engine).summarize(account.name)
    return AudienceSummaryResponse(**summary)


@router.get("/followers/{openid}")
async def read_profile(
    openid: Annotated[str, Path(min_length=1, max_length=64)], state: State, account: ServedAccount
) -> ProfileResponse:
    """Read what is known of a follower. 404 where nothing is known."""
    pseudonym = make_pseudonym(openid, state.settings.key_of_pseudonyms)
    columns = await FollowerProfiles(state.engine).get(account.name, pseudonym)
    return ProfileResponse(**columns, churn_reason=explain_churn_risk(columns))


@router.post("/segments/preview")
async def preview_segment(request: PreviewSegmentRequest, state: State) -> PreviewSegmentResponse:
    """Try a rule: how it is understood, and how many followers it means. Nothing is stored."""
    account, rule = state.get_account(request.account), parse_rule(request.rule)
    await Segments(state.engine).check_words(account.name, rule)
    size = await FollowerProfiles(state.engine).count(account.name, build_condition(rule))
    return PreviewSegmentResponse(
        rule=describe_rule(rule),
        followers=size.followers,
        of=size.of,
        warning=warn_of_size(size, request.rule),
    )


@router.post("/segments", status_code=201)
async def create_segment(request: CreateSegmentRequest, state: State) -> SegmentResponse:
    """Store a segment by a rule. 409 where the name is taken."""
    account, segments = state.get_account(request.account), Segments(state.engine)
    new = NewSegment(name=request.name, rule=request.rule, description=request.description)
    stored = await segments.add(account.name, request.author, new)
    return describe_segment(stored, await segments.measure(stored))


@router.get("/segments")
async def list_segments(state: State, account: ServedAccount) -> SegmentListResponse:
    """List segments with their sizes, the last changed first."""
    segments = Segments(state.engine)
    stored: Sequence[Segment] = await segments.list_all(account.name)
    return SegmentListResponse(
        segments=[describe_segment(each, await segments.measure(each)) for each in stored]
    )


@router.get("/segments/{segment}")
async def read_segment(segment: RecordId, state: State, account: ServedAccount) -> SegmentResponse:
    """Read a segment with its size."""
    segments = Segments(state.engine)
    stored = await segments.get(account.name, segment)
    return describe_segment(stored, await segments.measure(stored))


@router.put("/segments/{segment}")
async def edit_segment(
    segment: RecordId, request: EditSegmentRequest, state: State
) -> SegmentResponse:
    """Store the next version. 409 where another one was stored meanwhile."""
    account, segments = state.get_account(request.account), Segments(state.engine)
    new = NewSegment(name=request.name, rule=request.rule, description=request.description)
    current = await segments.get(account.name, segment)
    stored = await segments.edit(current, request.version, request.author, new)
    return describe_segment(stored, await segments.measure(stored))


@router.delete("/segments/{segment}", status_code=204)
async def delete_segment(segment: RecordId, state: State, account: ServedAccount) -> None:
    """Delete a segment; the followers in it stay what they are."""
    await Segments(state.engine).remove(account.name, segment)


@router.get("/segments/{segment}/members")
async def list_segment_members(
    segment: RecordId,
    state: State,
    account: ServedAccount,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1_000,
) -> SegmentMembersResponse:
    """List a segment's followers by their pseudonyms."""
    segments = Segments(state.engine)
    members = await segments.list_members(await segments.get(account.name, segment))
    return SegmentMembersResponse(
        pseudonyms=members[offset : offset + limit], followers=len(members)
    )


@router.post("/segments/{segment}/tag", status_code=202)
async def change_segment_tag(
    segment: RecordId, request: SegmentTagRequest, state: State
) -> SegmentTagResponse:
    """Queue a job: give the segment's followers a tag of the platform, compare both, or remove the
    tag, also of a segment that is deleted. 403 where the account may not use tags."""
    account = state.get_account(request.account)
    refuse_tags(account)
    if request.action != "remove":
        await Segments(state.engine).get(account.name, segment)
    order = asdict(TagOrder(segment=segment, action=request.action))
    queue = MarketingJobs(state.engine)
    return describe_tag_job(await queue.add(account.name, SEGMENT_TAG, request.author, order))


@router.get("/segments/{segment}/tag/{job}")
async def read_segment_tag_job(
    segment: RecordId, job: RecordId, state: State, account: ServedAccount
) -> SegmentTagResponse:
    """Read a job: its progress, and how many followers got the tag."""
    stored = await MarketingJobs(state.engine).get(account.name, SEGMENT_TAG, job)
    if stored.request["segment"] != segment:
        raise UnknownJob(
            f"segment {segment!r} has no job {job!r}",
            chinese=f"人群 {segment!r} 没有任务 {job!r}",
        )
    return describe_tag_job(stored)
