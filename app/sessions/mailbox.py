"""Deliveries, mailboxes and answers in Redis; each step is one script, whole or not at all.

A delivery is one message however often WeChat sends it. A user's messages wait in the user's
mailbox; the stream carries users who have mail, each at most once, so that a user has one turn
at a time and in order across all workers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.sessions import keys, scripts

# The platform repeats a message 5 s after it hung up. A copy that comes later than this after
# the answer was handed over is such a repeat: the answer didn't arrive and is given again.
REPEAT_AFTER = 4.5
# One that hasn't been confirmed for so long hasn't left its process, which is dead or stuck: WeChat
# hung up on it and repeats.
UNCONFIRMED_AFTER = 0.5
LAST_COPY_WITHIN = 11.0  # seconds after a message was received: the third delivery has come
DELIVERIES = 3  # of a message, at most

_ADMIT = """
local delivery, waiters, mail, turn, talk, mine, underway =
  KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7]
local now, waiter, job, user = tonumber(ARGV[1]), ARGV[2], ARGV[3], ARGV[4]
local life = tonumber(ARGV[7])
local seen = redis.call('HMGET', delivery, 'n', 'answer', 'carried')
if seen[1] then
  local n = redis.call('HINCRBY', delivery, 'n', 1)
  if not seen[2] then
    redis.call('RPUSH', waiters, waiter)
    redis.call('PEXPIRE', waiters, life)
    return {'wait', n, ''}
  end
  local carried = tonumber(seen[3] or '0')
  local unconfirmed = redis.call('SISMEMBER', underway, ARGV[9]) == 1
  local patience = tonumber(unconfirmed and ARGV[10] or ARGV[8])
  if seen[2] ~= '' and carried >= 0 and now - carried >= patience then
    redis.call('HSET', delivery, 'carried', now, 'on', n)
    return {'answer', n, seen[2]}
  end
  return {'done', n, ''}
end
if redis.call('XLEN', talk) >= tonumber(ARGV[5])
   or redis.call('LLEN', mail) >= tonumber(ARGV[6]) then
  return {'full', 1, ''}
end
redis.call('HSET', delivery, 'n', 1, 'user', user, 'at', now)
redis.call('PEXPIRE', delivery, life)
redis.call('SADD', mine, ARGV[9])
redis.call('PEXPIRE', mine, life)
redis.call('RPUSH', waiters, waiter)
redis.call('PEXPIRE', waiters, life)
-- Who had to wait for Redis comes in the order of receipt, not of luck.
local at = redis.call('LLEN', mail)
if ARGV[11] == '1' then
  local mine = cjson.decode(job).received
  local function is_later(other) return other and mine and other > mine end
  while at > 0 and is_later(cjson.decode(redis.call('LINDEX', mail, at - 1)).received) do
    at = at - 1
  end
end
local behind = redis.call('LINDEX', mail, at)
if behind then redis.call('LINSERT', mail, 'BEFORE', behind, job)
else redis.call('RPUSH', mail, job) end
if redis.call('SET', turn, '1', 'NX') then redis.call('XADD', talk, '*', 'user', user) end
return {'wait', 1, ''}
"""

_RELEASE = """
local mail, turn, talk = KEYS[1], KEYS[2], KEYS[3]
if redis.call('XACK', talk, ARGV[3], ARGV[1]) == 1 then
  if redis.call('LLEN', mail) > 0 then redis.call('XADD', talk, '*', 'user', ARGV[2])
  else redis.call('DEL', turn) end
end
redis.call('XDEL', talk, ARGV[1])
return 1
"""

_ANSWER = (
    """
