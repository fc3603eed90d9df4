"""Speed of mass sends, the frequency cap, and single messages under it, over REST."""

from typing import Any

from app.redis import keys
from app.resources import redis_client
from tests.conftest import Open
from tests.publishing.rest import open_publishing

API = "/api/v1"


async def test_the_speed_of_mass_sends_is_read_and_set(open_service: Open) -> None:
    async with open_publishing(open_service) as api:
        before = (await api.http.get(f"{API}/mass-speed")).json()
        after = (await api.http.put(f"{API}/mass-speed", json={"speed": 4})).json()
        wrong = await api.http.put(f"{API}/mass-speed", json={"speed": 5})

    assert before == {"speed": 0, "realspeed": 80}
    assert after == {"speed": 4, "realspeed": 10}
    assert wrong.status_code == 422


async def test_a_follower_gets_no_more_marketing_messages_than_the_cap_allows(
    open_service: Open,
) -> None:
    async with open_publishing(open_service) as api:
        api.platform.interacted("oMei", "message")
        default = (await api.http.get(f"{API}/frequency-cap")).json()
        rules = {"monthly": 2, "tolerance": 0.0}
        await api.http.put(f"{API}/frequency-cap", json={"rules": rules, "revision": 0})
        stale = await api.http.put(f"{API}/frequency-cap", json={"rules": rules, "revision": 0})
        message: dict[str, Any] = {"openid": "oMei", "text": "春茶上新"}
        answers = [
            await api.http.post(f"{API}/marketing-messages", json=message | {"source": source})
            for source in ("c1", "c1", "c2", "c3")
        ]
        empty = await api.http.post(
            f"{API}/marketing-messages", json={"openid": "oMei", "source": "c4"}
        )
        cap = (await api.http.get(f"{API}/frequency-cap")).json()
        post = await api.create({"source": "# 茶\n\n春茶到店了。"}, channel="mass")
        await api.schedule(post)
        failed = await api.wait_for(post, "failed")
        calendar = await api.http.get(f"{API}/calendar?first=2026-01-01&last=2026-01-31")

    assert (default["rules"], default["capped_followers"]) == (
        {"monthly": 4, "tolerance": 0.1}, 0
    )  # fmt: skip
    assert stale.status_code == 409
    assert [answer.status_code for answer in answers] == [200, 409, 200, 429]
    assert answers[3].json() == {
        "detail": "这位粉丝本月已收到 2 条营销消息，上限是 2 条，没有再发。",
        "code": "frequency_cap_reached",
    }
    assert (empty.status_code, empty.json()["code"]) == (422, "empty_message")
    assert len(api.platform.sent["oMei"]) == 2
    assert cap["capped_followers"] == 1
    assert failed["reason"].startswith("1 位粉丝中有 1 位本月已收到 2 条营销消息")
    assert (calendar.json()["monthly_cap"], calendar.json()["capped_followers"]) == (2, 1)


async def test_a_follower_who_was_silent_is_told_to_be_out_of_reach(
    open_service: Open, redis_url: str
) -> None:
    async with open_publishing(open_service) as api, redis_client(redis_url) as redis:
        api.platform.interacted("oMei", "message")
        api.platform.fail_next("/cgi-bin/message/custom/send", 45015)
        message = {"openid": "oMei", "text": "春茶上新", "source": "c1"}
        answer = await api.http.post(f"{API}/marketing-messages", json=message)
        quota = await redis.hgetall(keys.quota(keys.user("default", "oMei")))

    assert quota == {"message:left": "0", "message:closes": "0"}
    assert (answer.status_code, answer.json()["detail"]) == (
        409,
        "粉丝 48 小时内没有和公众号互动，现在不能发客服消息。等粉丝下次发来消息后再发。（45015）",
    )
