"""Lua scripts of user queues and replies, which `user_queue` and `undelivered` call.

Fields of a delivery's hash are described in `keys.delivery`.

Keys whose owner is read from Redis can't be declared; scripts get their prefix as an argument.
"""

from app.redis.scripts import Script

ADMIT = Script(
    "admit",
    keys=(
        "delivery", "waiters", "user_queue", "scheduled", "user_stream", "deliveries",
        "unconfirmed",
    ),
    args=(
        "id", "user", "job", "waiter", "now", "max_users", "max_jobs", "life_ms",
        "repeat_confirmed_after", "repeat_unconfirmed_after", "waited_for_redis",
    ),
    body="""
now, life_ms = tonumber(now), tonumber(life_ms)
local stored = redis.call('HMGET', delivery, 'n', 'reply', 'carried')
if stored[1] then
  local n, reply = redis.call('HINCRBY', delivery, 'n', 1), stored[2]
  if not reply then
    redis.call('RPUSH', waiters, waiter)
    redis.call('PEXPIRE', waiters, life_ms)
    return {'wait', n, ''}
  end
  local handed_over_at = tonumber(stored[3] or '0')
  local is_unconfirmed = redis.call('SISMEMBER', unconfirmed, id) == 1
  local pause = tonumber(is_unconfirmed and repeat_unconfirmed_after or repeat_confirmed_after)
  if reply ~= '' and handed_over_at >= 0 and now - handed_over_at >= pause then
    redis.call('HSET', delivery, 'carried', now, 'on', n)
    return {'reply', n, reply}
  end
  return {'done', n, ''}
end
if redis.call('XLEN', user_stream) >= tonumber(max_users)
   or redis.call('LLEN', user_queue) >= tonumber(max_jobs) then
  return {'full', 1, ''}
end
redis.call('HSET', delivery, 'n', 1, 'user', user, 'at', now)
redis.call('PEXPIRE', delivery, life_ms)
redis.call('SADD', deliveries, id)
redis.call('PEXPIRE', deliveries, life_ms)
redis.call('RPUSH', waiters, waiter)
redis.call('PEXPIRE', waiters, life_ms)
-- A job that waited for Redis is inserted in order of the times of receipt.
local place = redis.call('LLEN', user_queue)
if waited_for_redis == '1' then
  local received = cjson.decode(job).received
  local function is_later(other) return other and received and other > received end
  while place > 0
        and is_later(cjson.decode(redis.call('LINDEX', user_queue, place - 1)).received) do
    place = place - 1
  end
end
local next_job = redis.call('LINDEX', user_queue, place)
if next_job then redis.call('LINSERT', user_queue, 'BEFORE', next_job, job)
else redis.call('RPUSH', user_queue, job) end
if redis.call('SET', scheduled, '1', 'NX') then
  redis.call('XADD', user_stream, '*', 'user', user)
end
return {'wait', 1, ''}
""",
)  # fmt: skip

_ACKNOWLEDGE = """
if redis.call('XACK', user_stream, group, entry) == 1 then
  if redis.call('LLEN', user_queue) > 0 then
    redis.call('XADD', user_stream, '*', 'user', user)
  else
    redis.call('DEL', scheduled)
  end
end
redis.call('XDEL', user_stream, entry)
return 1
"""

ACKNOWLEDGE = Script(
    "acknowledge",
    keys=("user_queue", "scheduled", "user_stream"),
    args=("entry", "user", "group"),
    body=_ACKNOWLEDGE,
)