if redis.call('LINDEX', KEYS[1], 0) == ARGV[7] then
  local delivery, waiters, session, unclaimed = KEYS[4], KEYS[5], KEYS[6], KEYS[7]
  local user, now, id, answer, why = ARGV[2], tonumber(ARGV[4]), ARGV[5], ARGV[6], ARGV[8]
  redis.call('LPOP', KEYS[1])
  if ARGV[9] ~= '' then redis.call('SET', session, ARGV[9], 'PX', ARGV[10]) end
  redis.call('HSET', delivery, 'answer', answer, 'why', why)
  if answer ~= '' then redis.call('HSET', delivery, 'user', user)
  else redis.call('HDEL', delivery, 'user') end
  redis.call('PEXPIRE', delivery, ARGV[11])
  if answer ~= '' then redis.call('ZADD', unclaimed, ARGV[12], id) end
  local waiting, carrier = redis.call('LRANGE', waiters, 0, -1), 0
  for i = 1, answer == '' and 0 or #waiting do
    -- The latest that WeChat still listens to, rather one whose process is known to live.
    local api, _, wait_until = string.match(waiting[i], '(%S+) (%S+) (%S+)')
    local alive = redis.call('EXISTS', ARGV[15] .. api) == 1
    if tonumber(wait_until) > now and (alive or carrier <= 0) then
      carrier = alive and i or -i
    end
  end
  for i = #waiting, 1, -1 do
    local api, token, wait_until = string.match(waiting[i], '(%S+) (%S+) (%S+)')
    local given = ''
    -- One that is about to hang up hears nothing: `success` would stop WeChat from asking again.
    local hangs_up = answer ~= '' and tonumber(wait_until) <= now
    if i == math.abs(carrier) then
      given = answer
      local n = redis.call('HGET', delivery, 'n') or '0'
      redis.call('HSET', delivery, 'carried', now, 'on', n)
    end
    if not hangs_up then
      redis.call('XADD', ARGV[13] .. api, 'MAXLEN', '~', 10000, '*', 't', token, 'a', given)
    end
  end
  redis.call('DEL', waiters)
  if answer ~= '' then
    redis.call('SADD', KEYS[10], id)
    redis.call('PEXPIRE', KEYS[10], ARGV[11])
  end
  if ARGV[14] ~= '' then redis.call('RPUSH', KEYS[8], ARGV[14]) end
  if ARGV[16] ~= '' then
    redis.call('XADD', KEYS[9], 'MAXLEN', '~', ARGV[17], '*', 'job', ARGV[7], 'error', ARGV[16])
  end
end
"""
    + _RELEASE
)

_GIVE_UP_WAITING = """
local answer = redis.call('HGET', KEYS[1], 'answer')
if not answer then redis.call('LREM', KEYS[2], 0, ARGV[1]) end
return answer
"""

# WeChat repeats what it did not hear. Of the first delivery that is known by its absence; of later
# ones it isn't, since those that met a dead process are not counted here.
_LEASE = """
local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not score or tonumber(score) > tonumber(ARGV[2]) then return nil end
local found = redis.call('HMGET', KEYS[2], 'answer', 'user', 'n', 'on', 'at')
local heard = found[4] == '1' and found[3] == '1'
if not found[1] or not found[2] or heard then
  redis.call('ZREM', KEYS[1], ARGV[1])
  if found[2] then redis.call('SREM', ARGV[4] .. found[2], ARGV[1]) end
  return nil
