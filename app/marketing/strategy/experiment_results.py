"""Reads results of experiments for a night; an experiment without one never stops the others."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import structlog

from app.db.engines import UNAVAILABLE
from app.errors import Refusal
from app.jobs import ReadExperimentResult
from app.marketing.experiments.requests import ExperimentRequests
from app.marketing.experiments.values import WrongExperimentState

log = structlog.get_logger()
ResultStatus = Literal["read", "not_started", "unreadable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultReading:
    """A result as JSON values, or why there is none; `reason` is "" where it was read."""

    status: ResultStatus
    result: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""


async def read_result(
    experiments: ExperimentRequests, account: str, experiment: str
) -> ResultReading:
    """The result of an experiment, or why it can't be read. Raises nothing of the experiment's.

    Raises UNAVAILABLE where the database doesn't answer: that tells nothing of the experiment, and
    the night is run again.
    """
    request = ReadExperimentResult(waiter="", account=account, experiment=experiment)
    try:
        result = await experiments.answer(request)
    except UNAVAILABLE:
        raise
    except WrongExperimentState:
        return ResultReading(status="not_started", reason="实验还没有开始")
    except Refusal as refusal:
        return ResultReading(status="unreadable", reason=refusal.for_operators)
    except Exception as error:  # the other experiments must be read
        log.exception("experiment_result_failed", experiment=experiment)
        reason = f"实验的结果读取失败（{type(error).__name__}）"
        return ResultReading(status="unreadable", reason=reason)
    return ResultReading(status="read", result=result)
