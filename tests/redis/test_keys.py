"""Keys of a follower are erased with the follower, and all keys are in one hash slot."""

import inspect

from redis.crc import key_slot

from app.redis import keys

# What is left: the queue itself, and a mark that an erasure was, which names nobody.
STAYS = {"user_queue", "scheduled", "erased_at"}


async def test_each_key_of_a_follower_is_erased_or_stays_for_a_reason() -> None:
    named = {
        name: made
        for name, made in inspect.getmembers(keys, inspect.isfunction)
        if next(iter(inspect.signature(made).parameters)) == "user"
        and name not in {"of_follower", "split_user"}
    }

    erased = keys.of_follower("default:mei")

    left = {name for name, made in named.items() if not any(key in erased for key in _made(made))}
    assert left == STAYS


async def test_all_keys_share_one_hash_slot() -> None:
    constants = [name for name in vars(keys).values() if str(name).startswith(keys.PREFIX)]
    functions = [
        made
        for name, made in inspect.getmembers(keys, inspect.isfunction)
        if name not in {"user", "split_user", "of_follower"}
    ]

    names = [*constants, *(name for function in functions for name in _made(function))]

    assert {key_slot(name.encode()) for name in names} == {key_slot(keys.PREFIX.encode())}


def _made(key: object) -> list[str]:
    assert callable(key)
    if len(inspect.signature(key).parameters) == 1:
        return [key("default:mei")]
    return [key("default:mei", window) for window in ("minute", "day")]
