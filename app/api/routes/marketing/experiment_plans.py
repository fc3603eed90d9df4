"""REST for experiments: planned, started, stopped; who is assigned which variant."""

from typing import Annotated

from fastapi import Query

from app.api.marketing.experiment_choices import check_choice, read_experiment_result
from app.api.marketing.experiment_targets import refuse_unknown_target
from app.api.parameters import PageLimit, PageOffset, RecordId
from app.api.schemas.marketing.events import MarketingEventResponse, describe_event
from app.api.schemas.marketing.experiment_plans import (
    AssignmentResponse,
    ChangeExperimentRequest,
    CreateExperimentRequest,
    EditExperimentRequest,
    ExperimentListResponse,
    ExperimentResponse,
    ExposureRequest,
    GroupJobResponse,
    GroupsRequest,
    PlannedRunResponse,
    PlanRunRequest,
    StopExperimentRequest,
    StopExperimentResponse,
    describe_experiment,
    describe_group_job,
)
from app.api.schemas.marketing.experiments import ExperimentResultResponse
from app.api.schemas.mass_sends import Openid
from app.api.worker_client import call_worker
from app.deps import AppState, ServedAccount, State, api_router
from app.jobs import PlanExperiment
from app.marketing.audience.segment_repository import Segments
from app.marketing.events.repository import Events
from app.marketing.experiments.exposing import VariantAssigner
from app.marketing.experiments.first_exposures import FirstExposures
from app.marketing.experiments.groups import KIND, refuse_groups
from app.marketing.experiments.repository import ExperimentStore
from app.marketing.experiments.service import Experiments, refuse_stop
from app.marketing.experiments.values import State as ExperimentState
from app.marketing.jobs.queue import MarketingJobs

router = api_router("/api/v1/experiments", "experiments", "experiments")


@router.post("", status_code=201)
async def create_experiment(request: CreateExperimentRequest, state: State) -> ExperimentResponse:
    """Store an experiment as a draft. 422 names what contradicts itself, 404 a reply that isn't
    there."""
    account = state.get_account(request.account)
    await refuse_unknown_target(state, account.name, request.plan)
    experiment = await open_experiments(state).create(account.name, request.author, request.plan)
    return describe_experiment(experiment)


@router.get("")
async def list_experiments(
    state: State,
    account: ServedAccount,
    experiment_state: Annotated[ExperimentState | None, Query(alias="state")] = None,
    offset: PageOffset = 0,
    limit: PageLimit = 20,
) -> ExperimentListResponse:
    """List experiments, the latest first."""
    states = (experiment_state,) if experiment_state else ()
    page = await ExperimentStore(state.engine).list_page(
        account.name, states, offset=offset, limit=limit
    )
    return ExperimentListResponse(experiments=[describe_experiment(each) for each in page])


@router.get("/{experiment}")
async def read_experiment(
    experiment: RecordId, state: State, account: ServedAccount
) -> ExperimentResponse:
    """Read an experiment with the log of its changes."""
    store = ExperimentStore(state.engine)
    stored = await store.get(account.name, experiment)
    return describe_experiment(stored, await store.list_changes(account.name, experiment))


@router.put("/{experiment}")
async def edit_experiment(
    experiment: RecordId, request: EditExperimentRequest, state: State
) -> ExperimentResponse:
    """Replace the plan of a draft. 409 once it runs: a metric can't change in mid-test."""
    experiments = open_experiments(state)
    account = state.get_account(request.account)
    stored = await experiments.store.get(account.name, experiment)
    await refuse_unknown_target(state, account.name, request.plan)
    return describe_experiment(
        await experiments.edit(stored, request.author, request.plan, request.version)
    )


@router.post("/{experiment}/plan")
async def plan_experiment(
    experiment: RecordId, request: PlanRunRequest, state: State
) -> PlannedRunResponse:
    """Compute how many exposures and days it needs in the account's own traffic; stored with the
    draft."""
    state.get_account(request.account)
    run = await call_worker(
        state,
        lambda waiter: PlanExperiment(waiter=waiter, experiment=experiment, **request.model_dump()),
    )
    return PlannedRunResponse.model_validate(run)


