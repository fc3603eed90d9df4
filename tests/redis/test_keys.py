"""Keys of a follower are erased with the follower."""

import inspect

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


def _made(key: object) -> list[str]:
    assert callable(key)
    if len(inspect.signature(key).parameters) == 1:
        return [key("default:mei")]
    return [key("default:mei", window) for window in ("minute", "day")]
