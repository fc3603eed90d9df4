"""Calls Lua scripts in Redis by their SHA-1, so that their text is sent only once."""

import functools
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from redis.exceptions import NoScriptError


async def run(redis: Any, script: str, names: Sequence[str], values: Sequence[Any]) -> Any:
    """Run the script and return its result; its text is sent only if Redis doesn't know it."""
    try:
        return await redis.evalsha(_script_sha(script), len(names), *names, *values)
    except NoScriptError:
        return await redis.eval(script, len(names), *names, *values)


@dataclass(frozen=True, slots=True)
class ScriptQueue:
    """Script calls on a pipeline: the first call of a script sends its text, others its SHA-1."""

    pipe: Any
    _taught_scripts: set[str] = field(default_factory=set)

    def run(self, script: str, names: Sequence[str], values: Sequence[Any]) -> None:
        """Queue a call with KEYS `names` and ARGV `values`."""
        is_taught = script in self._taught_scripts
        self._taught_scripts.add(script)
        call, script_or_sha = (
            (self.pipe.evalsha, _script_sha(script)) if is_taught else (self.pipe.eval, script)
        )
        call(script_or_sha, len(names), *names, *values)


@functools.cache
def _script_sha(script: str) -> str:
    return hashlib.sha1(script.encode()).hexdigest()  # noqa: S324 - Redis names scripts by SHA-1
