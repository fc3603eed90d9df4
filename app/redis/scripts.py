"""Lua scripts in Redis, called by their hash: their text goes over the wire once."""

import functools
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from redis.exceptions import NoScriptError


async def run(redis: Any, script: str, names: Sequence[str], values: Sequence[Any]) -> Any:
    """What the script returns; Redis is taught one that it doesn't know."""
    try:
        return await redis.evalsha(_script_sha(script), len(names), *names, *values)
    except NoScriptError:
        return await redis.eval(script, len(names), *names, *values)


@dataclass(frozen=True, slots=True)
class ScriptQueue:
    """Calls on a pipeline: the first of a script teaches it to Redis, the others name it."""

    pipe: Any
    _taught_scripts: set[str] = field(default_factory=set)

    def run(self, script: str, names: Sequence[str], values: Sequence[Any]) -> None:
        """Queue one."""
        is_taught = script in self._taught_scripts
        self._taught_scripts.add(script)
        call, script_or_sha = (
            (self.pipe.evalsha, _script_sha(script)) if is_taught else (self.pipe.eval, script)
        )
        call(script_or_sha, len(names), *names, *values)


@functools.cache
def _script_sha(script: str) -> str:
    return hashlib.sha1(script.encode()).hexdigest()  # noqa: S324 - Redis names scripts by SHA-1
