-- A change that raises the privilege: a sign-in or a step-up. KEYS: record. ARGV: now, epoch, expected token or '', user,
-- authenticatedAt, seen, deadline, token, facts, most, policy, number of survivors, survivors..., then per attribute:
-- P(ut) R(emove) S(wap), field, value, expected version.
-- Answers, when applied, the revision, whom it ended, and the user before or ''.
local key, id, now = KEYS[1], id_of(KEYS[1]), tonumber(ARGV[1])
local user, auth, deadline = ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[7])
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

local survivors, first_change = {}, 13 + tonumber(ARGV[12])
for i = 13, first_change - 1 do
  survivors[ARGV[i]] = true
end

for i = first_change, #ARGV, 4 do
  if ARGV[i] == 'S' and ARGV[i + 3] ~= version_of(redis.call('HGET', key, ARGV[i + 1])) then
    return { 'conflict', redis.call('HGETALL', key) }
  end
end
if string.sub(facts.token, 1, #ARGV[3]) ~= ARGV[3] then
  return { 'conflict', redis.call('HGETALL', key) }
end

if ONE_SLOT and cut_off(user, auth) or fenced(key, 'c', user, auth) then
  return { 'cutoff' }
end
local ended_on_arrival = fenced(key, 'l', user, auth)
local changes_hands, many = facts.user ~= user, 0
if ONE_SLOT and changes_hands then
  trim(user, now)
  many = excess(user, id, now, tonumber(ARGV[10]))
  if many > 0 and ARGV[11] == 'REFUSE' then
    return { 'limit' }
  end
end

local revision = text(facts.revision + 1)
redis.call('HSET', key, 'r', revision)
tell('W', id .. ' ' .. revision, function()
  redis.call('HSET', key, 'r', text(facts.revision))
end)
drop_attributes(key, survivors)
redis.call('HSET', key, 'e', text(facts.epoch + 1), 'u', user, 'a', ARGV[5], 's', ARGV[6], 'd', ARGV[7], 't', ARGV[8], 'f', ARGV[9])
for i = first_change, #ARGV, 4 do
  if ARGV[i] == 'R' then
    redis.call('HDEL', key, ARGV[i + 1])
  else
    redis.call('HSET', key, ARGV[i + 1], revision .. ':' .. ARGV[i + 2])
  end
end
if deadline ~= facts.deadline then
  redis.call('PEXPIRE', key, text(math.max(deadline - now, 0) + KEEP))
end
if ONE_SLOT then
  if facts.user and changes_hands then
    strike(facts.user, id, now)
  end
  enlist(user, id, auth, deadline, now)
end
if ended_on_arrival then
  bury(key, facts, 'LIMIT', now)
end
local ended = many > 0 and end_oldest(user, id, now, many) or {}
if ONE_SLOT and changes_hands then
  forget_old_tombstones(user)
end
return { 'applied', revision, ended, facts.user or '' }
