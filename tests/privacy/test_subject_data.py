"""All that is kept of a follower is found, and nothing of it is left after an erasure."""

import json
import time
from typing import Any

from app.delivery.user_queue import UserQueues
from app.dialogue.records.repository import TurnLog
from app.inbox.repository import Conversations
from app.inbox.service import Handoffs
from app.inbox.states import ConversationMessage, NewConversation
from app.jobs import EraseFollowerJob, MessageJob
from app.privacy.consent import Consent
from app.privacy.repository import Followers
from app.privacy.subject_data import SubjectData
from app.redis import keys
from app.sessions.rate_limit import RateLimiter
from app.simulator.phones.phone import Phone
from tests.privacy.test_repository import turn
from tests.service import CMS_KEY, SHIPPING, Service, until

OPENID = "oMeiMeiMeiMeiMeiMeiMeiMeiMei"
USER = keys.user("default", OPENID)
WROTE = ConversationMessage(key="wx:9", who="follower", text="请转人工")
OPENING = NewConversation(
    account="default",
    openid=OPENID,
    delivery="wx:9",
    desk="inbox",
    reason="asked",
    title="",
    summary="",
    messages=(WROTE,),
)


def talk(openid: str = OPENID) -> str:
    job = MessageJob(
        id="wx:1", account="default", openid=openid, kind="text", text="x", received=1.0
    )
    return job.model_dump_json()


async def everything(redis: Any) -> str:
    """All keys and values of a Redis."""
    read = {
        "string": redis.get,
        "hash": redis.hgetall,
        "list": lambda name: redis.lrange(name, 0, -1),
        "set": redis.smembers,
        "zset": lambda name: redis.zrange(name, 0, -1),
        "stream": redis.xrange,
    }
    kinds = {name: await redis.type(name) async for name in redis.scan_iter()}
    # Some live for seconds, and are gone when they are looked at.
    return str([(name, await read[kind](name)) for name, kind in kinds.items() if kind in read])


async def fill(running: Service) -> None:
    """One follower, in all places."""
    redis = running.redis
    async with running.wechat() as wechat:
        await Phone(wechat, OPENID).say(SHIPPING)
    await Handoffs(redis, Conversations(running.engine)).open([OPENING], time.time())
    await RateLimiter(redis, 5, 5).count([(USER, "m")])
    async with redis.pipeline() as pipe:
        Consent(redis).mark(pipe, USER)
        await pipe.execute()
    for openid in (OPENID, "oLi"):
        await redis.xadd(keys.DEAD_LETTERS, {"job": talk(openid), "error": "died"})
    row = turn("t", openid=OPENID, account="default", received=1.0)
    await TurnLog(running.engine).write([row])


async def test_nothing_of_a_follower_is_left_anywhere(huiyin: Service) -> None:
    await fill(huiyin)
    dossiers = SubjectData(huiyin.redis, Followers(huiyin.engine, CMS_KEY))

    async def recorded() -> bool:
        return await huiyin.follower_messages() == sorted(["发货", SHIPPING])

    await until(recorded)
    full = await everything(huiyin.redis)

    await dossiers.erase("default", OPENID, time.time(), by="wx:erase")

    assert OPENID in full
    assert OPENID not in await everything(huiyin.redis)
    assert await Followers(huiyin.engine, CMS_KEY).count("default", OPENID, time.time()) == 0
    assert [
        json.loads(f["job"])["openid"] for _, f in await huiyin.redis.xrange(keys.DEAD_LETTERS)
    ] == ["oLi"]


async def test_a_dossier_shows_all_that_is_kept(api_only: Service) -> None:
    redis = api_only.redis
    row = turn("t", openid=OPENID, account="default", received=1.0)
    await TurnLog(api_only.engine).write([row])
    await redis.set(keys.session(USER), json.dumps({"turns": []}))
    await redis.xadd(keys.DEAD_LETTERS, {"job": talk(), "error": "died"})
    await UserQueues(redis).admit("wx:1", USER, talk(), "api 0 1", 1.0)

    dossier = await SubjectData(redis, Followers(api_only.engine, CMS_KEY)).read("default", OPENID)

    job = json.loads(talk())
    del row["account"], row["openid"]
    assert dossier == {
        "account": "default",
        "openid": OPENID,
        "database": {"turns": [row]},
        "session": {"turns": []},
        "queued_jobs": [job],
        "unwritten_records": [],
        "dead_letters": [job],
        "notice_shown": None,
    }


async def test_a_queued_job_that_is_no_json_is_shown_as_it_is(api_only: Service) -> None:
    await api_only.redis.rpush(keys.user_queue(USER), "no JSON", talk())

    dossier = await SubjectData(api_only.redis, Followers(api_only.engine, CMS_KEY)).read(
        "default", OPENID
    )

    assert dossier["queued_jobs"] == ["no JSON", json.loads(talk())]


async def test_dead_letters_grow_old_too(api_only: Service) -> None:
    day = 86_400.0
    now = time.time()
    for age in (181, 179):
        at = f"{int((now - age * day) * 1000)}-0"
        await api_only.redis.xadd(keys.DEAD_LETTERS, {"job": talk(), "error": "died"}, id=at)
    gone = EraseFollowerJob(id="f", account="default", openid="oLi").model_dump_json()
    await api_only.redis.xadd(keys.DEAD_LETTERS, {"job": gone, "error": "died"})

    dropped = await SubjectData(api_only.redis, Followers(api_only.engine, CMS_KEY)).drop_old(now)

    assert (dropped, await api_only.redis.xlen(keys.DEAD_LETTERS)) == (1, 2)
