"""Turns refusals, outages and faults into HTTP responses: `{"detail": ..., "code": ...}`."""

import json
from collections.abc import Mapping
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from app.db.engines import UNAVAILABLE, sqlstate
from app.deps import read_language
from app.errors import (
    DatabaseUnavailable,
    Failed,
    InvalidRequest,
    MethodNotAllowed,
    NoSuchPath,
    QueueUnavailable,
    Refusal,
    RowRefused,
    TooLarge,
)
from app.kit.field_faults import FieldFault, Language, list_field_faults
from app.observability import metrics

# Refusals of the frameworks, by status.
FRAMEWORK_NAMES = {kind.status: kind.name for kind in (NoSuchPath, MethodNotAllowed, TooLarge)}

log = structlog.get_logger()


def add_error_handlers(app: FastAPI) -> None:
    """Answer refusals with their status, outages with 503, faults with 500."""
    app.add_exception_handler(Refusal, _handle_refusal)
    app.add_exception_handler(HTTPException, _handle_framework_refusal)
    app.add_exception_handler(RequestValidationError, _handle_invalid_request)
    app.add_exception_handler(RedisError, _handle_redis_outage)
    app.add_exception_handler(SQLAlchemyError, _handle_database_error)
    for error in UNAVAILABLE:
        app.add_exception_handler(error, _handle_database_outage)
    app.add_exception_handler(Exception, _handle_fault)


def refusal_response(
    refusal: Refusal, headers: Mapping[str, str] | None = None, language: Language = "en"
) -> Response:
    """The response to a refused request."""
    message = refusal.for_operators if language == "zh" else str(refusal)
    return _error_response(message, refusal.name, refusal.status, headers)


def _error_response(
    detail: Any, code: str, status: int, headers: Mapping[str, str] | None = None
) -> Response:
    content = json.dumps({"detail": detail, "code": code}, ensure_ascii=False)
    # A lone surrogate, which UTF-8 lacks, becomes the escape that JSON has for it.
    body = content.encode(errors="backslashreplace")
    return Response(body, status, headers, "application/json")


async def _handle_refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return refusal_response(error, language=read_language(request))


async def _handle_framework_refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail, path = error.detail, request.url.path
    match error.status_code:
        case NoSuchPath.status:
            detail = f"there is no {path!r}; /docs lists all paths"
        case MethodNotAllowed.status:
            detail = f"{path!r} doesn't take {request.method}; /docs lists the methods"
    code = FRAMEWORK_NAMES.get(error.status_code, Refusal.name)
    return _error_response(detail, code, error.status_code, error.headers)


async def _handle_invalid_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    language = read_language(request)
    faults = [
        {"type": fault.type, "loc": fault.place, "msg": _describe_fault(fault, language)}
        for fault in list_field_faults(error.errors(), _list_values(request, error), language)
    ]
    return _error_response(faults, InvalidRequest.name, InvalidRequest.status)


def _list_values(request: Request, error: RequestValidationError) -> dict[str, Any]:
    """The parts of a request by the names that the places of faults begin with."""
    query = request.query_params
    return {
        "path": request.path_params,
        "query": {name: query.getlist(name) for name in query},
        "body": error.body,
    }


def _describe_fault(fault: FieldFault, language: Language) -> str:
    """Without the part of the request, unless it is all of the place; a validator says it all."""
    says_all = fault.type == "value_error"
    return fault.describe(language, within=int(says_all or len(fault.place) > 1))


async def _handle_redis_outage(_: Request, error: Exception) -> Response:
    log.error("redis_away", error=repr(error))
    metrics.FAILURES.labels("rest").inc()
    return refusal_response(QueueUnavailable("the queue can't be reached; try again shortly"))


async def _handle_database_outage(_: Request, error: Exception) -> Response:
    log.error("database_away", error=str(error))
    metrics.FAILURES.labels("rest").inc()
    return refusal_response(DatabaseUnavailable("the database can't be reached; try again shortly"))


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
    return refusal_response(RowRefused("the database refused this request; the log says why"))


async def _handle_fault(_: Request, error: Exception) -> Response:
    """Answer an exception that nothing else handles; Starlette raises it again, for the log."""
    metrics.FAILURES.labels("rest").inc()
    return refusal_response(
        Failed(f"the service failed at it ({type(error).__name__}); see its log")
    )
