"""Turns refusals and outages into HTTP responses: `{"detail": ...}` with the status."""

import json

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from app.db.engines import UNAVAILABLE, sqlstate
from app.errors import Refusal
from app.observability import metrics

log = structlog.get_logger()


def add_error_handlers(app: FastAPI) -> None:
    """Answer refusals with their status, outages with 503, unstorable rows with 500."""
    app.add_exception_handler(Refusal, _handle_refusal)
    app.add_exception_handler(RedisError, _handle_redis_outage)
    app.add_exception_handler(RequestValidationError, _handle_invalid_request)
    app.add_exception_handler(SQLAlchemyError, _handle_database_error)
    for error in UNAVAILABLE:
        app.add_exception_handler(error, _handle_database_outage)


async def _handle_refusal(_: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return JSONResponse({"detail": str(error)}, error.status)


async def _handle_invalid_request(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [{part: fault[part] for part in ("type", "loc", "msg")} for fault in error.errors()]
    # The input is not returned: it may be long, and a lone surrogate can't be encoded in UTF-8.
    return Response(json.dumps({"detail": faults}), 422, media_type="application/json")


async def _handle_redis_outage(_: Request, error: Exception) -> Response:
    log.error("redis_away", error=repr(error))
    metrics.FAILURES.labels("rest").inc()
    return JSONResponse({"detail": "the queue can't be reached; try again shortly"}, 503)


async def _handle_database_outage(_: Request, error: Exception) -> Response:
    log.error("database_away", error=str(error))
    metrics.FAILURES.labels("rest").inc()
    return JSONResponse({"detail": "the database can't be reached; try again shortly"}, 503)


async def _handle_database_error(_: Request, error: Exception) -> Response:
    # A bug of ours, or changed tables. Not the whole error is logged: it may quote a row.
    statement = getattr(error, "statement", None)  # without its values
    log.error(
        "database_refused",
        error=type(error).__name__,
        sqlstate=sqlstate(error),
        statement=statement,
    )
    metrics.FAILURES.labels("rest").inc()
    return JSONResponse({"detail": "the database refused this request; the log says why"}, 500)