end
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
return {found[1], found[2], found[5] or ARGV[2]}
"""

_SETTLE = """
if redis.call('ZREM', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('HSET', KEYS[2], 'carried', -1)
redis.call('SREM', KEYS[3], ARGV[1])
return 1
"""

_CONFIRM = """
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('SREM', KEYS[2], ARGV[1])
"""

_TAKE_ADRIFT = """
local now, left, found = tonumber(ARGV[4]), 0, {}
for _, id in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local delivery = ARGV[1] .. id
  local seen = redis.call('HMGET', delivery, 'answer', 'carried', 'at', 'n')
  local carried, at = tonumber(seen[2] or 0), tonumber(seen[3] or 0)
  -- A process has it that may have died. Will WeChat ask again?
  local over = tonumber(seen[4] or 0) >= tonumber(ARGV[5]) or at + tonumber(ARGV[6]) < now
  local waits = not over or carried + tonumber(ARGV[3]) > now
  if seen[1] and seen[1] ~= '' and carried > 0 and waits then
    left = left + 1
  else
    redis.call('SREM', KEYS[1], id)
    if seen[1] and seen[1] ~= '' and carried >= 0 then
      redis.call('HSET', delivery, 'carried', -1, 'on', 0)
      -- Whoever takes it may die over it: then it is looked for among the unclaimed.
      redis.call('ZADD', KEYS[2], ARGV[2], id)
      table.insert(found, id)
      table.insert(found, seen[1])
      table.insert(found, at)
    end
  end
end
return {left, found}
"""

_RECORDED = """
if redis.call('LINDEX', KEYS[1], 0) == ARGV[1] then redis.call('LTRIM', KEYS[1], ARGV[2], -1) end
"""

_FORGET = """
local unclaimed, mine, session, quota, forgotten = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
for _, id in ipairs(redis.call('SMEMBERS', mine)) do
  redis.call('ZREM', unclaimed, id)
  if id ~= ARGV[4] then
    redis.call('HSET', ARGV[1] .. id, 'answer', '')
    redis.call('HDEL', ARGV[1] .. id, 'why', 'user')
  end
end
redis.call('DEL', mine, session, quota)
redis.call('SET', forgotten, ARGV[2], 'PX', ARGV[3])
return 1
"""


@dataclass(frozen=True, slots=True)
class Admitted:
    """`wait` for an answer, carry this `answer`, it is `done` already, or the queue is `full`."""

    what: Literal["wait", "answer", "done", "full"]
    delivery: int  # 1 to 3
    answer: str


@dataclass(frozen=True, slots=True)
class Mailboxes:
    """Admission's and the workers' side of the mailboxes. Lifetimes in `keys`, the rest given."""

    redis: Any  # redis.asyncio.Redis that decodes; its stubs would have us check for bytes
    queue: int = 5_000
    mailbox: int = 20

    async def admit(
        self,
        id: str,  # noqa: A002
        user: str,
        job: str,
        waiter: str,
        now: float,
        *,
        waited: bool = False,  # for Redis: others may have come before it meanwhile
    ) -> Admitted:
        """Count this delivery; queue its job if it is the first of its message."""
        what, delivery, answer = await self._run(
            _ADMIT,
            [
                keys.delivery(id),
                keys.waiters(id),
                keys.mail(user),
                keys.turn(user),
                keys.TALK,
                keys.deliveries(user),
                keys.underway(user),
            ],
            [
                now,
                waiter,
                job,
                user,
                self.queue,
                self.mailbox,
                _ms(keys.DELIVERY_FOR),
                REPEAT_AFTER,
                id,
                UNCONFIRMED_AFTER,
                int(waited),
            ],
        )
        return Admitted(what, int(delivery), answer)

    def answer(
        self, queue: scripts.Queue, given: Sequence[tuple[str, "Given"]], now: float
    ) -> None:
        """Queue, for each stream entry: write its answer, hand it to one waiting delivery, pop
        the job, and release the entry.
        """
        for entry, each in given:
            user = each.user
            names = [
                keys.mail(user),
                keys.turn(user),
                keys.TALK,
                keys.delivery(each.id),
                keys.waiters(each.id),
                keys.session(user),
                keys.UNCLAIMED,
                keys.RECORDS,
                keys.DEAD,
                keys.underway(user),
            ]
            values = [
                entry,
                user,
                keys.GROUP,
                now,
                each.id,
                each.answer,
                each.job,
                each.why,
                each.session,
                int(each.session_for * 1000),
                _ms(keys.DELIVERY_FOR),
                now + each.look_again_after,
                keys.answers(""),
                each.record,
                keys.alive(""),
                each.error,
                keys.DEAD_KEPT,
            ]
            queue.run(_ANSWER, names, values)

    def release(self, queue: scripts.Queue, entry: str, user: str) -> None:
        """Queue: acknowledge the user's entry; put them back if more mail came."""
        names = [keys.mail(user), keys.turn(user), keys.TALK]
        queue.run(_RELEASE, names, [entry, user, keys.GROUP])

    async def stop_waiting(self, id: str, waiter: str) -> str | None:  # noqa: A002
        """This delivery waits no longer. The answer, when it came in the same moment."""
        found: str | None = await self._run(
            _GIVE_UP_WAITING, [keys.delivery(id), keys.waiters(id)], [waiter]
        )
        return found

    async def lease_unclaimed(self, now: float, lease: float = 60.0) -> list["Unclaimed"]:
        """Answers that no delivery carried, each to one worker; again after `lease` seconds."""
        found = []
        for id_ in await self.redis.zrangebyscore(keys.UNCLAIMED, 0, now, start=0, num=64):
            names = [keys.UNCLAIMED, keys.delivery(id_)]
            values = [id_, now, now + lease, keys.underway("")]
            leased = await self._run(_LEASE, names, values)
            if leased:
                answer, user, received = leased
                found.append(Unclaimed(id_, user, answer, float(received)))
        return found

    async def settle(self, unclaimed: "Unclaimed") -> None:
        """It goes out another way: no delivery gives it any more."""
        names = [keys.UNCLAIMED, keys.delivery(unclaimed.id), keys.underway(unclaimed.user)]
        await self._run(_SETTLE, names, [unclaimed.id])

    async def take_adrift(
        self, user: str, now: float, lease: float = 60.0
    ) -> tuple[list["Unclaimed"], int]:
        """The user's answers that were made between two deliveries, or went down with a process
        when WeChat had asked for the last time: no delivery gives them any more. `settle` each
        once it is kept elsewhere. And how many others are not known to have arrived yet.
        """
        names = [keys.underway(user), keys.UNCLAIMED]
        values = [
            keys.delivery(""), now + lease, UNCONFIRMED_AFTER, now, DELIVERIES, LAST_COPY_WITHIN,
        ]  # fmt: skip
        left, found = await self._run(_TAKE_ADRIFT, names, values)
        taken = zip(found[::3], found[1::3], found[2::3], strict=True)
        return [Unclaimed(id_, user, answer, float(at)) for id_, answer, at in taken], int(left)

    def confirm(self, queue: scripts.Queue, id: str, user: str) -> None:  # noqa: A002
        """Queue: the answer of this delivery has arrived; nobody need look again."""
        queue.run(_CONFIRM, [keys.UNCLAIMED, keys.underway(user)], [id])

    async def records(self, most: int = 500) -> list[str]:
        """The oldest turns that are yet to be written into the database."""
        return list(await self.redis.lrange(keys.RECORDS, 0, most - 1))

    async def recorded(self, records: Sequence[str]) -> None:
        """They are written. Of two workers that wrote the same ones, the second changes nothing."""
        if records:
            await self._run(_RECORDED, [keys.RECORDS], [records[0], len(records)])

    async def forget(self, user: str, now: float, by: str) -> None:
        """Erase the session, the quota and what is known of deliveries but `by`, the asker's."""
        await self._run(
            _FORGET,
            [
                keys.UNCLAIMED,
                keys.deliveries(user),
                keys.session(user),
                keys.quota(user),
                keys.forgotten(user),
            ],
            [keys.delivery(""), now, _ms(keys.FORGOTTEN_FOR), by],
        )

    async def _run(self, script: str, names: list[str], values: list[Any]) -> Any:
        return await scripts.run(self.redis, script, names, values)


@dataclass(frozen=True, slots=True)
class Unclaimed:
    """An answer that was made and is not known to have arrived."""

    id: str
    user: str
    answer: str
    received: float  # seconds since 1970


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it is written down. `why` and `session` are JSON, '' leaves them alone."""

    id: str
    user: str
    job: str
    answer: str
    why: str = ""
    session: str = ""
    session_for: float = 1800.0
    record: str = ""  # of the turn, for the database; kept with the answer or not at all
    look_again_after: float = 16.0  # seconds: by then WeChat has delivered for the last time
    told: bool = False  # what is kept of them, in this answer
    carrier: bool = False  # kept answers ride on it
    error: str = ""  # why the job was given up: then it goes to the dead letters, too


def _ms(life: Any) -> int:
    return int(life.total_seconds() * 1000)
