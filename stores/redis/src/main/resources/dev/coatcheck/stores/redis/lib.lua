-- What the scripts share: each gets those functions that it or they call, because the server makes them anew at every run.
-- The line before sets PREFIX, KEEP (how long a dead record stays, ms), ONE_SLOT (whether a script may touch the keys of a
-- session and of its user together: not in a cluster), CHANNEL, MOST_TOMBSTONES (of a user), MOST_FORGOTTEN (at once) and
-- PIECE (how many values Lua's stack surely holds).
-- Numbers are epoch milliseconds, which a double holds exactly. Attribute values are never looked into.

local function record_key(id)
  return PREFIX .. ':{' .. id .. '}'
end

local function id_of(key)
  return string.sub(key, #PREFIX + 3, -2)
end

local function user_key(user, what)
  return PREFIX .. ':user:{' .. user .. '}:' .. what
end

local function text(number)
  return string.format('%.0f', number)
end

-- Whether an answer is that something else than a hash lies under the key. Any other failure (no permission, no memory, still
-- loading) says nothing about the session: the script fails, and its caller knows nothing.
local function no_hash(answer)
  local failure = type(answer) == 'table' and answer.err
  if failure and string.sub(failure, 1, 9) ~= 'WRONGTYPE' then
    error(failure)
  end
  return failure
end

-- The facts that rules are about. Nothing when there is no record; nothing and true when it can't be read, and then, of a
-- record of a newer format, the facts as this one knows them: later formats add fields, they rename none.
local function facts_of(key)
  local raw = redis.pcall('HMGET', key, 'v', 'e', 'r', 's', 'd', 't', 'u', 'a', 'x')
  if no_hash(raw) then
    return nil, true
  end
  if not raw[1] then
    return nil, false
  end
  local facts = {
    epoch = tonumber(raw[2]),
    revision = tonumber(raw[3]),
    seen = tonumber(raw[4]),
    deadline = tonumber(raw[5]),
    token = raw[6],
    user = raw[7],
    auth = tonumber(raw[8]),
    ending = raw[9],
  }
  if not (facts.epoch and facts.revision and facts.seen and facts.deadline and facts.token) then
    return nil, true
  end
  if raw[1] ~= '1' then
    facts.newer = (tonumber(raw[1]) or 0) > 1
    return nil, true, facts.newer and facts or nil
  end
  return facts, false
end

-- The facts of a record that may be ended, and whether it can't be: one of a newer format may, because a sign-out must
-- hold whichever release hears it.
local function facts_for_ending(key)
  local facts, unreadable, newer = facts_of(key)
  return facts or newer, unreadable and not newer
end

local function alive(facts, now)
  return not facts.ending and now < facts.deadline
end

-- Told after the script's first write, which nobody can see before the script has ended: a write that the server refuses (no
-- memory, no disk, a replica) is never told. A server that refuses to tell has the write undone, and the script fails.
-- What is told is read in Java by RedisSignals.
local function tell(word, what, undo)
  local told = redis.pcall('PUBLISH', CHANNEL, word .. ' ' .. what)
  if type(told) == 'table' and told.err then
    undo()
    error(told.err)
  end
end

local function drop_attributes(key, survivors)
  for _, field in ipairs(redis.call('HKEYS', key)) do
    if string.sub(field, 1, 1) == '@' and not survivors[string.sub(field, 2)] then
      redis.call('HDEL', key, field)
    end
  end
end

-- Fields and values in turn.
local function write_fields(key, list, first)
  for i = first, #list, PIECE do
    redis.call('HSET', key, unpack(list, i, math.min(i + PIECE - 1, #list)))
  end
end

-- Of a stored attribute, or of none.
local function version_of(stored)
  return stored and string.match(stored, '^%d+') or '0'
end

-- The user's keys live as long as the longest of their sessions and its tombstone. The time is relative on purpose: the
-- callers' clock and the server's need not agree.
local function settle(user, now)
  local last = redis.call('ZREVRANGE', user_key(user, 'index'), 0, 0, 'WITHSCORES')
  if last[2] then
    local ttl = text(math.max(tonumber(last[2]) - now, 0) + KEEP)
    redis.call('PEXPIRE', user_key(user, 'index'), ttl)
    redis.call('PEXPIRE', user_key(user, 'signins'), ttl)
  end
end

local function strike(user, id, now)
  redis.call('ZREM', user_key(user, 'index'), id)
  redis.call('ZREM', user_key(user, 'signins'), id)
  settle(user, now)
end

local function enlist(user, id, auth, deadline, now)
  redis.call('ZADD', user_key(user, 'index'), text(deadline), id)
  redis.call('ZADD', user_key(user, 'signins'), text(auth), id)
  settle(user, now)
end

-- The user's tombstones by the time of their ending. None of them outlives the key, which lives as long as the youngest.
local function remember_tombstone(user, id, now)
  redis.call('ZADD', user_key(user, 'ended'), 'NX', text(now), id)
  redis.call('PEXPIRE', user_key(user, 'ended'), text(KEEP))
end

-- The ids of tombstones that are one too many, oldest first, and takes them off the user's list. Some may have expired.
local function too_many_tombstones(user)
  local many = redis.call('ZCARD', user_key(user, 'ended')) - MOST_TOMBSTONES
  local ids = {}
  if many > 0 then
    local some = redis.call('ZPOPMIN', user_key(user, 'ended'), math.min(many, MOST_FORGOTTEN))
    for i = 1, #some, 2 do
      ids[#ids + 1] = some[i]
    end
  end
  return ids
end

-- Only what is a tombstone of this user, and can be read.
local function forget_tombstone(key, user)
  local facts = facts_of(key)
  if facts and facts.ending and facts.user == user then
    redis.call('DEL', key)
  end
end

-- Only where a script may touch the records of several sessions.
local function forget_old_tombstones(user)
  for _, id in ipairs(too_many_tombstones(user)) do
    forget_tombstone(record_key(id), user)
  end
end

-- The record stays as a tombstone without attributes; those of a newer format are not ours to drop.
local function bury(key, facts, why, now)
  redis.call('HSET', key, 'x', why .. ' ' .. text(now))
  tell('E ' .. why, id_of(key), function()
    redis.call('HDEL', key, 'x')
  end)
  if not facts.newer then
    drop_attributes(key, {})
  end
  redis.call('PEXPIRE', key, text(KEEP))
  if ONE_SLOT and facts.user then
    strike(facts.user, id_of(key), now)
    remember_tombstone(facts.user, id_of(key), now)
  end
end

-- A fence stands in a session's slot when its user's slot has decided about a sign-in that is still on its way there:
-- what was proved at or before it is refused (c) or ended on arrival (l). Only where there is more than one slot.
local function fence(key, kind, user, auth)
  local field = '!' .. kind .. user
  local stored = redis.call('HGET', key, field)
  if not stored or tonumber(stored) < auth then
    redis.call('HSET', key, field, text(auth))
  end
  if redis.call('HEXISTS', key, 'v') == 0 then
    redis.call('HSET', key, '!', '')
    redis.call('PEXPIRE', key, text(KEEP))
  end
end

local function fenced(key, kind, user, auth)
  local stored = not ONE_SLOT and redis.call('HGET', key, '!' .. kind .. user)
  return stored and auth <= tonumber(stored)
end

-- Whether the id is used up; a fence alone does not use it up.
local function taken(key)
  local exists = redis.call('EXISTS', key) == 1
  if ONE_SLOT or not exists then
    return exists
  end
  local is_fence = redis.pcall('HEXISTS', key, '!')
  return no_hash(is_fence) or is_fence ~= 1
end

local function cut_off(user, auth)
  local line = redis.call('GET', user_key(user, 'cutoff'))
  return line and auth <= tonumber(line)
end

-- Entries whose record the server has forgotten by now.
local function trim(user, now)
  local gone = redis.call('ZRANGEBYSCORE', user_key(user, 'index'), '-inf', text(now - KEEP), 'LIMIT', 0, 100)
  for _, id in ipairs(gone) do
    strike(user, id, now)
  end
end

-- The user's sessions that are alive, without one.
local function others(user, id, now)
  local living = redis.call('ZRANGEBYSCORE', user_key(user, 'index'), '(' .. text(now), '+inf')
  local found = {}
  for _, other in ipairs(living) do
    if other ~= id then
      found[#found + 1] = other
    end
  end
  return found
end

-- How many of the user's sessions are too many when one more comes; more than 0 with REFUSE is a refusal.
local function excess(user, id, now, most)
  local count = redis.call('ZCOUNT', user_key(user, 'index'), '(' .. text(now), '+inf')
  local own = redis.call('ZSCORE', user_key(user, 'index'), id)
  if own and tonumber(own) > now then
    count = count - 1
  end
  return count - most + 1
end

-- Ends those seen longest ago; only where a script may touch the records of several sessions.
local function end_oldest(user, id, now, many)
  local candidates = {}
  for _, other in ipairs(others(user, id, now)) do
    local facts = facts_of(record_key(other))
    if facts and facts.user == user and alive(facts, now) then
      candidates[#candidates + 1] = { id = other, facts = facts }
    end
  end
  table.sort(candidates, function(one, two)
    if one.facts.seen ~= two.facts.seen then
      return one.facts.seen < two.facts.seen
    end
    return one.id < two.id
  end)
  local ended = {}
  for i = 1, math.min(many, #candidates) do
    bury(record_key(candidates[i].id), candidates[i].facts, 'LIMIT', now)
    ended[i] = candidates[i].id
  end
  return ended
end

-- The later of two lines stays, and for the longer of two times.
local function draw_line(user, line, kept_for)
  local key = user_key(user, 'cutoff')
  local stored = redis.call('GET', key)
  if stored and tonumber(stored) > line then
    line = tonumber(stored)
  end
  local ttl = math.max(redis.call('PTTL', key), kept_for, 1)
  redis.call('SET', key, text(line), 'PX', text(ttl))
end
