"""What became of callbacks, told to the doctor by each api process."""

from redis.asyncio import Redis

from app.simulator.callback.wechat import Mode
from app.simulator.phones import messages
from app.wechat.callback.outcomes import CallbackOutcomes, read_outcomes
from tests.service import Service, until

NOW = 1_800_000_000.0


async def test_the_last_time_of_each_outcome_is_told(redis: Redis) -> None:
    first, second = CallbackOutcomes(redis, lambda: NOW), CallbackOutcomes(redis, lambda: NOW + 60)
    first.record("default", "wrong_signature")
    second.record("default", "accepted")
    second.record("other", "stale")

    await first.flush()
    await second.flush()

    assert await read_outcomes(redis, "default") == {"wrong_signature": NOW, "accepted": NOW + 60}
    assert await read_outcomes(redis, "other") == {"stale": NOW + 60}
    assert await read_outcomes(redis, "nobody") == {}


async def test_what_was_written_is_not_written_again(redis: Redis) -> None:
    outcomes = CallbackOutcomes(redis, lambda: NOW)
    outcomes.record("default", "accepted")

    await outcomes.flush()

    assert outcomes.unwritten == {}


async def test_an_api_process_tells_what_became_of_each_callback(api_only: Service) -> None:
    async with api_only.wechat(Mode.SAFE) as wechat:
        accepted = await wechat.verify_url()
        query, body = wechat.request(wechat.stamp(messages.text("好"), "mei"))
        await wechat.post(query | {"msg_signature": "0" * 40}, body, "mei")
        await wechat.post(query | {"signature": "0" * 40}, body, "mei")
        await wechat.post(query | {"signature": ""}, body, "mei")

        async def are_told() -> bool:
            return len(await read_outcomes(api_only.redis, "default")) == 3

        await until(are_told)

    outcomes = await read_outcomes(api_only.redis, "default")
    assert accepted
    assert outcomes.keys() == {"accepted", "undecryptable", "wrong_signature"}
