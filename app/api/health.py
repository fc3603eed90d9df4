"""Probes of the api process and Prometheus' metrics."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from redis.exceptions import RedisError

from app.deps import AppState, State
from app.redis import keys

router = APIRouter(tags=["operations"])


@router.get("/health/live")
async def live() -> dict[str, str]:
    """The process runs."""
    return {"status": "live"}


@router.get("/health/ready")
async def ready(state: State) -> JSONResponse:
    """Redis and the database answer, and a worker has its models warm."""
    obstacle = await find_obstacle(state)
    return JSONResponse({"status": obstacle or "ready"}, 503 if obstacle else 200)


@router.get("/metrics", response_class=PlainTextResponse)
async def prometheus() -> Response:
    """Prometheus' text format."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def find_obstacle(state: AppState) -> str:
    """Why requests can't be answered at the moment; "" when the service is ready."""
    try:
        is_warm = await state.redis.exists(keys.WARM)
    except (RedisError, OSError):
        return "Redis does not answer"
    if not is_warm:
        return "no worker is warm yet"
    return "" if await state.database_probe.answers() else "the database does not answer"
