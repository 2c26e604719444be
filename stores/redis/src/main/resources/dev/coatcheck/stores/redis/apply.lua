-- The only update. KEYS: record. ARGV: now, epoch, seen or '', deadline, expected token or '', next token,
-- user of a privilege or '', authenticatedAt, seen, deadline, token, facts, most, policy, number of survivors,
-- survivors..., then per attribute: P(ut) R(emove) S(wap), name, value, expected version.
-- Answers, when applied, the revision, whom it ended, the user before, and the deadline if it rose.
local key, id, now = KEYS[1], id_of(KEYS[1]), tonumber(ARGV[1])
local facts, unreadable = facts_of(key)

if not facts then
  return { 'dead', '', unreadable and 1 or 0 }
end
if not alive(facts, now) then
  return { 'dead', facts.ending or '', 0 }
end
if facts.epoch ~= tonumber(ARGV[2]) then
  return { 'replaced' }
end

local survivors, first_change = {}, 16
if ARGV[7] ~= '' then
  first_change = 16 + tonumber(ARGV[15])
  for i = 16, first_change - 1 do
    survivors[ARGV[i]] = true
  end
end

for i = first_change, #ARGV, 4 do
  if ARGV[i] == 'S' then
    local stored = redis.call('HGET', key, '@' .. ARGV[i + 1])
    local version = stored and string.match(stored, '^%d+') or '0'
    if version ~= ARGV[i + 3] then
      return { 'conflict', redis.call('HGETALL', key) }
    end
  end
end
local expected = ARGV[5]
if expected ~= '' and string.sub(facts.token, 1, #expected) ~= expected then
  return { 'conflict', redis.call('HGETALL', key) }
end

local user = ARGV[7]
local many, ended_on_arrival = 0, false
if user ~= '' then
  local auth = tonumber(ARGV[8])
  if ONE_SLOT and cut_off(user, auth) or fenced(key, 'c', user, auth) then
    return { 'cutoff' }
  end
  ended_on_arrival = fenced(key, 'l', user, auth)
  if ONE_SLOT and facts.user ~= user then
    trim(user, now)
    many = excess(user, id, now, tonumber(ARGV[13]))
    if many > 0 and ARGV[14] == 'REFUSE' then
      return { 'limit' }
    end
  end
end

local revision = text(facts.revision + 1)
redis.call('HSET', key, 'r', revision)
tell('W', id, function()
  redis.call('HSET', key, 'r', text(facts.revision))
end)
local deadline = facts.deadline
if user ~= '' then
  deadline = tonumber(ARGV[10])
  drop_attributes(key, survivors)
  redis.call('HSET', key, 'e', text(facts.epoch + 1), 'u', user, 'a', ARGV[8], 's', ARGV[9], 'd', ARGV[10],
    't', ARGV[11], 'f', ARGV[12])
  if ONE_SLOT then
    if facts.user and facts.user ~= user then
      strike(facts.user, id, now)
    end
    enlist(user, id, tonumber(ARGV[8]), deadline, now)
  end
else
  if ARGV[3] ~= '' then
    deadline = math.max(deadline, tonumber(ARGV[4]))
    redis.call('HSET', key, 's', text(math.max(facts.seen, tonumber(ARGV[3]))), 'd', text(deadline))
    if ONE_SLOT and facts.user and deadline > facts.deadline then
      redis.call('ZADD', user_key(facts.user, 'index'), text(deadline), id)
      settle(facts.user, now)
    end
  end
  if expected ~= '' then
    redis.call('HSET', key, 't', ARGV[6])
  end
end
for i = first_change, #ARGV, 4 do
  if ARGV[i] == 'R' then
    redis.call('HDEL', key, '@' .. ARGV[i + 1])
  else
    redis.call('HSET', key, '@' .. ARGV[i + 1], revision .. ':' .. ARGV[i + 2])
  end
end
if deadline ~= facts.deadline then
  redis.call('PEXPIRE', key, text(math.max(deadline - now, 0) + KEEP))
end
if ended_on_arrival then
  bury(key, facts, 'LIMIT', now)
end
local ended = many > 0 and end_oldest(user, id, now, many) or {}
if ONE_SLOT and user ~= '' and user ~= facts.user then
  forget_old_tombstones(user)
end
return {
  'applied',
  revision,
  ended,
  facts.user or '',
  deadline > facts.deadline and text(deadline) or '',
}