@router.post("/{experiment}/start")
async def start_experiment(
    experiment: RecordId, request: ChangeExperimentRequest, state: State
) -> ExperimentResponse:
    """Let it assign followers. 409 without a plan, or where others own too many followers."""
    experiments = open_experiments(state)
    account = state.get_account(request.account)
    stored = await experiments.store.get(account.name, experiment)
    return describe_experiment(await experiments.start(stored, request.author))


@router.post("/{experiment}/stop")
async def stop_experiment(
    experiment: RecordId, request: StopExperimentRequest, state: State
) -> StopExperimentResponse:
    """End it, with a decision where a variant is chosen. `warning` says what the data say against
    the choice; the log keeps it."""
    experiments = open_experiments(state)
    account = state.get_account(request.account)
    stored = await experiments.store.get(account.name, experiment)
    refuse_stop(stored, request.chosen)
    warning = await check_choice(state, stored, request.chosen)
    ended = await experiments.stop(stored, request.author, request.reason, request.chosen, warning)
    return StopExperimentResponse(warning=warning, **dict(describe_experiment(ended)))


@router.get("/{experiment}/assignment/{openid}")
async def read_assignment(
    experiment: RecordId, openid: Openid, state: State, account: ServedAccount
) -> AssignmentResponse:
    """Read which variant a follower gets. Nothing is recorded: report the exposure when it is
    shown."""
    stored = await ExperimentStore(state.engine).get(account.name, experiment)
    assignment = await open_assigner(state).assign(stored, openid)
    return AssignmentResponse(
        experiment=stored.id,
        variant=assignment.variant or None,
        content=stored.plan.find_content(assignment.variant),
        reason=assignment.reason,
    )


@router.post("/{experiment}/exposures", status_code=201)
async def record_exposure(
    experiment: RecordId, request: ExposureRequest, state: State
) -> MarketingEventResponse:
    """Record that a follower was shown their variant; the first time counts. 409 for another."""
    account = state.get_account(request.account)
    stored = await ExperimentStore(state.engine).get(account.name, experiment)
    event = await open_assigner(state).record_exposure(stored, request.openid, request.variant)
    return describe_event(event)


@router.get("/{experiment}/result")
async def read_result(
    experiment: RecordId, state: State, account: ServedAccount
) -> ExperimentResultResponse:
    """Read what the experiment says so far: the sample ratio first. 422 where a value can't be."""
    result = await read_experiment_result(state, account.name, experiment)
    return ExperimentResultResponse.model_validate(result)


@router.post("/{experiment}/groups", status_code=202)
async def change_groups(
    experiment: RecordId, request: GroupsRequest, state: State
) -> GroupJobResponse:
    """Queue a job: give each variant's followers a tag, record that they were sent it, or remove
    the tags. A control without a text is sent nothing, and counts with the others. 403 where
    the account may not use tags, 404 without the segment."""
    account = state.get_account(request.account)
    stored = await ExperimentStore(state.engine).get(account.name, experiment)
    if request.action != "remove":
        refuse_groups(account, stored)
    if request.segment:
        await Segments(state.engine).get(account.name, request.segment)
    work = {
        "experiment": experiment, "action": request.action, "posts": request.posts,
        "segment": request.segment,
    }  # fmt: skip
    job = await MarketingJobs(state.engine).add(account.name, KIND, request.author, work)
    return describe_group_job(job)


@router.get("/{experiment}/groups/{job}")
async def read_group_job(
    experiment: RecordId, job: RecordId, state: State, account: ServedAccount
) -> GroupJobResponse:
    """Read a job: its progress, and the tags of the variants."""
    stored = await ExperimentStore(state.engine).get(account.name, experiment)
    return describe_group_job(await MarketingJobs(state.engine).get(stored.account, KIND, job))


def open_assigner(state: AppState) -> VariantAssigner:
    """What assigns variants and records exposures."""
    return VariantAssigner(
        FirstExposures(state.engine), Events(state.engine), state.settings.key_of_pseudonyms
    )


def open_experiments(state: AppState) -> Experiments:
    """The experiments over the database."""
    return Experiments(ExperimentStore(state.engine))
