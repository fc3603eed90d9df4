"""The types of a Redis client and of its pipelines."""

from typing import Any, TypeAlias

# redis.asyncio.Redis with decode_responses; its stubs would have us check every answer for bytes.
RedisClient: TypeAlias = Any
Pipeline: TypeAlias = Any  # redis.asyncio.client.Pipeline of such a client
