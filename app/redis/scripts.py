"""Lua scripts with named keys and arguments, called by keyword.

Redis knows a script by its SHA-1, so that its text is sent only once. All keys of `app.redis.keys`
share one hash slot, so scripts run on Redis Cluster too.
"""

import functools
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from redis.exceptions import NoScriptError

from app.redis.client import Pipeline, RedisClient

ScriptValue = str | float | Sequence[str]  # a sequence for a name that is declared with `*`


@dataclass(frozen=True)
class Script:
    """A Lua script that Redis runs as one atomic step.

    The body reads each key and argument from a local variable of its name. The last name of `keys`
    or `args` may begin with `*`: a table of any length, passed as a sequence. Redis passes
    arguments as strings: a body that compares numbers calls `tonumber` first.
    """

    name: str
    keys: tuple[str, ...]
    args: tuple[str, ...]
    body: str

    @functools.cached_property
    def text(self) -> str:
        """The Lua text that is sent to Redis."""
        names = _declare_locals("KEYS", self.keys) + _declare_locals("ARGV", self.args)
        return f"-- {self.name}\n{names}{self.body}"

    @functools.cached_property
    def sha(self) -> str:
        """The SHA-1 of the text in hex: Redis names scripts by it."""
        return hashlib.sha1(self.text.encode()).hexdigest()  # noqa: S324 - Redis' choice

    async def run(self, redis: RedisClient, /, **values: ScriptValue) -> Any:
        """Run the script and return its result. Raises TypeError for missing and unknown names."""
        key_names, arguments = self.bind(values)
        try:
            return await redis.evalsha(self.sha, len(key_names), *key_names, *arguments)
        except NoScriptError:
            return await redis.eval(self.text, len(key_names), *key_names, *arguments)

    def bind(self, values: Mapping[str, ScriptValue]) -> tuple[list[Any], list[Any]]:
        """KEYS and ARGV in declared order. Raises TypeError for missing and unknown names."""
        declared_names = {name.removeprefix("*") for name in (*self.keys, *self.args)}
        if declared_names != values.keys():
            missing = sorted(declared_names - values.keys())
            unknown = sorted(values.keys() - declared_names)
            raise TypeError(f"script {self.name}: missing names {missing}, unknown names {unknown}")
        return _list_values(self.keys, values), _list_values(self.args, values)


@dataclass(frozen=True, slots=True)
class ScriptQueue:
    """Script calls on a pipeline: the first call of a script sends its text, others its SHA-1."""

    pipe: Pipeline
    _sent_scripts: set[Script] = field(default_factory=set)

    def run(self, script: Script, /, **values: ScriptValue) -> None:
        """Queue a call. Raises TypeError for missing and unknown names."""
        key_names, arguments = script.bind(values)
        if script in self._sent_scripts:
            self.pipe.evalsha(script.sha, len(key_names), *key_names, *arguments)
        else:
            self._sent_scripts.add(script)
            self.pipe.eval(script.text, len(key_names), *key_names, *arguments)


def _declare_locals(array: str, names: Sequence[str]) -> str:
    """Lua that gives each value of KEYS or ARGV its name."""
    values = [
        f"{{unpack({array}, {at})}}" if name.startswith("*") else f"{array}[{at}]"
        for at, name in enumerate(names, start=1)
    ]
    variables = ", ".join(name.removeprefix("*") for name in names)
    return f"local {variables} = {', '.join(values)}\n" if names else ""


def _list_values(names: Sequence[str], values: Mapping[str, ScriptValue]) -> list[Any]:
    listed: list[Any] = []
    for name in names:
        value = values[name.removeprefix("*")]
        if name.startswith("*"):
            assert not isinstance(value, str | float), name
            listed.extend(value)
        else:
            listed.append(value)
    return listed
