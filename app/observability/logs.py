"""Structured logs: one JSON object a line, or coloured text on a terminal."""

import logging
import re
import sys
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

import structlog

OPENID = re.compile(r"(?<![\w-])o[\w-]{27}(?![\w-])", re.ASCII)  # as the platform makes them
NAMES = frozenset({"openid", "user", "touser", "FromUserName"})  # fields that name a follower
SAFE = frozenset({"delivery", "level", "timestamp"})  # fields of our own making
WHOLE = "{0}".format  # default of `mask` and `pseudonym`: the text unchanged


@dataclass(frozen=True, slots=True)
class LogRedactor:
    """A structlog processor: replaces openids by pseudonyms, masks personal data everywhere."""

    mask: Callable[[str], str]
    pseudonym: Callable[[str], str]

    def __call__(
        self, _: Any, __: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        """The event with openids replaced and personal data masked."""
        return {name: self._redact(name, value) for name, value in event.items()}

    def _redact(self, name: str, value: Any) -> Any:
        if name in SAFE and isinstance(value, str):
            return OPENID.sub(self._pseudonymise, value)
        if name in NAMES:
            return self.pseudonym(str(value).rpartition(":")[2])  # of account:openid
        if isinstance(value, dict):
            return {key: self._redact(str(key), each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self._redact("", each) for each in value]
        return self.mask(OPENID.sub(self._pseudonymise, value)) if isinstance(value, str) else value

    def _pseudonymise(self, openid: re.Match[str]) -> str:
        return self.pseudonym(openid.group())


def configure_logging(
    level: str,
    mask: Callable[[str], str] = WHOLE,
    pseudonym: Callable[[str], str] = WHOLE,
) -> None:
    """Log to stderr from `level` up, libraries from `warning` up, all of it redacted.

    Followers' texts are never logged on purpose; those contained in errors are masked.
    """
    shared: list[structlog.types.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        LogRedactor(mask, pseudonym),
    ]
    renderer: structlog.types.Processor = (
        structlog.dev.ConsoleRenderer()
        if sys.stderr.isatty()
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    _configure_libraries(shared, renderer)


def _configure_libraries(
    shared: list[structlog.types.Processor], renderer: structlog.types.Processor
) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(logging.WARNING)  # below, httpx logs URLs with access tokens
    meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[meta, renderer],
            foreign_pre_chain=shared,
        )
    )
    logging.basicConfig(handlers=[handler], force=True)
