"""Lua scripts of user queues, replies and records; Redis runs each as one atomic step.

KEYS and ARGV are named by the callers, `app.delivery.user_queue` and `app.delivery.record_queue`.
"""

ADMIT = """
local delivery, waiters, mail, turn, talk, mine, underway =
  KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7]
local now, waiter, job, user = tonumber(ARGV[1]), ARGV[2], ARGV[3], ARGV[4]
local life = tonumber(ARGV[7])
local seen = redis.call('HMGET', delivery, 'n', 'reply', 'carried')
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

RELEASE = """
local mail, turn, talk = KEYS[1], KEYS[2], KEYS[3]
if redis.call('XACK', talk, ARGV[3], ARGV[1]) == 1 then
  if redis.call('LLEN', mail) > 0 then redis.call('XADD', talk, '*', 'user', ARGV[2])
  else redis.call('DEL', turn) end
end
redis.call('XDEL', talk, ARGV[1])
return 1
"""

ANSWER = (
    """
if redis.call('LINDEX', KEYS[1], 0) == ARGV[7] then
  local delivery, waiters, session, unclaimed = KEYS[4], KEYS[5], KEYS[6], KEYS[7]
  local user, now, id, answer, why = ARGV[2], tonumber(ARGV[4]), ARGV[5], ARGV[6], ARGV[8]
  redis.call('LPOP', KEYS[1])
  if ARGV[9] ~= '' then redis.call('SET', session, ARGV[9], 'PX', ARGV[10]) end
  redis.call('HSET', delivery, 'reply', answer, 'why', why)
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
    + RELEASE
)

GIVE_UP_WAITING = """
local answer = redis.call('HGET', KEYS[1], 'reply')
if not answer then redis.call('LREM', KEYS[2], 0, ARGV[1]) end
return answer
"""

# WeChat repeats a message whose response it did not get. A reply returned in delivery 1 with no
# second delivery has arrived. For later deliveries that can't be told: those that reached a dead
# process are not counted here.
LEASE = """
local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not score or tonumber(score) > tonumber(ARGV[2]) then return nil end
local found = redis.call('HMGET', KEYS[2], 'reply', 'user', 'n', 'on', 'at')
local heard = found[4] == '1' and found[3] == '1'
if not found[1] or not found[2] or heard then
  redis.call('ZREM', KEYS[1], ARGV[1])
  if found[2] then redis.call('SREM', ARGV[4] .. found[2], ARGV[1]) end
  return nil
end
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
return {found[1], found[2], found[5] or ARGV[2]}
"""

SETTLE = """
if redis.call('ZREM', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('HSET', KEYS[2], 'carried', -1)
redis.call('SREM', KEYS[3], ARGV[1])
return 1
"""

CONFIRM = """
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('SREM', KEYS[2], ARGV[1])
"""

TAKE_ADRIFT = """
local now, left, found = tonumber(ARGV[4]), 0, {}
for _, id in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local delivery = ARGV[1] .. id
  local seen = redis.call('HMGET', delivery, 'reply', 'carried', 'at', 'n')
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

# ARGV: SHA-1 of the oldest records, in order. A record that another worker or an erasure has
# removed already is skipped.
REMOVE_RECORDS = """
for _, hash in ipairs(ARGV) do
  local oldest = redis.call('LINDEX', KEYS[1], 0)
  if not oldest then return end
  if redis.sha1hex(oldest) == hash then redis.call('LPOP', KEYS[1]) end
end
"""

FORGET = """
local unclaimed, mine, session, quota, forgotten = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
for _, id in ipairs(redis.call('SMEMBERS', mine)) do
  redis.call('ZREM', unclaimed, id)
  if id ~= ARGV[4] then
    redis.call('HSET', ARGV[1] .. id, 'reply', '')
    redis.call('HDEL', ARGV[1] .. id, 'why', 'user')
  end
end
redis.call('DEL', mine, session, quota)
redis.call('SET', forgotten, ARGV[2], 'PX', ARGV[3])
return 1
"""
