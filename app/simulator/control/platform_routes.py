"""The platform itself: its clock, failing calls, and what becomes of the next jobs."""

from fastapi import APIRouter, HTTPException

from app.simulator.clock import Running, seconds_until
from app.simulator.control.bodies import (
    ClockRequest,
    ClockResponse,
    FaultRequest,
    LateStatisticsRequest,
    MassPlanRequest,
    PublishPlanRequest,
)
from app.simulator.platform import Platform
from app.simulator.publishing.jobs import JobPlans, MassPlan, PublishPlan
from app.simulator.statistics.store import StatisticsStore


def build_platform_router(platform: Platform, clock: Running) -> APIRouter:
    """Routes of what the platform does."""
    router = APIRouter(tags=["platform"])

    @router.post("/clock")
    async def skip_time(request: ClockRequest) -> ClockResponse:
        until = request.until
        clock.skip(seconds_until(clock(), until) if until else request.seconds or 0.0)
        return ClockResponse(now=clock(), pushed_events=await platform.push_due_events())

    @router.post("/faults", status_code=204)
    async def plan_faults(request: FaultRequest) -> None:
        try:
            platform.fail_next(request.path, request.kind, request.times, seconds=request.seconds)
        except ValueError as error:
            detail = f"{error}: /simulator/interfaces lists the paths"
            raise HTTPException(404, detail) from error

    @router.post("/publications", status_code=204)
    async def plan_publications(request: PublishPlanRequest) -> None:
        plan = PublishPlan(**request.model_dump(exclude={"times"}))
        platform.account().store(JobPlans).publications.extend([plan] * request.times)

    @router.post("/mass-sends", status_code=204)
    async def plan_mass_sends(request: MassPlanRequest) -> None:
        plan = MassPlan(**request.model_dump(exclude={"times"}))
        platform.account().store(JobPlans).mass_sends.extend([plan] * request.times)

    @router.put("/statistics", status_code=204)
    async def delay_statistics(request: LateStatisticsRequest) -> None:
        statistics = platform.account().store(StatisticsStore)
        statistics.late_days = [day.isoformat() for day in request.late_days]
        statistics.delayed = request.delayed

    return router