COMMIT_TURN = Script(
    "commit_turn",
    keys=(
        "user_queue", "scheduled", "user_stream", "delivery", "waiters", "session", "undelivered",
        "unconfirmed", "records", "dead_letters",
    ),
    args=(
        "entry", "user", "group", "now", "id", "job", "reply", "explanation", "session_json",
        "session_ms", "record", "error", "life_ms", "undelivered_at", "max_dead_letters",
        "reply_stream_prefix", "reply_stream_ms", "max_replies", "heartbeat_prefix",
    ),
    body="""
now = tonumber(now)

local function parse_waiter(waiter)
  local api, token, wait_until = string.match(waiter, '(%S+) (%S+) (%S+)')
  return api, token, tonumber(wait_until)
end

-- The latest waiter that WeChat still listens to, rather one whose process is known to live;
-- 0 for none.
local function choose_waiter(all)
  local with_heartbeat, without_heartbeat = 0, 0
  for at, waiter in ipairs(all) do
    local api, _, wait_until = parse_waiter(waiter)
    if wait_until > now then
      if redis.call('EXISTS', heartbeat_prefix .. api) == 1 then with_heartbeat = at
      else without_heartbeat = at end
    end
  end
  return with_heartbeat > 0 and with_heartbeat or without_heartbeat
end

local function add_reply(api, token, content)
  local stream = reply_stream_prefix .. api
  local reply_entry = redis.call(
    'XADD', stream, 'MAXLEN', '~', max_replies, '*', 't', token, 'a', content)
  redis.call('PEXPIRE', stream, reply_stream_ms)
  return reply_entry
end

local function hand_over(api, reply_entry)
  local n = redis.call('HGET', delivery, 'n') or '0'
  redis.call('HSET', delivery, 'carried', now, 'on', n, 'handed_to', api .. ' ' .. reply_entry)
end

local function send_reply()
  local all = redis.call('LRANGE', waiters, 0, -1)
  local receiver = reply == '' and 0 or choose_waiter(all)
  for at, waiter in ipairs(all) do
    local api, token, wait_until = parse_waiter(waiter)
    -- A waiter that is about to hang up gets nothing: `success` would stop WeChat from repeating.
    if reply == '' or wait_until > now then
      local reply_entry = add_reply(api, token, at == receiver and reply or '')
      if at == receiver then hand_over(api, reply_entry) end
    end
  end
  redis.call('DEL', waiters)
end

if redis.call('LINDEX', user_queue, 0) == job then
  redis.call('LPOP', user_queue)
  if session_json ~= '' then redis.call('SET', session, session_json, 'PX', session_ms) end
  redis.call('HSET', delivery, 'reply', reply, 'why', explanation)
  if reply ~= '' then redis.call('HSET', delivery, 'user', user)
  else redis.call('HDEL', delivery, 'user') end
  redis.call('PEXPIRE', delivery, life_ms)
  send_reply()
  if reply ~= '' then
    redis.call('ZADD', undelivered, undelivered_at, id)
    redis.call('SADD', unconfirmed, id)
    redis.call('PEXPIRE', unconfirmed, life_ms)
  end
  if record ~= '' then redis.call('RPUSH', records, record) end
  if error ~= '' then
    redis.call('XADD', dead_letters, 'MAXLEN', '~', max_dead_letters, '*',
               'job', job, 'error', error)
  end
end
"""
    + _ACKNOWLEDGE,
)  # fmt: skip

STOP_WAITING = Script(
    "stop_waiting",
    keys=("delivery", "waiters"),
    args=("waiter",),
    body="""
local reply = redis.call('HGET', delivery, 'reply')
if not reply then redis.call('LREM', waiters, 0, waiter) end
return reply
""",
)

# WeChat repeats a message whose response it did not get. A reply that was handed over to copy 1
# counts as received if its process read it (and so deleted it from its stream) and no second copy
# came. For later copies that can't be told: copies that reached a dead process are not counted in
# `n`. `handed_to` is missing where a process of version 0.1 wrote the hash.
_IS_RECEIVED = """
local function is_received(n, handed_over_in, handed_to)
  if n ~= '1' or handed_over_in ~= '1' then return false end
  local api, reply_entry = string.match(handed_to or '', '(%S+) (%S+)')
  if not api then return true end
  return #redis.call('XRANGE', reply_stream_prefix .. api, reply_entry, reply_entry) == 0
end
"""

