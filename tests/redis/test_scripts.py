"""Lua scripts are called by the names of their keys and arguments, on a real Redis."""

import importlib
import re
from pathlib import Path
from typing import Any

import pytest

from app.redis.scripts import Script, ScriptQueue

ROOT = Path(__file__).parents[2]
APPEND = Script(
    "append",
    keys=("list",),
    args=("prefix", "*words"),
    body="""
for _, word in ipairs(words) do redis.call('RPUSH', list, prefix .. word) end
return redis.call('LRANGE', list, 0, -1)
""",
)
SET_ALL = Script(
    "set_all",
    keys=("first", "*others"),
    args=(),
    body="""
redis.call('SET', first, 'first')
for _, other in ipairs(others) do redis.call('SET', other, 'other') end
""",
)


async def test_values_reach_the_script_by_name_in_any_order(redis: Any) -> None:
    assert await APPEND.run(redis, words=["a", "b"], list="names", prefix="-") == ["-a", "-b"]


async def test_a_name_with_a_star_holds_any_number_of_values(redis: Any) -> None:
    await SET_ALL.run(redis, first="1", others=[])
    await SET_ALL.run(redis, first="2", others=["3", "4"])

    assert await redis.mget("1", "2", "3", "4") == ["first", "first", "other", "other"]
    assert await APPEND.run(redis, list="names", prefix="-", words=[]) == []


async def test_a_redis_that_forgot_the_script_is_sent_it_again(redis: Any) -> None:
    await APPEND.run(redis, list="names", prefix="-", words=["a"])
    await redis.script_flush()

    assert await APPEND.run(redis, list="names", prefix="-", words=["b"]) == ["-a", "-b"]


async def test_a_queue_sends_the_text_of_each_script_once(redis: Any) -> None:
    await redis.script_flush()

    async with redis.pipeline(transaction=False) as pipe:
        queue = ScriptQueue(pipe)
        for word in "abc":
            queue.run(APPEND, list="names", prefix="-", words=[word])
        commands = [command[0] for command, _ in pipe.command_stack]
        *_, last = await pipe.execute()

    assert commands == ["EVAL", "EVALSHA", "EVALSHA"]
    assert last == ["-a", "-b", "-c"]


async def test_a_wrong_name_is_refused_before_anything_is_sent(redis: Any) -> None:
    fault = r"script append: missing names \['prefix'\], unknown names \['suffix'\]"

    with pytest.raises(TypeError, match=fault):
        await APPEND.run(redis, list="names", suffix="-", words=["a"])
    async with redis.pipeline(transaction=False) as pipe:
        with pytest.raises(TypeError, match=fault):
            ScriptQueue(pipe).run(APPEND, list="names", suffix="-", words=["a"])
        assert len(pipe) == 0

    assert await redis.keys() == []


def product_scripts() -> list[Script]:
    """Every script that the product declares."""
    files = [path for path in (ROOT / "app").rglob("*.py") if " = Script(" in path.read_text()]
    modules = [
        importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for path in files
    ]
    return [value for each in modules for value in vars(each).values() if type(value) is Script]


@pytest.mark.parametrize("script", product_scripts(), ids=lambda script: script.name)
async def test_each_script_is_lua_that_uses_all_of_its_names(redis: Any, script: Script) -> None:
    names = [name.removeprefix("*") for name in (*script.keys, *script.args)]

    unused = [name for name in names if not re.search(rf"\b{name}\b", script.body)]

    assert (unused, len(set(names))) == ([], len(names))
    assert not re.search(r"\b(KEYS|ARGV)\b", script.body)
    assert await redis.script_load(script.text) == script.sha