LEASE_UNDELIVERED = Script(
    "lease_undelivered",
    keys=("undelivered", "delivery"),
    args=("id", "now", "leased_until", "unconfirmed_prefix", "reply_stream_prefix"),
    body=_IS_RECEIVED
    + """
local undelivered_at = redis.call('ZSCORE', undelivered, id)
if not undelivered_at or tonumber(undelivered_at) > tonumber(now) then return nil end
local stored = redis.call('HMGET', delivery, 'reply', 'user', 'at', 'n', 'on', 'handed_to')
local reply, user, received_at = stored[1], stored[2], stored[3]
if not reply or not user or is_received(stored[4], stored[5], stored[6]) then
  redis.call('ZREM', undelivered, id)
  if user then redis.call('SREM', unconfirmed_prefix .. user, id) end
  return nil
end
redis.call('ZADD', undelivered, leased_until, id)
return {reply, user, received_at or now}
""",
)

MARK_IN_OUTBOX = Script(
    "mark_in_outbox",
    keys=("undelivered", "delivery", "unconfirmed"),
    args=("id",),
    # 0: the reply was confirmed after it was leased. Otherwise 1, also where another worker that
    # leased the same reply has marked it already: the message in the outbox is the only one.
    body="""
if redis.call('ZREM', undelivered, id) == 0 then
  return 1 - redis.call('HEXISTS', delivery, 'confirmed')
end
if redis.call('EXISTS', delivery) == 1 then redis.call('HSET', delivery, 'carried', -1) end
redis.call('SREM', unconfirmed, id)
return 1
""",
)

CONFIRM = Script(
    "confirm",
    keys=("undelivered", "unconfirmed", "delivery"),
    args=("id",),
    body="""
redis.call('ZREM', undelivered, id)
redis.call('SREM', unconfirmed, id)
if redis.call('EXISTS', delivery) == 1 then redis.call('HSET', delivery, 'confirmed', 1) end
""",
)

TAKE_UNDELIVERED = Script(
    "take_undelivered",
    keys=("unconfirmed", "undelivered"),
    args=(
        "now", "leased_until", "unconfirmed_after", "max_copies", "last_copy_within",
        "delivery_prefix", "reply_stream_prefix",
    ),
    body=_IS_RECEIVED
    + """
now = tonumber(now)
local unconfirmed_count, taken = 0, {}
for _, id in ipairs(redis.call('SMEMBERS', unconfirmed)) do
  local delivery = delivery_prefix .. id
  local stored = redis.call('HMGET', delivery, 'reply', 'carried', 'at', 'n', 'on', 'handed_to')
  local reply, handed_over_at = stored[1], tonumber(stored[2] or 0)
  local received_at, n = stored[3] or '0', tonumber(stored[4] or 0)
  -- A process has the reply that may have died: WeChat may ask again.
  local is_last = n >= tonumber(max_copies) or received_at + tonumber(last_copy_within) < now
  local may_arrive = not is_last or handed_over_at + tonumber(unconfirmed_after) > now
  if reply and reply ~= '' and handed_over_at > 0 and may_arrive then
    unconfirmed_count = unconfirmed_count + 1
  else
    redis.call('SREM', unconfirmed, id)
    if reply and reply ~= '' and handed_over_at >= 0
       and not is_received(stored[4], stored[5], stored[6]) then
      redis.call('HSET', delivery, 'carried', -1, 'on', 0)
      -- If the worker dies before it has stored the reply, LEASE_UNDELIVERED finds it.
      redis.call('ZADD', undelivered, leased_until, id)
      table.insert(taken, id)
      table.insert(taken, reply)
      table.insert(taken, received_at)
    end
  end
end
return {unconfirmed_count, taken}
""",
)  # fmt: skip

ERASE_USER = Script(
    "erase_user",
    keys=("undelivered", "deliveries", "session", "quota", "erased_at"),
    args=("now", "erased_at_ms", "erasing_id", "delivery_prefix"),
    body="""
for _, id in ipairs(redis.call('SMEMBERS', deliveries)) do
  redis.call('ZREM', undelivered, id)
  local delivery = delivery_prefix .. id
  -- An expired hash would be created anew, without a lifetime.
  if id ~= erasing_id and redis.call('EXISTS', delivery) == 1 then
    redis.call('HSET', delivery, 'reply', '')
    redis.call('HDEL', delivery, 'why', 'user')
  end
end
redis.call('DEL', deliveries, session, quota)
redis.call('SET', erased_at, now, 'PX', erased_at_ms)
return 1
""",
)
